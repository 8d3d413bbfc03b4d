import { Cursor, crc32 } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import {
  BLOCK_FILTER_COUNT_MASK,
  BLOCK_HAS_COMPRESSED_SIZE,
  BLOCK_HAS_UNCOMPRESSED_SIZE,
  BLOCK_RESERVED_MASK,
  FILTER_LZMA2,
  FILTER_X86,
} from './layout.ts'
import { decodeVariableLength } from './variable-length.ts'

/** What a block says about itself before its data. */
export interface BlockHeader {
  /** Bytes of the header. */
  readonly headerByteLength: number
  /** Bytes of the compressed data without padding and check, when the header tells. */
  readonly compressedByteLength: number | undefined
  /** Bytes of the contents, when the header tells. */
  readonly uncompressedByteLength: number | undefined
  /** How far back LZMA2's matches may reach, in bytes. */
  readonly dictionaryByteLength: number
  /** Where the x86 branch filter starts counting, `undefined` when the block does not use it. */
  readonly x86StartOffset: number | undefined
}

const CRC_BYTE_LENGTH = 4
const MAX_DICTIONARY_PROPERTY = 40

/**
 * Decodes a whole block header, its CRC included.
 *
 * Layout: The .xz File Format 1.2.0, 3.1. The filters are LZMA2, alone or behind the x86 branch filter.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT` when the header is damaged, `XZ_UNSUPPORTED` for other filters.
 */
export function decodeBlockHeader(bytes: Uint8Array, baseOffset: number, name: string): BlockHeader {
  const where = `the block header at offset ${baseOffset} of ${name}`
  const corrupt = (problem: string): FormatError =>
    new FormatError('COMPRESSED_DATA_CORRUPT', `${capitalize(where)} is damaged: ${problem}`)
  const fieldsByteLength = bytes.byteLength - CRC_BYTE_LENGTH
  const expected = new Cursor(bytes.subarray(fieldsByteLength), baseOffset + fieldsByteLength, name).u32le()
  if (crc32(bytes.subarray(0, fieldsByteLength)) !== expected) throw corrupt('its CRC-32 differs')

  const cursor = new Cursor(bytes.subarray(0, fieldsByteLength), baseOffset, name)
  cursor.skip(1) // the header's own size
  const flags = cursor.u8()
  if (flags & BLOCK_RESERVED_MASK) throw unsupported(where, `the reserved flags ${flags & BLOCK_RESERVED_MASK} are set`)
  const size = (flag: number): number | undefined => (flags & flag ? decodeVariableLength(cursor, name) : undefined)
  const compressedByteLength = size(BLOCK_HAS_COMPRESSED_SIZE)
  const uncompressedByteLength = size(BLOCK_HAS_UNCOMPRESSED_SIZE)
  const filters = Array.from({ length: (flags & BLOCK_FILTER_COUNT_MASK) + 1 }, () => decodeFilter(cursor, name))
  if (cursor.take(cursor.remainingByteLength).some((byte) => byte !== 0)) throw corrupt('its padding is not zero')

  const lzma2 = filters.pop()
  const x86 = filters.pop()
  const odd = [...filters, x86?.id === FILTER_X86 ? undefined : x86, lzma2?.id === FILTER_LZMA2 ? undefined : lzma2]
  const unknown = odd.find((filter) => filter !== undefined)
  if (unknown || !lzma2) throw unsupported(where, `the filter 0x${unknown?.id.toString(16)} is not known in its place`)
  const [property = 0xff] = lzma2.properties
  if (lzma2.properties.byteLength !== 1 || property > MAX_DICTIONARY_PROPERTY)
    throw corrupt('the LZMA2 properties are wrong')
  return {
    headerByteLength: bytes.byteLength,
    compressedByteLength,
    uncompressedByteLength,
    dictionaryByteLength: decodeDictionaryByteLength(property),
    x86StartOffset: x86 && decodeStartOffset(x86.properties, where),
  }
}

/** Dictionary sizes are 2^n or 2^n + 2^(n-1), from 4 KiB; the largest stands for 4 GiB - 1. */
export function decodeDictionaryByteLength(property: number): number {
  return property === MAX_DICTIONARY_PROPERTY
    ? 2 ** 32 - 1
    : (2 + (property % 2)) * 2 ** (Math.floor(property / 2) + 11)
}

/** The property for the smallest dictionary size that is at least `byteLength`. */
export function encodeDictionaryByteLength(byteLength: number): number {
  let property = 0
  while (property < MAX_DICTIONARY_PROPERTY && decodeDictionaryByteLength(property) < byteLength) property++
  return property
}

interface Filter {
  readonly id: number
  readonly properties: Uint8Array
}

function decodeFilter(cursor: Cursor, name: string): Filter {
  const id = decodeVariableLength(cursor, name)
  return { id, properties: cursor.take(decodeVariableLength(cursor, name)) }
}

function decodeStartOffset(properties: Uint8Array, where: string): number {
  if (properties.byteLength === 0) return 0
  if (properties.byteLength === 4) return new Cursor(properties).u32le()
  throw unsupported(where, 'the properties of the x86 filter are not known')
}

function unsupported(where: string, problem: string): FormatError {
  return new FormatError('XZ_UNSUPPORTED', `Cannot read ${where}: ${problem}`, {
    hint: 'Compress the data again with LZMA2 alone, as xz does by default',
  })
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
