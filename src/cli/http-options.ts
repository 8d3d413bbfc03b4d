import { findValueProblem } from '../coreos/index.ts'
import { UsageError } from '../errors.ts'
import type { HttpOptions } from '../node/index.ts'
import type { CommandContext } from './context.ts'

/** Options of commands that fetch. */
export const HTTP_OPTIONS = {
  fetchRetries: {
    type: 'string',
    valueName: '<N>',
    summary: 'Retries of a request, or "infinite" [default: 0]',
    description:
      'A download that breaks off is continued in any case, until three attempts in a row bring nothing, or as many as this.',
    parse: (text: string): number | 'infinite' => parseRetries(text),
  },
  caFile: {
    type: 'string',
    valueName: '<path>',
    summary: 'More authorities that may vouch for servers',
    description: 'Certificates in PEM form, beside those of the system.',
  },
} as const

/**
 * Reads a number of retries, or `infinite`.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export function parseRetries(text: string): number | 'infinite' {
  const problem = findValueProblem('retries', text)
  if (!problem) return text === 'infinite' ? text : Number(text)
  const { message, hint } = problem
  throw new UsageError('COMMAND_LINE_INVALID', message, hint === undefined ? {} : { hint })
}

/** How a command fetches: retries are told on stderr, and proxies are those of the environment. */
export function httpOptions(
  { fetchRetries, caFile }: Pick<Partial<HttpOptions>, 'caFile'> & { fetchRetries?: HttpOptions['retries'] },
  { signal, env, warn }: Pick<CommandContext, 'signal' | 'env' | 'warn'>,
): HttpOptions {
  return {
    ...{ retries: fetchRetries, caFile, signal, env },
    onRetry: ({ reason, delayMs }) => warn(`${reason}; trying again in ${Math.ceil(delayMs / 1000)} s`),
  }
}
