import { constants, createZstdDecompress } from 'node:zlib'
import { type ByteReader, Cursor } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { DecompressOptions } from '../../formats/initrd/index.ts'
import { ENGINE_CHUNK_BYTE_LENGTH, type Engine, runEngine } from './run-engine.ts'
import { tooLittleMemory } from './too-little-memory.ts'

const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const MAGIC_BYTE_LENGTH = 4
/** Flags of a frame's first byte. */
const HAS_CHECKSUM = 0x04
const SINGLE_SEGMENT = 0x20
const BLOCK_HEADER_BYTE_LENGTH = 3
const BLOCK_REPEATED_BYTE = 1
const BLOCK_RESERVED = 3
const CHECKSUM_BYTE_LENGTH = 4
/** What the kernel allows for initrds. */
const DEFAULT_MAX_WINDOW_BYTE_LENGTH: number = 128 * 1024 * 1024
/** The largest window that Node's engine can be told to allow, as a power of two. */
const MAX_WINDOW_LOG = 31

/** Options of {@link decodeZstd}. */
export interface DecodeZstdOptions extends DecompressOptions {
  /** Most memory for a frame's window, in bytes; 128 MiB, the kernel's limit, unless given. Never more than 2 GiB. */
  readonly maxWindowByteLength?: number | undefined
}

/**
 * Decompresses consecutive zstd frames, which are one stream, and leaves the reader right behind the last.
 *
 * Each frame gets an engine of its own and exactly its own bytes, found by walking over its blocks: Node's engine stops
 * silently behind the first frame when more of them arrive in one piece.
 *
 * Memory: the frame's window.
 *
 * Layout: RFC 8878, 3.1.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `LIMIT_EXCEEDED` for the window.
 */
export async function* decodeZstd(
  reader: ByteReader,
  options: DecodeZstdOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  while (true) {
    options.signal?.throwIfAborted()
    const magic = await peekMagic(reader)
    if (magic === FRAME_MAGIC) yield* decodeFrame(reader, options)
    else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) await skipFrame(reader)
    else return
  }
}

/** The next four bytes as a number; 0, which is no magic, when there are fewer. */
async function peekMagic(reader: ByteReader): Promise<number> {
  const bytes = await reader.peek(MAGIC_BYTE_LENGTH)
  return bytes.byteLength === MAGIC_BYTE_LENGTH ? new Cursor(bytes).u32le() : 0
}

async function skipFrame(reader: ByteReader): Promise<void> {
  await reader.skip(MAGIC_BYTE_LENGTH)
  await reader.skip(new Cursor(await reader.take(4)).u32le())
}

async function* decodeFrame(
  reader: ByteReader,
  { signal, maxWindowByteLength }: DecodeZstdOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const what = `the zstd frame at offset ${reader.offset} of ${reader.name}`
  const header = await takeFrameHeader(reader)
  checkWindow(header, maxWindowByteLength, what)
  const pieces = takeFrame(reader, header, what)
  const next = async (): Promise<Uint8Array | undefined> => (await pieces.next()).value ?? undefined
  const engine: Engine = createZstdDecompress({
    chunkSize: ENGINE_CHUNK_BYTE_LENGTH,
    params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
  })
  yield* runEngine(engine, { next, what, signal })
}

function checkWindow({ windowByteLength }: FrameHeader, budget: number | undefined, what: string): void {
  const most = budget === undefined ? DEFAULT_MAX_WINDOW_BYTE_LENGTH : 2 ** MAX_WINDOW_LOG
  if (windowByteLength > most) {
    const problem = `it needs ${windowByteLength} bytes of memory, and ${most} are possible at most`
    throw new FormatError('LIMIT_EXCEEDED', `Cannot decompress ${what}: ${problem}`)
  }
  if (budget !== undefined && windowByteLength > budget) throw tooLittleMemory(what, windowByteLength, budget)
}

/** What a frame says before its blocks. */
interface FrameHeader {
  /** The header itself, with the magic. */
  readonly bytes: Uint8Array
  readonly windowByteLength: number
  readonly hasChecksum: boolean
}

