import { checkRange, type ReadOptions, type Source } from './source.ts'

/** Bytes of one chunk unless the caller says otherwise: large enough that per-chunk costs vanish, small against memory. */
export const CHUNK_BYTE_LENGTH: number = 1024 * 1024

/** Options of {@link chunks}. */
export interface ChunkOptions extends ReadOptions {
  /** First byte; 0 unless given. */
  readonly offset?: number
  /** Number of bytes; everything behind `offset` unless given. */
  readonly byteLength?: number
  /** Bytes of each chunk but the last; {@link CHUNK_BYTE_LENGTH} unless given. */
  readonly chunkByteLength?: number
  /**
   * Whether memory is used again: each chunk then holds its bytes only until the next one is asked for. `false` unless
   * given. For consumers that are done with a chunk at once, where it doubles the speed.
   */
  readonly isTransient?: boolean
  /**
   * With `isTransient`, how many chunks hold their bytes at a time: the last one and those before it. 1 unless given; more
   * for consumers that come back to what they have just had.
   */
  readonly heldChunkCount?: number
}

/**
 * The source's bytes in order. The consumer pulls, and one chunk is read ahead while the consumer works, so memory stays
 * at two chunks.
 *
 * @throws {FormatError} `UNEXPECTED_END` when the range is not inside the source.
 */
export async function* chunks(source: Source, options: ChunkOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
  const { offset: start = 0, signal, chunkByteLength = CHUNK_BYTE_LENGTH } = options
  const end = start + (options.byteLength ?? source.byteLength - start)
  checkRange(source, start, end - start)

  const readChunk = options.isTransient
    ? transientReader(source, { chunkByteLength, bufferCount: (options.heldChunkCount ?? 1) + 1, signal })
    : (offset: number, byteLength: number) => source.read(offset, byteLength, { signal })
  const readAt = (offset: number): Promise<Uint8Array> | undefined => {
    if (offset >= end) return undefined
    const reading = readChunk(offset, Math.min(chunkByteLength, end - offset))
    reading.catch(() => {}) // the failure is thrown when the chunk's turn comes, even if the consumer leaves before
    return reading
  }
  let next = readAt(start)
  let offset = start
  while (next) {
    signal?.throwIfAborted()
    const chunk = await next
    offset += chunk.byteLength
    next = readAt(offset)
    yield chunk
  }
}

/** Reads into buffers in turn: one is read ahead into, the others are the consumer's. */
function transientReader(
  source: Source,
  options: { chunkByteLength: number; bufferCount: number; signal: AbortSignal | undefined },
): (offset: number, byteLength: number) => Promise<Uint8Array> {
  const { chunkByteLength, bufferCount, signal } = options
  const buffers: Uint8Array[] = []
  let turn = 0
  return async (offset, byteLength) => {
    if (!source.readInto) return source.read(offset, byteLength, { signal })
    turn = (turn + 1) % bufferCount
    const buffer = buffers[turn] ?? new Uint8Array(Math.min(chunkByteLength, source.byteLength))
    buffers[turn] = buffer
    const target = buffer.subarray(0, byteLength)
    await source.readInto(offset, target, { signal })
    return target
  }
}

/** Reads the whole source into memory. Only for sources whose length has been compared with a limit. */
export async function readAll(source: Source, options?: ReadOptions): Promise<Uint8Array> {
  return source.read(0, source.byteLength, options)
}
