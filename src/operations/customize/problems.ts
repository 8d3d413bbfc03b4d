import { UsageError } from '../../errors.ts'

/** Why a customization would not do what it should. */
export interface CustomizationProblem {
  /** A clause. */
  readonly message: string
  /** One imperative sentence. */
  readonly hint?: string | undefined
}

/** The error that tells all problems: `CUSTOMIZATION_INVALID`. */
export function customizationError(name: string, problems: readonly CustomizationProblem[]): UsageError {
  const [first = { message: '' }, ...others] = problems
  const what = `Cannot customize ${name}`
  const lines = problems.map(({ message }) => message)
  const message = others.length === 0 ? `${what}: ${first.message}` : [`${what}:`, ...lines].join('\n    ')
  const hint = others.length === 0 ? first.hint : undefined
  return new UsageError('CUSTOMIZATION_INVALID', message, hint === undefined ? {} : { hint })
}

/** A clause as a sentence without its full stop, for a warning. */
export function asSentence({ message }: CustomizationProblem): string {
  return message.charAt(0).toUpperCase() + message.slice(1)
}
