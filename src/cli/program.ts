import { Argument, Command as CommanderCommand, CommanderError, Option } from 'commander'
import { UsageError } from '../errors.ts'
import type { Command, OptionDefinition, OptionDefinitions } from './command.ts'
import { type CommandGroup, isCommand, listGroup } from './command-tree.ts'
import { argumentName, isRequired, longFlag, optionFlags } from './flags.ts'
import { globalOptions } from './global-options.ts'
import type { HelpSubject, Invocation, Words } from './invocation.ts'
import { parseOptionValue } from './option-value.ts'
import { completeCall } from './read-values.ts'

/** A line behind the words that name a command or a group. */
export interface LineRest {
  readonly words: Words
  readonly rest: Words
  readonly programName: string
}

/**
 * Turns a definition into a commander command and lets it parse the rest of a line. Which command that is, its help and
 * its defaults come from the definitions.
 *
 * commander is used in this file alone.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export async function parseWithCommander(
  subject: HelpSubject,
  { words, rest, programName }: LineRest,
): Promise<Invocation> {
  const hint = `Run '${[programName, ...words].join(' ')} -h' to see what there is`
  return isCommand(subject) ? parseCommand(subject, words, rest, hint) : parseGroup(subject, words, rest, hint)
}

function parseCommand(command: Command, words: Words, line: Words, hint: string): Invocation {
  const rest = withoutEqualsSigns(command.options, line)
  checkSeparateValues(command.options, rest, hint)
  const parser = createParser()
  for (const [key, definition] of Object.entries(command.arguments)) {
    const usage = `${argumentName(key, definition)}${definition.variadic ? '...' : ''}`
    parser.addArgument(new Argument(isRequired(definition) ? `<${usage}>` : `[${usage}]`))
  }
  for (const [key, definition] of Object.entries(command.options)) parser.addOption(createOption(key, definition))
  const complaint = complaintOf(parser, rest)
  if (complaint?.code === 'commander.helpDisplayed') {
    return { kind: 'help', words, subject: command, isLong: rest.includes('--help') }
  }
  if (complaint) throw usageError(complaint, hint)
  return completeCall(command, { words: parser.processedArgs, options: parser.opts() })
}

async function parseGroup(group: CommandGroup, words: Words, rest: Words, hint: string): Promise<Invocation> {
  const listing = await listGroup(group)
  const complain = (line: Words): CommanderError => {
    const parser = createParser()
    if (words.length === 0) parser.version('', '-V, --version')
    for (const { name, hidden } of listing) parser.command(name, { hidden })
    // A line that ends or goes wrong inside a group leaves commander no other way.
    return complaintOf(parser, line) ?? new CommanderError(1, 'commander.help', '')
  }
  const complaint = complain(rest)
  switch (complaint.code) {
    case 'commander.help':
      return { kind: 'command-missing', words, subject: group }
    case 'commander.helpDisplayed': {
      // Asking for the help of a command that isn't there should not look as if it were.
      const other = complain(rest.filter((word) => word !== '-h' && word !== '--help'))
      if (other.code === 'commander.unknownCommand') throw usageError(other, hint)
      return { kind: 'help', words, subject: group, isLong: rest.includes('--help') }
    }
    case 'commander.version':
      return { kind: 'version' }
    default:
      throw usageError(complaint, hint)
  }
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
  const option = new Option(optionFlags(key, definition)).hideHelp(definition.hidden ?? false)
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
    if (isGiven && !definition.lastWins)
      throw new UsageError('COMMAND_LINE_INVALID', `Option ${flag} is given more than once`)
    isGiven = true
    return parseOptionValue(flag, definition, text)
  })
}

/**
 * `-o=FILE` is `-o FILE`, as coreos-installer and most programs take it; for commander the value would begin with the sign.
 * The first letter with a value ends a group of flags.
 */
function withoutEqualsSigns(definitions: OptionDefinitions, words: Words): Words {
  const all = Object.entries({ ...definitions, ...globalOptions })
  const valueFlags = all.filter(([, { type }]) => type !== 'boolean').flatMap(flagsOf)
  const optionsEnd = words.indexOf('--')
  return words.flatMap((word, index) => {
    const isValue = valueFlags.includes(words[index - 1] ?? '') || (optionsEnd !== -1 && index > optionsEnd)
    if (isValue || !/^-[^-]/.test(word)) return [word]
    for (let at = 1; at < word.length; at++) {
      const [key, definition] = all.find(([, { short }]) => short === word[at]) ?? []
      if (key === undefined || definition === undefined) return [word]
      if (definition.type === 'boolean') continue
      if (word[at + 1] !== '=') return [word]
      const flags = at > 1 ? [word.slice(0, at)] : []
      return [...flags, `${longFlag(key)}=${word.slice(at + 2)}`]
    }
    return [word]
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
  const valued = Object.entries({ ...definitions, ...globalOptions }).filter(([, { type }]) => type !== 'boolean')
  const flags = valued.flatMap(flagsOf)
  const dashFlags = valued.filter(([, option]) => 'takesDash' in option && option.takesDash).flatMap(flagsOf)
  for (let index = 0; index < words.length && words[index] !== '--'; index++) {
    const flag = words[index] ?? ''
    if (!flags.includes(flag)) continue
    index++
    if (dashFlags.includes(flag)) continue
    if (/^-./s.test(words[index] ?? '')) {
      const message = `Option ${flag} needs a value, and '${words[index]}' looks like an option`
      throw new UsageError('COMMAND_LINE_INVALID', message, {
        hint: flag.startsWith('--') ? `Write ${flag}=${words[index]} if that is the value` : hint,
      })
    }
  }
}

function flagsOf([key, { short }]: readonly [string, OptionDefinition]): readonly string[] {
  return short ? [longFlag(key), `-${short}`] : [longFlag(key)]
}

/** Turns `error: unknown option '--x'\n(Did you mean --y?)` into an error of ours. */
function usageError({ message }: CommanderError, hint: string): UsageError {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n')
  const sentence = what.charAt(0).toUpperCase() + what.slice(1)
  return new UsageError('COMMAND_LINE_INVALID', sentence, { hint: suggestion?.replace(/^\(|\)$/g, '') ?? hint })
}
