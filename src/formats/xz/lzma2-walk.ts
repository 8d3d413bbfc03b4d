import type { ByteReader } from '../../bytes/index.ts'
import { readLzma2Chunk } from './lzma2-chunk.ts'

const END_MARKER: Uint8Array = Uint8Array.of(0)

/**
 * Gives a raw LZMA2 stream as it is, in pieces, up to and including its end marker, and at the end how many bytes it
 * decompresses to: chunk headers tell, without any decoding.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`.
 */
export async function* walkLzma2(reader: ByteReader): AsyncGenerator<Uint8Array, number, undefined> {
  let uncompressedByteLength = 0
  while (true) {
    const chunk = await readLzma2Chunk(reader)
    if (!chunk) break
    yield chunk.header
    let rest = chunk.dataByteLength
    while (rest > 0) {
      const bytes = (await reader.takeUpTo(rest)) ?? (await reader.take(rest)) // which throws, and says where
      rest -= bytes.byteLength
      yield bytes
    }
    uncompressedByteLength += chunk.uncompressedByteLength
  }
  yield END_MARKER
  return uncompressedByteLength
}
