import { ByteReader, joinBytes } from '../../src/bytes/index.ts'
import { collect } from './collect.ts'

/** A reader over bytes that come in chunks of the given size. */
export function readerOf(
  bytes: Uint8Array,
  chunkByteLength: number = Math.max(1, bytes.byteLength),
  name = 'test',
): ByteReader {
  return new ByteReader(piecesOf(bytes, chunkByteLength), name)
}

async function* piecesOf(bytes: Uint8Array, chunkByteLength: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.byteLength; start += chunkByteLength) {
    yield bytes.subarray(start, start + chunkByteLength)
  }
}

/** All bytes of an iteration. */
export async function collectBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(joinBytes(await collect(chunks)))
}
