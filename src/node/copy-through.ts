import { CHUNK_BYTE_LENGTH, type Source } from '../bytes/index.ts'
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
 * One chunk is read ahead, one is the consumer's, and two are kept for what it has not let go of yet: decompressors are fed
 * in pieces of a quarter of a chunk, and give back at most the last two.
 */
const BUFFER_COUNT = 4

/**
 * Copies a source to the start of an output while the caller reads it: each byte is read once, for both. A chunk is written
 * while the caller works on it, and all has been written when the iteration ends.
 *
 * Memory is used again, which is half the cost of reading a large file: a chunk holds its bytes until two more have been
 * asked for. Readers of initrds are done with them by then.
 */
export async function* copyThrough(
  source: Source,
  output: Output,
  options: CopyThroughOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, onProgress } = options
  const { byteLength } = source
  const readAt = bufferedReader(source, signal)
  let next = readAt(0)
  let writing: Promise<void> | undefined
  let offset = 0
  while (next) {
    signal?.throwIfAborted()
    const chunk = await next
    next = readAt(offset + chunk.byteLength)
    await writing
    writing = output.write(offset, chunk)
    writing.catch(() => {}) // thrown when the next chunk is asked for
    offset += chunk.byteLength
    yield chunk
    onProgress?.({ bytesDone: offset, bytesTotal: byteLength })
  }
  await writing
}

/** Reads chunks into the buffers in turn; `undefined` at the end. */
function bufferedReader(
  source: Source,
  signal: AbortSignal | undefined,
): (offset: number) => Promise<Uint8Array> | undefined {
  const buffers: Uint8Array[] = []
  let turn = 0
  return (offset) => {
    if (offset >= source.byteLength) return undefined
    const byteLength = Math.min(CHUNK_BYTE_LENGTH, source.byteLength - offset)
    const reading = source.readInto
      ? fill(source, offset, nextBuffer(byteLength))
      : source.read(offset, byteLength, { signal })
    reading.catch(() => {}) // thrown when the chunk's turn comes, even if the consumer leaves before
    return reading
  }

  function nextBuffer(byteLength: number): Uint8Array {
    turn = (turn + 1) % BUFFER_COUNT
    const buffer = buffers[turn] ?? new Uint8Array(CHUNK_BYTE_LENGTH)
    buffers[turn] = buffer
    return buffer.subarray(0, byteLength)
  }

  async function fill(from: Source, offset: number, target: Uint8Array): Promise<Uint8Array> {
    await from.readInto?.(offset, target, { signal })
    return target
  }
}
