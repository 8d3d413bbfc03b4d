import type { IsokitError } from '../errors.ts'
import type { Host } from './context.ts'
import type { MessageChoices } from './global-options.ts'
import { createPaint, type Paint } from './paint.ts'
import { printable } from './printable.ts'

/** What is told on stderr: as text for people, or as one JSON object a line for programs. */
export interface Messages {
  note(text: string): void
  warn(text: string): void
  /** Tells findings: to people in words that are printable already, and to programs as the value. */
  report(value: object, word: (paint: Paint) => string): void
  error(error: IsokitError): void
  /** An error that isokit did not foresee. */
  bug(error: unknown): void
  interrupted(): void
}

/** @param beforeEach Called before a message is written, to clear the line for it. */
export function createMessages(
  { env, stderr }: Pick<Host, 'env' | 'stderr'>,
  { json, quiet, color }: MessageChoices,
  beforeEach: () => void = () => {},
): Messages {
  const paint = createPaint(color, stderr, env)
  const tell = (value: unknown, text: string): void => {
    beforeEach()
    stderr.write(`${json ? JSON.stringify(value) : text}\n`)
  }
  const hint = (text: string): string => `${paint('cyan', 'hint:')} ${printable(text)}`

  return {
    note(text) {
      if (!quiet) tell({ note: text }, printable(text))
    },
    warn(text) {
      tell({ warning: text }, `${paint('yellow', 'Warning:')} ${printable(text)}`)
    },
    report(value, word) {
      tell(value, json ? '' : word(paint))
    },
    error(error) {
      const causes = causesOf(error)
      // A message of several lines has its code where that is looked for.
      const [first = '', ...rest] = printable(error.message).split('\n')
      const lines = [
        `${paint('red', 'Error:')} ${first} [${error.code}]`,
        ...rest,
        ...causeLines(causes),
        ...(error.hint ? ['', hint(error.hint)] : []),
      ]
      const { code, message, hint: advice, details } = error
      tell(
        { error: { code, message, ...(advice && { hint: advice }), ...(details && { details }), causes } },
        lines.join('\n'),
      )
    },
    bug(error) {
      const message = error instanceof Error ? error.message : String(error)
      const stack = env['ISOKIT_DEBUG'] && error instanceof Error ? error.stack : undefined
      const lines = [
        `${paint('red', 'Error:')} ${printable(message)} [INTERNAL]`,
        ...causeLines(causesOf(error)),
        ...(stack ? ['', stack] : []),
        '',
        'This is a bug in isokit.',
        hint(`Report it with your command line${stack ? ' and this text' : '; ISOKIT_DEBUG=1 adds the details'}`),
      ]
      tell({ error: { code: 'INTERNAL', message, causes: causesOf(error), ...(stack && { stack }) } }, lines.join('\n'))
    },
    interrupted() {
      tell({ error: { code: 'INTERRUPTED', message: 'Interrupted', causes: [] } }, 'Interrupted')
    },
  }
}

/** Messages of the errors underneath. What the error above says as well stays out, as do system errors, which do so always. */
function causesOf(error: unknown): readonly string[] {
  const messages: string[] = []
  if (!(error instanceof Error)) return messages
  let { message: above, cause } = error
  while (cause instanceof Error) {
    const message = cause.message.trim() // OpenSSL ends its lines
    if (!('syscall' in cause || above.includes(message))) messages.push(message)
    above = message
    cause = cause.cause
  }
  return messages
}

function causeLines(causes: readonly string[]): readonly string[] {
  if (causes.length === 0) return []
  const isNumbered = causes.length > 1
  return ['', 'Caused by:', ...causes.map((cause, index) => `    ${isNumbered ? `${index}: ` : ''}${printable(cause)}`)]
}
