import { ByteReader, chunks, type Source } from '../bytes/index.ts'
import type { Output } from './output.ts'
import type { OnProgress } from './progress.ts'

/** Options of {@link copyThrough}. */
export interface CopyThroughOptions {
  /** Stops; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Told now and then how much has been written. */
  readonly onProgress?: OnProgress | undefined
}

/**
 * What readers of initrds have not let go of yet lies in the last three chunks: decompressors are fed in pieces of a quarter
 * of a chunk, and give back at most the last two.
 */
const HELD_CHUNK_COUNT = 3

/**
 * A reader over an initrd that {@link nodeCodecs} decompress. Memory is used again, which is half the cost of reading a large
 * file. Whoever opened the source closes the reader.
 */
export function initrdReader(source: Source, options: Pick<CopyThroughOptions, 'signal'> = {}): ByteReader {
  return new ByteReader(
    chunks(source, { signal: options.signal, isTransient: true, heldChunkCount: HELD_CHUNK_COUNT }),
    source.name,
  )
}

/**
 * Copies a source to the start of an output while the caller reads it: each byte is read once, for both. A chunk is written
 * while the caller works on it, and all has been written when the iteration ends. A chunk holds its bytes until two more
 * have been asked for.
 */
export async function* copyThrough(
  source: Source,
  output: Output,
  options: CopyThroughOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, onProgress } = options
  let writing: Promise<void> | undefined
  let offset = 0
  for await (const chunk of chunks(source, { signal, isTransient: true, heldChunkCount: HELD_CHUNK_COUNT })) {
    await writing
    writing = output.write(offset, chunk)
    writing.catch(() => {}) // thrown when the next chunk is asked for
    offset += chunk.byteLength
    yield chunk
    onProgress?.({ bytesDone: offset, bytesTotal: source.byteLength })
  }
  await writing
}
