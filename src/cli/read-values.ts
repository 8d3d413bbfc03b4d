import type { Command, OptionDefinition, OptionDefinitions } from './command.ts'
import { argumentName } from './flags.ts'
import { type GlobalValues, globalOptions } from './global-options.ts'
import type { CommandCall, Values } from './invocation.ts'
import { parseArgumentValue } from './option-value.ts'

/** What a parser made of a line. */
export interface ParsedLine {
  /** The positional arguments in order: a word, a list for a variadic one, or `undefined`. */
  readonly words: readonly (string | readonly string[] | undefined)[]
  /** The options that were given, by key. */
  readonly options: Values
}

/**
 * Completes what a parser found: checks the choices of arguments and sets what was not given.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID` when an argument is none of its choices.
 */
export function completeCall(command: Command, { words, options }: ParsedLine): CommandCall {
  return {
    kind: 'run',
    command,
    values: { ...readArguments(command, words), ...readOptions(command.options, options) },
    // The definitions and the type of the global options stand side by side in one file.
    globals: readOptions(globalOptions, options) as unknown as GlobalValues,
  }
}

function readArguments(command: Command, words: ParsedLine['words']): Values {
  const values = Object.entries(command.arguments).map(([key, definition], index) => {
    const word = words[index]
    const name = argumentName(key, definition)
    if (typeof word === 'string') return [key, parseArgumentValue(name, definition, word)]
    return [key, word?.map((each) => parseArgumentValue(name, definition, each))]
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
