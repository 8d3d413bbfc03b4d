import { UsageError } from '../errors.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }
const SIZE = /^([0-9]+)(?:\s*([kmgt])(?:ib?)?)?$/i

/**
 * Parses a number of bytes with a unit of 1024: `4096`, `512M`, `20G`, `20GiB`.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export function parseByteSize(text: string): number {
  const [, digits = '', unit = ''] = SIZE.exec(text) ?? []
  const byteLength = Number(digits) * (UNITS[unit.toLowerCase()] ?? 1)
  if (digits !== '' && byteLength > 0 && Number.isSafeInteger(byteLength)) return byteLength
  throw new UsageError('COMMAND_LINE_INVALID', 'it is no number of bytes', {
    hint: 'Give a size such as 512M or 20G',
  })
}
