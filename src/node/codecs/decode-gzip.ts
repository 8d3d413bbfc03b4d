import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { type ByteReader, Cursor, joinBytes } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { DecompressOptions } from '../../formats/initrd/index.ts'
import { ENGINE_CHUNK_BYTE_LENGTH, runEngine } from './run-engine.ts'

const HEADER_BYTE_LENGTH = 10
const METHOD_DEFLATE = 8
const FLAG_HEADER_CRC = 0x02
const FLAG_EXTRA = 0x04
const FLAG_NAME = 0x08
const FLAG_COMMENT = 0x10
const RESERVED_FLAGS = 0xe0
const TRAILER_BYTE_LENGTH = 8
const MAX_INPUT_BYTE_LENGTH: number = 256 * 1024
/** Members of fewer bytes, with contents of no more, are decompressed in one call. */
const SMALL_BYTE_LENGTH = 16 * 1024
const SMALL_CONTENTS_BYTE_LENGTH = 256 * 1024

/**
 * Decompresses one gzip member and leaves the reader right behind it.
 *
 * The container is read here and only the deflate data is zlib's: zlib's gzip mode goes on to whatever follows a member,
 * and loses output when that is no gzip.
 *
 * Layout: RFC 1952.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`.
 */
export async function* decodeGzip(
  reader: ByteReader,
  options: DecompressOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = options
  const what = `the gzip data at offset ${reader.offset} of ${reader.name}`
  await skipHeader(reader, what)
  const small = await inflateSmall(reader)
  if (small) {
    signal?.throwIfAborted()
    if (small.byteLength > 0) yield small
    return await checkTrailer(reader, { sum: crc32(small), byteLength: small.byteLength }, what)
  }

  const engine = createInflateRaw({ chunkSize: ENGINE_CHUNK_BYTE_LENGTH })
  let lastPieces: readonly Uint8Array[] = [] // the engine may have asked for one more piece than it had use for
  let takenByteLength = 0
  const next = async (): Promise<Uint8Array | undefined> => {
    const bytes = await reader.takeUpTo(MAX_INPUT_BYTE_LENGTH)
    if (!bytes) return undefined
    lastPieces = [...lastPieces.slice(-1), bytes]
    takenByteLength += bytes.byteLength
    return bytes
  }
  let sum = 0
  let byteLength = 0
  for await (const bytes of runEngine(engine, { next, what, signal })) {
    sum = crc32(bytes, sum)
    byteLength = (byteLength + bytes.byteLength) % 2 ** 32
    yield bytes
  }
  const surplus = takenByteLength - engine.bytesWritten
  const taken = joinBytes(lastPieces)
  reader.unread(taken.subarray(taken.byteLength - surplus))

  await checkTrailer(reader, { sum, byteLength }, what)
}

/**
 * The contents of a member that is at hand as a whole and small; `undefined` for any other, with the reader where it was.
 * One call takes a twentieth of the time that an engine does, and what is wrong is for that one to say.
 */
async function inflateSmall(reader: ByteReader): Promise<Uint8Array | undefined> {
  const taken = await reader.takeUpTo(SMALL_BYTE_LENGTH)
  if (!taken) return undefined
  const result = taken.byteLength < SMALL_BYTE_LENGTH ? tryInflate(taken) : undefined
  reader.unread(taken.subarray(result?.takenByteLength ?? 0))
  return result?.bytes
}

function tryInflate(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly takenByteLength: number } | undefined {
  try {
    const result: unknown = inflateRawSync(bytes, { info: true, maxOutputLength: SMALL_CONTENTS_BYTE_LENGTH })
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } }
    return {
      bytes: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength),
      takenByteLength: engine.bytesWritten,
    }
  } catch {
    return undefined
  }
}

async function checkTrailer(
  reader: ByteReader,
  { sum, byteLength }: { readonly sum: number; readonly byteLength: number },
  what: string,
): Promise<void> {
  const trailer = new Cursor(await reader.take(TRAILER_BYTE_LENGTH))
  if (trailer.u32le() !== sum) throw corrupt(what, 'the CRC-32 of its contents differs')
  if (trailer.u32le() !== byteLength)
    throw corrupt(what, `its contents have ${byteLength} bytes, another number than it says`)
}

async function skipHeader(reader: ByteReader, what: string): Promise<void> {
  const [magic1, magic2, method, flags = 0] = await reader.take(HEADER_BYTE_LENGTH)
  if (magic1 !== 0x1f || magic2 !== 0x8b) throw corrupt(what, 'the gzip magic is missing')
  if (method !== METHOD_DEFLATE) throw corrupt(what, `the compression method ${method} is not deflate`)
  if (flags & RESERVED_FLAGS) throw corrupt(what, 'reserved flags are set')
  if (flags & FLAG_EXTRA) await reader.skip(new Cursor(await reader.take(2)).u16le())
  if (flags & FLAG_NAME) await skipText(reader)
  if (flags & FLAG_COMMENT) await skipText(reader)
  if (flags & FLAG_HEADER_CRC) await reader.skip(2)
}

async function skipText(reader: ByteReader): Promise<void> {
  while ((await reader.take(1))[0] !== 0) {}
}

function corrupt(what: string, problem: string): FormatError {
  return new FormatError('COMPRESSED_DATA_CORRUPT', `Cannot decompress ${what}: ${problem}`)
}
