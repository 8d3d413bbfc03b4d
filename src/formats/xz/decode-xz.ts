import { type ByteReader, Cursor, crc32, equalBytes } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type BlockHeader, decodeBlockHeader } from './block-header.ts'
import { type Check, createCheck } from './check.ts'
import { FOOTER_MAGIC, INDEX_INDICATOR, paddingByteLength, STREAM_HEADER_BYTE_LENGTH, STREAM_MAGIC } from './layout.ts'
import { decodeLzma2 } from './lzma2-decoder.ts'
import { decodeVariableLength, MAX_VARIABLE_BYTE_LENGTH } from './variable-length.ts'
import { decodeX86 } from './x86-filter.ts'

/** Most memory for a dictionary unless the caller says otherwise, in bytes. `xz -9` needs 64 MiB. */
export const MAX_DICTIONARY_BYTE_LENGTH: number = 192 * 1024 * 1024

/** Options of {@link decodeXz}. */
export interface DecodeXzOptions {
  /** Most memory for the dictionary, in bytes; {@link MAX_DICTIONARY_BYTE_LENGTH} unless given. */
  readonly maxDictionaryByteLength?: number | undefined
  /** Stops the work; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Decompresses one .xz stream and leaves the reader right behind its footer. Every check, size and CRC is verified, the
 * index included; what has been given before a check failed is not to be relied on.
 *
 * Memory: the dictionary, which grows with the data and never beyond what the stream asks for, and a chunk of 2 MiB.
 *
 * Layout: The .xz File Format 1.2.0.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `LIMIT_EXCEEDED` for the dictionary, and
 *   `XZ_UNSUPPORTED` for filters other than LZMA2 and x86 and for unknown checks.
 */
export async function* decodeXz(
  reader: ByteReader,
  options: DecodeXzOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const streamOffset = reader.offset
  const flags = await readStreamHeader(reader)
  const records: BlockRecord[] = []
  while ((await firstByte(reader)) !== INDEX_INDICATOR) {
    records.push(yield* decodeBlock(reader, flags, options))
  }
  const indexByteLength = await readIndex(reader, records)
  await readFooter(reader, { flags, indexByteLength, streamOffset })
}

/** What the index repeats about each block. */
interface BlockRecord {
  readonly unpaddedByteLength: number
  readonly uncompressedByteLength: number
}

async function firstByte(reader: ByteReader): Promise<number> {
  const [byte] = await reader.peek(1)
  return byte ?? ((await reader.take(1))[0] as number) // throws, and says where
}

async function readStreamHeader(reader: ByteReader): Promise<Uint8Array> {
  const { offset } = reader
  const cursor = new Cursor(await reader.take(STREAM_HEADER_BYTE_LENGTH), offset, reader.name)
  if (!equalBytes(cursor.take(STREAM_MAGIC.length), Uint8Array.from(STREAM_MAGIC))) {
    throw corrupt(reader, offset, 'the xz magic is missing')
  }
  const flags = cursor.take(2).slice()
  if (cursor.u32le() !== crc32(flags)) throw corrupt(reader, offset, 'the CRC-32 of the stream header differs')
  return flags
}

async function* decodeBlock(
  reader: ByteReader,
  flags: Uint8Array,
  options: DecodeXzOptions,
): AsyncGenerator<Uint8Array, BlockRecord, undefined> {
  const blockOffset = reader.offset
  const headerByteLength = ((await firstByte(reader)) + 1) * 4
  const header = decodeBlockHeader(await reader.take(headerByteLength), blockOffset, reader.name)
  const check = newCheck(flags, reader, blockOffset)

  const dataOffset = reader.offset
  let uncompressedByteLength = 0
  for await (const bytes of filtered(reader, header, options)) {
    uncompressedByteLength += bytes.byteLength
    check.update(bytes)
    yield bytes
  }
  const compressedByteLength = reader.offset - dataOffset
  checkSize(reader, blockOffset, 'compressed', compressedByteLength, header.compressedByteLength)
  checkSize(reader, blockOffset, 'uncompressed', uncompressedByteLength, header.uncompressedByteLength)
  await takePadding(reader, compressedByteLength)

  const expected = check.digest()
  if (!equalBytes(await reader.take(expected.byteLength), expected)) {
    throw corrupt(reader, blockOffset, 'the contents of the block do not match its check')
  }
  return { unpaddedByteLength: headerByteLength + compressedByteLength + expected.byteLength, uncompressedByteLength }
}

function filtered(reader: ByteReader, header: BlockHeader, options: DecodeXzOptions): AsyncIterable<Uint8Array> {
  const { maxDictionaryByteLength = MAX_DICTIONARY_BYTE_LENGTH, signal } = options
  const { dictionaryByteLength, x86StartOffset } = header
  const decoded = decodeLzma2(reader, { dictionaryByteLength, maxDictionaryByteLength, signal })
  return x86StartOffset === undefined ? decoded : decodeX86(decoded, x86StartOffset)
}

function newCheck(flags: Uint8Array, reader: ByteReader, offset: number): Check {
  const [reserved = 0, type = 0] = flags
  const check = reserved === 0 ? createCheck(type) : undefined
  if (check) return check
  throw new FormatError(
    'XZ_UNSUPPORTED',
    `Cannot verify the xz block at offset ${offset} of ${reader.name}: the check type ${type} is not known`,
  )
}

/** Reads the index, compares it with the blocks that were there, and gives its size in bytes. */
async function readIndex(reader: ByteReader, records: readonly BlockRecord[]): Promise<number> {
  const start = reader.offset
  const input = new IndexInput(reader)
  await input.take(1)
  const count = await input.number()
  if (count !== records.length)
    throw corrupt(reader, start, `the index lists ${count} blocks instead of ${records.length}`)
  for (const { unpaddedByteLength, uncompressedByteLength } of records) {
    const isSame = (await input.number()) === unpaddedByteLength && (await input.number()) === uncompressedByteLength
    if (!isSame) throw corrupt(reader, start, 'the index does not match the blocks')
  }
  const padding = await input.take(paddingByteLength(reader.offset - start))
  if (padding.some((byte) => byte !== 0)) throw corrupt(reader, start, 'the padding of the index is not zero')
  const expected = input.crc
  if (new Cursor(await reader.take(4)).u32le() !== expected)
    throw corrupt(reader, start, 'the CRC-32 of the index differs')
  return reader.offset - start
}

/** Reads the index piece by piece, with a running CRC. */
class IndexInput {
  readonly #reader: ByteReader
  #crc = 0

