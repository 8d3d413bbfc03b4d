import { IsokitError, UsageError } from '../errors.ts'
import type { ArgumentDefinition, OptionDefinition } from './command.ts'

/** An option that takes a value. */
export type ValuedOption = Exclude<OptionDefinition, { readonly type: 'boolean' }>

/**
 * Makes an option's value from its text.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID` when the option doesn't take this text.
 */
export function parseOptionValue(flag: string, option: ValuedOption, text: string): unknown {
  if (option.type === 'choice') return checkChoice(flag, option.choices, text)
  if (option.type === 'number') return parseNumber(flag, option, text)
  if (!option.parse) return text
  try {
    return option.parse(text)
  } catch (error) {
    if (!(error instanceof IsokitError)) throw error
    const { message, hint } = error
    throw new UsageError(
      'COMMAND_LINE_INVALID',
      `Cannot use ${flag}=${text}: ${message}`,
      hint === undefined ? {} : { hint },
    )
  }
}

/**
 * Checks a positional argument.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID` when it is none of the choices.
 */
export function parseArgumentValue(name: string, argument: ArgumentDefinition, text: string): string {
  return argument.choices ? checkChoice(name, argument.choices, text) : text
}

function checkChoice(name: string, choices: readonly string[], text: string): string {
  if (choices.includes(text)) return text
  throw new UsageError('COMMAND_LINE_INVALID', `Cannot use '${text}' for ${name}`, {
    hint: `Give one of ${choices.join(', ')}`,
  })
}

function parseNumber(flag: string, option: { min?: number; max?: number }, text: string): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = option
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new UsageError('COMMAND_LINE_INVALID', `Cannot use '${text}' for ${flag}`, {
    hint: max === Number.MAX_SAFE_INTEGER ? `Give an integer from ${min}` : `Give an integer from ${min} to ${max}`,
  })
}
