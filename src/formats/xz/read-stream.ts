import { type ByteReader, Cursor, crc32, equalBytes, Sha256 } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type BlockHeader, decodeBlockHeader } from './block-header.ts'
import { corruptXz } from './corrupt-xz.ts'
import { FOOTER_MAGIC, INDEX_INDICATOR, paddingByteLength, STREAM_HEADER_BYTE_LENGTH, STREAM_MAGIC } from './layout.ts'
import { decodeVariableLength, encodeVariableLength, MAX_VARIABLE_BYTE_LENGTH } from './variable-length.ts'

/** A block whose header has been read: everything that it takes to decode what follows. Plain data, for other threads. */
export interface XzBlock {
  /** How messages call the data that the block is in. */
  readonly name: string
  /** Where the block starts in that, in bytes, and where its LZMA2 data starts. */
  readonly offset: number
  readonly dataOffset: number
  readonly header: BlockHeader
  /** Which check the block ends with. */
  readonly checkType: number
}

/** What the index repeats about each block. */
export interface BlockRecord {
  readonly unpaddedByteLength: number
  readonly uncompressedByteLength: number
}

/** Reads what follows a block's header: data, padding and check. Gives whatever the reading of streams is for. */
export type ReadBlockBody<T> = (reader: ByteReader, block: XzBlock) => AsyncGenerator<T, BlockRecord, undefined>

/**
 * Reads one .xz stream and leaves the reader right behind its footer. The blocks' bodies are the caller's to read, and
 * everything around them is verified: the stream's header, the blocks' headers, the index and the footer.
 *
 * Layout: The .xz File Format 1.2.0, 2.1.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `XZ_UNSUPPORTED`.
 */
export async function* readXzStream<T>(
  reader: ByteReader,
  readBody: ReadBlockBody<T>,
): AsyncGenerator<T, void, undefined> {
  const flags = await readStreamHeader(reader)
  const records = new RecordSum()
  while ((await firstByte(reader)) !== INDEX_INDICATOR) {
    records.add(yield* readBody(reader, await readBlockHeader(reader, flags)))
  }
  const indexByteLength = await readIndex(reader, records)
  await readFooter(reader, { flags, indexByteLength })
}

/** Records as their number and a hash over them: a damaged stream may have millions of blocks. */
class RecordSum {
  readonly #hash = new Sha256()
  #count = 0

  get count(): number {
    return this.#count
  }

  add({ unpaddedByteLength, uncompressedByteLength }: BlockRecord): void {
    const numbers = [unpaddedByteLength, uncompressedByteLength].flatMap(encodeVariableLength)
    this.#hash.update(Uint8Array.from(numbers))
    this.#count++
  }

  /** The hash; nothing can be added afterwards. */
  digest(): Uint8Array {
    return this.#hash.digest()
  }
}

async function firstByte(reader: ByteReader): Promise<number> {
  const [byte] = await reader.peek(1)
  return byte ?? ((await reader.take(1))[0] as number) // throws, and says where
}

async function readStreamHeader(reader: ByteReader): Promise<Uint8Array> {
  const { offset } = reader
  const cursor = new Cursor(await reader.take(STREAM_HEADER_BYTE_LENGTH), offset, reader.name)
  if (!equalBytes(cursor.take(STREAM_MAGIC.length), Uint8Array.from(STREAM_MAGIC))) {
    throw corruptXz(reader, offset, 'the xz magic is missing')
  }
  const flags = cursor.take(2).slice()
  if (cursor.u32le() !== crc32(flags)) throw corruptXz(reader, offset, 'the CRC-32 of the stream header differs')
  return flags
}

async function readBlockHeader(reader: ByteReader, flags: Uint8Array): Promise<XzBlock> {
  const { name, offset } = reader
  const [reserved = 0, checkType = 0] = flags
  const headerByteLength = ((await firstByte(reader)) + 1) * 4
  const header = decodeBlockHeader(await reader.take(headerByteLength), offset, name)
  if (reserved === 0) return { name, offset, dataOffset: reader.offset, header, checkType }
  throw new FormatError(
    'XZ_UNSUPPORTED',
    `Cannot read the xz block at offset ${offset} of ${name}: reserved flags are set`,
  )
}

/** Reads the index, compares it with the blocks that were there, and gives its size in bytes. */
async function readIndex(reader: ByteReader, records: RecordSum): Promise<number> {
  const start = reader.offset
  const input = new IndexInput(reader)
  await input.take(1)
  const count = await input.number()
  if (count !== records.count)
    throw corruptXz(reader, start, `the index lists ${count} blocks instead of ${records.count}`)
  const listed = new RecordSum()
  while (listed.count < count) {
    listed.add({ unpaddedByteLength: await input.number(), uncompressedByteLength: await input.number() })
  }
  if (!equalBytes(listed.digest(), records.digest()))
    throw corruptXz(reader, start, 'the index does not match the blocks')
  const padding = await input.take(paddingByteLength(reader.offset - start))
  if (padding.some((byte) => byte !== 0)) throw corruptXz(reader, start, 'the padding of the index is not zero')
  const expected = input.crc
  if (new Cursor(await reader.take(4)).u32le() !== expected)
    throw corruptXz(reader, start, 'the CRC-32 of the index differs')
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
  stream: { readonly flags: Uint8Array; readonly indexByteLength: number },
): Promise<void> {
  const { offset } = reader
  const cursor = new Cursor(await reader.take(STREAM_HEADER_BYTE_LENGTH), offset, reader.name)
  const expected = cursor.u32le()
  const fields = cursor.take(6)
  if (crc32(fields) !== expected) throw corruptXz(reader, offset, 'the CRC-32 of the stream footer differs')
  const footer = new Cursor(fields)
  if ((footer.u32le() + 1) * 4 !== stream.indexByteLength)
    throw corruptXz(reader, offset, 'the footer gives another index size')
  if (!equalBytes(footer.take(2), stream.flags))
    throw corruptXz(reader, offset, 'the flags of header and footer differ')
  if (!equalBytes(cursor.take(2), Uint8Array.from(FOOTER_MAGIC)))
    throw corruptXz(reader, offset, 'the footer magic is missing')
}