  constructor(reader: ByteReader) {
    this.#reader = reader
  }

  get crc(): number {
    return this.#crc
  }

  async take(byteLength: number): Promise<Uint8Array> {
    const bytes = await this.#reader.take(byteLength)
    this.#crc = crc32(bytes, this.#crc)
    return bytes
  }

  async number(): Promise<number> {
    const { name, offset } = this.#reader
    const cursor = new Cursor(await this.#reader.peek(MAX_VARIABLE_BYTE_LENGTH), offset, name)
    const value = decodeVariableLength(cursor, name)
    await this.take(cursor.offset - offset)
    return value
  }
}

async function readFooter(
  reader: ByteReader,
  stream: { flags: Uint8Array; indexByteLength: number; streamOffset: number },
): Promise<void> {
  const { offset } = reader
  const cursor = new Cursor(await reader.take(STREAM_HEADER_BYTE_LENGTH), offset, reader.name)
  const expected = cursor.u32le()
  const fields = cursor.take(6)
  if (crc32(fields) !== expected) throw corrupt(reader, offset, 'the CRC-32 of the stream footer differs')
  const footer = new Cursor(fields)
  if ((footer.u32le() + 1) * 4 !== stream.indexByteLength)
    throw corrupt(reader, offset, 'the footer gives another index size')
  if (!equalBytes(footer.take(2), stream.flags)) throw corrupt(reader, offset, 'the flags of header and footer differ')
  if (!equalBytes(cursor.take(2), Uint8Array.from(FOOTER_MAGIC)))
    throw corrupt(reader, offset, 'the footer magic is missing')
}

async function takePadding(reader: ByteReader, byteLength: number): Promise<void> {
  const { offset } = reader
  const padding = await reader.take(paddingByteLength(byteLength))
  if (padding.some((byte) => byte !== 0)) throw corrupt(reader, offset, 'the padding of the block is not zero')
}

function checkSize(reader: ByteReader, offset: number, what: string, actual: number, expected = actual): void {
  if (actual === expected) return
  throw corrupt(reader, offset, `the ${what} size is ${actual}, where the block header says ${expected}`)
}

function corrupt(reader: ByteReader, offset: number, problem: string): FormatError {
  return new FormatError(
    'COMPRESSED_DATA_CORRUPT',
    `The xz data at offset ${offset} of ${reader.name} is damaged: ${problem}`,
  )
}
