import type { Cursor } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'

/** A number of up to 63 bits takes at most this many bytes. */
export const MAX_VARIABLE_BYTE_LENGTH = 9

/**
 * Decodes a variable-length number at the cursor: 7 bits a byte, lowest first, the top bit set on all but the last.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT` when it is longer than 9 bytes or padded, `NUMBER_TOO_LARGE` above
 *   2^53 - 1, `UNEXPECTED_END` when the bytes end inside.
 */
export function decodeVariableLength(cursor: Cursor, where: string): number {
  const { offset } = cursor
  let value = 0
  let unit = 1
  for (let index = 0; index < MAX_VARIABLE_BYTE_LENGTH; index++) {
    const byte = cursor.u8()
    value += (byte & 0x7f) * unit
    unit *= 0x80
    if (byte >= 0x80) continue
    if (byte === 0 && index > 0) break
    if (Number.isSafeInteger(value)) return value
    throw new FormatError(
      'NUMBER_TOO_LARGE',
      `The number at offset ${offset} of ${where} is larger than isokit can count`,
    )
  }
  throw new FormatError(
    'COMPRESSED_DATA_CORRUPT',
    `The variable-length number at offset ${offset} of ${where} is damaged`,
  )
}

/** Encodes a safe, non-negative integer. */
export function encodeVariableLength(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...bytes, rest]
}
