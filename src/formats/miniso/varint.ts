import type { Cursor } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'

/** Bytes that announce a longer number, by its size; smaller values stand for themselves. */
const PREFIX_U16 = 251
const PREFIX_U32 = 252
const PREFIX_U64 = 253

const MAX_U16 = 0xffff
const MAX_U32 = 0xffff_ffff

/**
 * Decodes a number of 64 bits at the cursor: one byte below 251, else a prefix and 2, 4 or 8 bytes, little-endian.
 *
 * @throws {FormatError} `MINISO_INVALID` for another prefix, `NUMBER_TOO_LARGE` above 2^53 - 1, `UNEXPECTED_END`.
 */
export function decodeVarint(cursor: Cursor, where: string): number {
  const { offset } = cursor
  const first = cursor.u8()
  if (first < PREFIX_U16) return first
  if (first === PREFIX_U16) return cursor.u16le()
  if (first === PREFIX_U32) return cursor.u32le()
  if (first === PREFIX_U64) return cursor.u64le()
  throw new FormatError('MINISO_INVALID', `${where} has no number at offset ${offset}, but the byte ${first}`)
}

/**
 * Decodes a number that has to fit 32 bits.
 *
 * @throws {FormatError} `MINISO_INVALID` when it doesn't, and what {@link decodeVarint} throws.
 */
export function decodeVarint32(cursor: Cursor, where: string): number {
  const { offset } = cursor
  const value = decodeVarint(cursor, where)
  if (value <= MAX_U32) return value
  throw new FormatError('MINISO_INVALID', `${where} has the number ${value} at offset ${offset}, where 32 bits suffice`)
}

/** Encodes a safe, non-negative integer in the fewest bytes. */
export function encodeVarint(value: number): readonly number[] {
  if (value < PREFIX_U16) return [value]
  if (value <= MAX_U16) return [PREFIX_U16, ...littleEndian(value, 2)]
  if (value <= MAX_U32) return [PREFIX_U32, ...littleEndian(value, 4)]
  return [PREFIX_U64, ...littleEndian(value, 8)]
}

function littleEndian(value: number, byteLength: number): readonly number[] {
  return Array.from({ length: byteLength }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256)
}
