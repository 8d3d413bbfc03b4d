import { UsageError } from '../../../errors.ts'
import { formatMode } from '../model/format-mode.ts'
import type { FileMode } from './ignition-parts.ts'

const MAX_MODE = 0o7777
const OCTAL = /^(?:0o)?[0-7]+$/

/** The numbers 1000 to 1411 in octal: nobody wants these modes, and many write 644 or 755 and mean octal. */
const FIRST_SLIP = 512
const LAST_SLIP = 777

/**
 * The permission bits that a mode stands for.
 *
 * @throws {UsageError} `IGNITION_INVALID` for text that isn't octal, for bits beyond 0o7777, and for decimal numbers that
 *   look like octal ones.
 */
export function parseFileMode(mode: FileMode): number {
  const isText = typeof mode === 'string'
  const shown = JSON.stringify(mode)
  if (isText && !OCTAL.test(mode)) throw invalid(`the mode ${shown} is not octal`, 'Write it like 0644')
  const bits = isText ? Number.parseInt(mode.replace('0o', ''), 8) : mode
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_MODE) {
    throw invalid(`the mode ${shown} is not between 0 and 07777`, 'Write it like 0644')
  }
  if (!isText && bits >= FIRST_SLIP && bits <= LAST_SLIP && OCTAL.test(String(bits))) {
    throw invalid(`the mode ${bits} is ${formatMode(bits)} in octal`, `Write '0${bits}' or 0o${bits}`)
  }
  return bits
}

function invalid(problem: string, hint: string): UsageError {
  return new UsageError('IGNITION_INVALID', problem, { hint })
}
