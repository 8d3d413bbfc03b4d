import { UsageError } from '../errors.ts'
import type { Command, OptionDefinition } from './command.ts'
import { isRequired, longFlag } from './flags.ts'
import { globalOptions } from './global-options.ts'
import type { CommandCall, Words } from './invocation.ts'
import { parseOptionValue } from './option-value.ts'
import { completeCall } from './read-values.ts'

/**
 * Parses a line that has nothing unusual: known options, each with its value, and as many arguments as the command takes.
 *
 * commander understands every line, and takes a fifth of the time that a small command has. So it is left to those lines
 * that this gives up on, among them all that are wrong; about the others, both say the same.
 *
 * @param words What stands behind the command's name.
 * @returns `undefined` for every other line.
 */
export function parsePlainLine(command: Command, words: Words): CommandCall | undefined {
  const flags = flagsOf(command)
  const options: Record<string, unknown> = {}
  const operands: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word)
      continue
    }
    const [, flag = word, inlineValue] = /^(--[^=]+)=(.*)$/s.exec(word) ?? []
    const found = flags.get(flag)
    if (!found) return undefined
    const [key, definition] = found
    if (definition.type === 'boolean') {
      if (inlineValue !== undefined) return undefined
      options[key] = true
      continue
    }
    const text = inlineValue ?? words[++index]
    const isSeparate = inlineValue === undefined
    if (text === undefined || (isSeparate && !definition.takesDash && /^-./s.test(text))) return undefined
    const value = unlessUsageError(() => parseOptionValue(flag, definition, text))
    if (value === undefined) return undefined
    if (definition.type === 'list') options[key] = [...((options[key] as readonly unknown[]) ?? []), value]
    else if (key in options && !definition.lastWins) return undefined
    else options[key] = value
  }
  if (!isComplete(command, options)) return undefined
  const placed = placeOperands(command, operands)
  return placed && unlessUsageError(() => completeCall(command, { words: placed, options }))
}

function flagsOf(command: Command): ReadonlyMap<string, readonly [key: string, definition: OptionDefinition]> {
  const entries = [...Object.entries(command.options), ...Object.entries(globalOptions)]
  return new Map(
    entries.flatMap((entry) => {
      const [key, { short }] = entry
      return short
        ? [[longFlag(key), entry] as const, [`-${short}`, entry] as const]
        : [[longFlag(key), entry] as const]
    }),
  )
}

/** Whether all required options are there, and no two that exclude each other. */
function isComplete(command: Command, given: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(command.options).every(([key, definition]) => {
    if (!(key in given)) return !('required' in definition && definition.required)
    return !definition.conflictsWith?.some((other) => other in given)
  })
}

/** The operands in the places of the command's arguments; `undefined` when there are too few or too many. */
function placeOperands(
  command: Command,
  operands: Words,
): readonly (string | readonly string[] | undefined)[] | undefined {
  const definitions = Object.values(command.arguments)
  const requiredCount = definitions.filter(isRequired).length
  const isVariadic = definitions.at(-1)?.variadic === true
  if (operands.length < requiredCount || (operands.length > definitions.length && !isVariadic)) return undefined
  return definitions.map(({ variadic }, index) => (variadic ? operands.slice(index) : operands[index]))
}

function unlessUsageError<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}
