import { Argument, Command as CommanderCommand, CommanderError, Option } from 'commander'
import { UsageError } from '../errors.ts'
import type { Command, OptionDefinition, OptionDefinitions } from './command.ts'
import { type CommandGroup, isGroup, listGroup } from './command-tree.ts'
import { findCommand } from './find-command.ts'
import { argumentName, longFlag, optionFlags } from './flags.ts'
import { type GlobalValues, globalOptions } from './global-options.ts'
import { parseArgumentValue, parseOptionValue } from './option-value.ts'

/** What a line asks for. `words` name the command or the group, and are empty for the program itself. */
export type Invocation =
  | { readonly kind: 'run'; readonly command: Command; readonly values: Values; readonly globals: GlobalValues }
  | { readonly kind: 'help'; readonly words: Words; readonly subject: HelpSubject; readonly isLong: boolean }
  /** The line ends where a command should follow. */
  | { readonly kind: 'command-missing'; readonly words: Words; readonly subject: HelpSubject }
  | { readonly kind: 'version' }

/** Whose help is meant. */
export type HelpSubject = Command | CommandGroup

type Words = readonly string[]
type Values = Readonly<Record<string, unknown>>

/**
 * Finds the command in a line and parses what stands behind it. Only that command's module is loaded.
 *
 * commander is used in this file alone: it takes one command's options and arguments apart and notices what is wrong
 * with them. Which command that is, its help and its defaults come from the definitions.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export async function parseCommandLine(argv: Words, root: CommandGroup, programName: string): Promise<Invocation> {
  const { words, node, rest } = findCommand(argv.map(spellOutNoColor), root)
  const hint = `Run '${[programName, ...words].join(' ')} -h' to see what there is`
  if (isGroup(node)) return parseGroup(node, words, rest, hint)
  const { command } = await node()
  return parseCommand(command, words, rest, hint)
}

function parseCommand(command: Command, words: Words, rest: Words, hint: string): Invocation {
  checkSeparateValues(command.options, rest, hint)
  const parser = createParser()
  for (const [key, definition] of Object.entries(command.arguments)) {
    const usage = `${argumentName(key, definition)}${definition.variadic ? '...' : ''}`
    parser.addArgument(new Argument(definition.optional || definition.variadic ? `[${usage}]` : `<${usage}>`))
  }
  for (const [key, definition] of Object.entries(command.options)) parser.addOption(createOption(key, definition))
  const complaint = complaintOf(parser, rest)
  if (complaint?.code === 'commander.helpDisplayed') {
    return { kind: 'help', words, subject: command, isLong: rest.includes('--help') }
  }
  if (complaint) throw usageError(complaint, hint)
  return {
    kind: 'run',
    command,
    values: { ...readArguments(command, parser.processedArgs), ...readOptions(command.options, parser.opts()) },
    // The definitions and the type of the global options stand side by side in one file.
    globals: readOptions(globalOptions, parser.opts()) as unknown as GlobalValues,
  }
}

async function parseGroup(group: CommandGroup, words: Words, rest: Words, hint: string): Promise<Invocation> {
  const parser = createParser()
  if (words.length === 0) parser.version('', '-V, --version')
  for (const { name, hidden } of await listGroup(group)) parser.command(name, { hidden })
  // A line that ends or goes wrong inside a group leaves commander no other way.
  const complaint = complaintOf(parser, rest) ?? new CommanderError(1, 'commander.help', '')
  switch (complaint.code) {
    case 'commander.help':
      return { kind: 'command-missing', words, subject: group }
    case 'commander.helpDisplayed':
      return { kind: 'help', words, subject: group, isLong: rest.includes('--help') }
    case 'commander.version':
      return { kind: 'version' }
    default:
      throw usageError(complaint, hint)
  }
}

/** `--no-color` is how other programs write it; for us it is a choice like the others. */
function spellOutNoColor(word: string): string {
  return word === '--no-color' ? '--color=never' : word
}