async function takeFrameHeader(reader: ByteReader): Promise<FrameHeader> {
  const [descriptor = 0] = (await reader.peek(MAGIC_BYTE_LENGTH + 1)).subarray(MAGIC_BYTE_LENGTH)
  const bytes = await reader.take(MAGIC_BYTE_LENGTH + headerByteLength(descriptor))
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0
  const windowByteLength = isSingleSegment
    ? decodeContentByteLength(bytes, descriptor)
    : decodeWindowByteLength(bytes[MAGIC_BYTE_LENGTH + 1] ?? 0)
  return { bytes, windowByteLength, hasChecksum: (descriptor & HAS_CHECKSUM) !== 0 }
}

/** Layout: RFC 8878, 3.1.1.1.2. */
function decodeWindowByteLength(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** The field at the header's end; two bytes count from 256. Layout: RFC 8878, 3.1.1.1.4. */
function decodeContentByteLength(header: Uint8Array, descriptor: number): number {
  const byteLength = contentFieldByteLength(descriptor)
  const field = header.subarray(header.byteLength - byteLength)
  const value = field.reduceRight((high, byte) => high * 0x100 + byte, 0)
  return byteLength === 2 ? value + 256 : value
}

/**
 * The bytes of a frame, from its magic to its checksum, in pieces as they come: each write to the engine costs a turn of a
 * thread, so that blocks don't go one by one.
 */
async function* takeFrame(
  reader: ByteReader,
  header: FrameHeader,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield header.bytes
  let rest = 0
  let isLast = false
  while (!isLast || rest > 0) {
    await reader.peek(BLOCK_HEADER_BYTE_LENGTH)
    const bytes = (await reader.takeSome()) ?? (await reader.take(Math.max(rest, BLOCK_HEADER_BYTE_LENGTH)))
    let position = 0
    while (position < bytes.byteLength) {
      if (rest === 0) {
        if (isLast || bytes.byteLength - position < BLOCK_HEADER_BYTE_LENGTH) break
        const block = decodeBlockHeader(bytes, position)
        if (!block) throw reservedBlock(what, reader.offset - bytes.byteLength + position)
        isLast = block.isLast
        rest = BLOCK_HEADER_BYTE_LENGTH + block.byteLength
      }
      const step = Math.min(rest, bytes.byteLength - position)
      position += step
      rest -= step
    }
    reader.unread(bytes.subarray(position))
    if (position === 0) await reader.take(BLOCK_HEADER_BYTE_LENGTH) // throws, and says where
    yield bytes.subarray(0, position)
  }
  if (header.hasChecksum) yield await reader.take(CHECKSUM_BYTE_LENGTH)
}

/** What a block's header says; `undefined` for the type that is reserved. Layout: RFC 8878, 3.1.1.2. */
function decodeBlockHeader(
  bytes: Uint8Array,
  position: number,
): { readonly isLast: boolean; readonly byteLength: number } | undefined {
  const [low = 0, middle = 0, high = 0] = bytes.subarray(position, position + BLOCK_HEADER_BYTE_LENGTH)
  const type = (low >>> 1) & 3
  const size = (low + middle * 0x100 + high * 0x10000) >>> 3
  if (type === BLOCK_RESERVED) return undefined
  return { isLast: (low & 1) !== 0, byteLength: type === BLOCK_REPEATED_BYTE ? 1 : size }
}

function reservedBlock(what: string, offset: number): FormatError {
  return new FormatError(
    'COMPRESSED_DATA_CORRUPT',
    `Cannot decompress ${what}: the block at offset ${offset} has a reserved type`,
  )
}

/** Bytes of a frame header behind the magic, by its first byte: window, dictionary id and contents' size. */
function headerByteLength(descriptor: number): number {
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0
  const dictionaryField = [0, 1, 2, 4][descriptor & 3] ?? 0
  return 1 + (isSingleSegment ? 0 : 1) + dictionaryField + contentFieldByteLength(descriptor)
}

function contentFieldByteLength(descriptor: number): number {
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0
  return [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0
}
