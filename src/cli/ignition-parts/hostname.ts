import { UsageError } from '../../errors.ts'

/** What the kernel takes. */
const MAX_LENGTH = 64

const LABELS = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/

/**
 * A host name that systemd takes, with or without a domain (hostname(5)).
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export function parseHostname(text: string): string {
  if (text.length <= MAX_LENGTH && LABELS.test(text)) return text
  throw new UsageError('COMMAND_LINE_INVALID', 'this is no host name', {
    hint: `Give letters, digits and dashes, with dots between them, and ${MAX_LENGTH} characters at most`,
  })
}