/** A parser that knows the global options, writes nothing and throws instead of exiting. */
function createParser(): CommanderCommand {
  const parser = new CommanderCommand()
    .exitOverride()
    .configureOutput({ writeOut() {}, writeErr() {} })
    .configureHelp({ formatHelp: () => '' })
    .helpOption('-h, --help')
    .helpCommand(false)
  for (const [key, definition] of Object.entries(globalOptions)) parser.addOption(createOption(key, definition))
  return parser
}

function createOption(key: string, definition: OptionDefinition): Option {
  const option = new Option(optionFlags(key, definition)).hideHelp(definition.hidden)
  option.negate = false // a flag such as --no-validate is one of its own, not the end of a --validate
  if (definition.conflictsWith) option.conflicts([...definition.conflictsWith])
  if (definition.type === 'boolean') return option
  const flag = longFlag(key)
  option.makeOptionMandatory(definition.required ?? false)
  if (definition.type === 'list') {
    return option.argParser((text, values: readonly unknown[] = []) => [
      ...values,
      parseOptionValue(flag, definition, text),
    ])
  }
  let isGiven = false
  return option.argParser((text) => {
    if (isGiven) throw new UsageError('COMMAND_LINE_INVALID', `Option ${flag} is given more than once`)
    isGiven = true
    return parseOptionValue(flag, definition, text)
  })
}

/** What commander says about a line, help included; `undefined` when it could parse it. */
function complaintOf(parser: CommanderCommand, words: Words): CommanderError | undefined {
  try {
    parser.parse(words, { from: 'user' })
    return undefined
  } catch (error) {
    if (error instanceof CommanderError) return error
    throw error
  }
}

/**
 * commander takes any word as an option's value, so that `--output --force` would create a file named `--force`. Words
 * with a dash have to be written `--output=--force`; `-` alone is stdin or stdout.
 */
function checkSeparateValues(definitions: OptionDefinitions, words: Words, hint: string): void {
  const flags = Object.entries({ ...definitions, ...globalOptions })
    .filter(([, definition]) => definition.type !== 'boolean')
    .flatMap(([key, { short }]) => (short ? [longFlag(key), `-${short}`] : [longFlag(key)]))
  for (let index = 0; index < words.length && words[index] !== '--'; index++) {
    const flag = words[index] ?? ''
    if (!flags.includes(flag)) continue
    index++
    if (/^-./s.test(words[index] ?? '')) {
      const message = `Option ${flag} needs a value, and '${words[index]}' looks like an option`
      throw new UsageError('COMMAND_LINE_INVALID', message, {
        hint: flag.startsWith('--') ? `Write ${flag}=${words[index]} if that is the value` : hint,
      })
    }
  }
}

/** Turns `error: unknown option '--x'\n(Did you mean --y?)` into an error of ours. */
function usageError({ message }: CommanderError, hint: string): UsageError {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n')
  const sentence = what.charAt(0).toUpperCase() + what.slice(1)
  return new UsageError('COMMAND_LINE_INVALID', sentence, { hint: suggestion?.replace(/^\(|\)$/g, '') ?? hint })
}

function readArguments(command: Command, words: readonly unknown[]): Values {
  const values = Object.entries(command.arguments).map(([key, definition], index) => {
    const word = words[index]
    const name = argumentName(key, definition)
    if (Array.isArray(word)) return [key, word.map((each) => parseArgumentValue(name, definition, each))]
    return [key, typeof word === 'string' ? parseArgumentValue(name, definition, word) : undefined]
  })
  return Object.fromEntries(values)
}

function readOptions(definitions: OptionDefinitions, given: Values): Values {
  const values = Object.entries(definitions).map(([key, definition]) => [key, given[key] ?? defaultOf(definition)])
  return Object.fromEntries(values)
}

function defaultOf(definition: OptionDefinition): unknown {
  if (definition.type === 'boolean') return false
  return definition.type === 'list' ? [] : definition.default
}
