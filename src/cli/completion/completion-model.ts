import type { ArgumentDefinition, Completes, OptionDefinition, OptionDefinitions } from '../command.ts'
import { type CommandGroup, isGroup } from '../command-tree.ts'
import { longFlag, optionValueName } from '../flags.ts'
import { globalOptions } from '../global-options.ts'

/** What can stand at one place of a line. */
export interface CompletionPlace {
  /** The words that lead here; empty for the program itself. */
  readonly words: readonly string[]
  /** Commands and groups that can follow. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[]
  readonly options: readonly CompletionOption[]
  readonly arguments: readonly CompletionValue[]
}

/** An option with all its flags. */
export interface CompletionOption {
  readonly long: string
  readonly short: string | undefined
  readonly summary: string
  readonly isRepeatable: boolean
  /** `undefined` for a flag without a value. */
  readonly value: CompletionValue | undefined
}

/** What can be offered for a value. */
export interface CompletionValue {
  readonly name: string
  readonly choices: readonly string[]
  readonly completes: Completes
}

/** Walks the tree and gives all places that help shows, groups before what is in them. Loads all modules. */
export async function completionPlaces(
  group: CommandGroup,
  words: readonly string[] = [],
): Promise<readonly CompletionPlace[]> {
  const children = await Promise.all(
    Object.entries(group.commands).map(async ([name, node]) => ({
      name,
      subject: isGroup(node) ? node : (await node()).command,
    })),
  )
  const visible = children.filter(({ subject }) => !subject.hidden)
  const below = visible.map(async ({ name, subject }): Promise<readonly CompletionPlace[]> => {
    const path = [...words, name]
    if ('commands' in subject) return completionPlaces(subject, path)
    const values = Object.entries(subject.arguments).map(([key, definition]) => argumentValue(key, definition))
    return [{ words: path, commands: [], options: completionOptions(subject.options), arguments: values }]
  })
  const here: CompletionPlace = {
    words,
    commands: visible.map(({ name, subject }) => ({ name, summary: subject.summary })),
    options: words.length === 0 ? [...completionOptions({}), VERSION] : completionOptions({}),
    arguments: [],
  }
  return [here, ...(await Promise.all(below)).flat()]
}

const HELP: CompletionOption = {
  long: '--help',
  short: '-h',
  summary: 'Print help',
  isRepeatable: false,
  value: undefined,
}

const VERSION: CompletionOption = { ...HELP, long: '--version', short: '-V', summary: 'Print name and version' }

const NO_COLOR: CompletionOption = { ...HELP, long: '--no-color', short: undefined, summary: 'Do not colour messages' }

function completionOptions(definitions: OptionDefinitions): readonly CompletionOption[] {
  const options = Object.entries({ ...definitions, ...globalOptions })
    .filter(([, definition]) => !definition.hidden)
    .map(([key, definition]) => completionOption(key, definition))
  return [...options, NO_COLOR, HELP]
}

function completionOption(key: string, definition: OptionDefinition): CompletionOption {
  const name = optionValueName(key, definition)?.replace(/^<|>$/g, '')
  return {
    long: longFlag(key),
    short: definition.short ? `-${definition.short}` : undefined,
    summary: definition.summary,
    isRepeatable: definition.type === 'list',
    value:
      definition.type === 'boolean' || name === undefined
        ? undefined
        : {
            name,
            choices: definition.type === 'choice' ? definition.choices : [],
            completes: definition.completes ?? (name === 'path' ? 'file' : 'nothing'),
          },
  }
}

function argumentValue(key: string, { choices = [], completes }: ArgumentDefinition): CompletionValue {
  return { name: key, choices, completes: completes ?? (choices.length > 0 ? 'nothing' : 'file') }
}
