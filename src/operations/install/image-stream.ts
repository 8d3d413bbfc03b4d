import { FormatError } from '../../errors.ts'
import type { StreamCheck } from './stream-check.ts'

/** An OS image on its way: a file, a download, or what comes through a pipe. */
export interface ImageInput {
  /** How messages call it: a path or a URL. */
  readonly name: string
  /** Bytes as they arrive, compressed; `undefined` when nobody knows. */
  readonly byteLength: number | undefined
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Options of {@link openImageStream}. */
export interface ImageStreamOptions {
  /** What shall be proved of the bytes as they arrive. */
  readonly checks?: readonly StreamCheck[]
  /** Gives what compressed bytes hold, in order; the bytes themselves when they are not compressed. */
  readonly decompress: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
  /** Told how many bytes have arrived. */
  readonly onArrival?: ((bytesDone: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** An OS image whose beginning has been read. */
export interface ImageStream {
  readonly name: string
  /** The first {@link HEAD_BYTE_LENGTH} bytes. */
  readonly head: Uint8Array
  /** What follows the head, in order, to the image's end. Can be asked for once. */
  readonly body: AsyncIterable<Uint8Array>
  /**
   * Settles when everything that was to be proved is proved, after the body's end.
   *
   * @returns the proofs, as clauses.
   * @throws {FormatError} what the checks throw; `UNEXPECTED_END` when fewer bytes have come than there are.
   */
  finish(): Promise<readonly string[]>
  /** Lets go of the input, without waiting for more of it. Always called, also after a failure. */
  close(): Promise<void>
}

/** The part of an image that is needed to plan: it has the partition table, and is written last. */
export const HEAD_BYTE_LENGTH: number = 1024 * 1024

/**
 * Starts to read an image, up to the end of its head.
 *
 * @throws {FormatError} `UNEXPECTED_END` for an image that is shorter than its head, and what decompressing throws.
 */
export async function openImageStream(input: ImageInput, options: ImageStreamOptions): Promise<ImageStream> {
  const { checks = [], decompress, onArrival, signal } = options
  let arrived = 0
  let isWaiting = false

  async function* arriving(): AsyncGenerator<Uint8Array, void, undefined> {
    isWaiting = true
    for await (const bytes of input.bytes) {
      isWaiting = false
      signal?.throwIfAborted()
      for (const check of checks) await check.update(bytes)
      arrived += bytes.byteLength
      onArrival?.(arrived)
      yield bytes
      isWaiting = true
    }
    isWaiting = false
  }

  const compressed = arriving()
  const image = decompress(compressed)[Symbol.asyncIterator]()
  const close = async (): Promise<void> => {
    try {
      await image.return?.()
    } finally {
      // A decompressor reads ahead, of a network that may be stalled: whoever has failed meanwhile does not wait for it.
      const closing = compressed.return()
      if (isWaiting) closing.catch(() => {})
      else await closing
    }
  }

  const head = new Uint8Array(HEAD_BYTE_LENGTH)
  let rest = new Uint8Array(0) as Uint8Array
  try {
    for (let filled = 0; filled < HEAD_BYTE_LENGTH; ) {
      const next = await image.next()
      if (next.done) {
        throw new FormatError('UNEXPECTED_END', `${input.name} has ${filled} bytes, and an OS image at least 1 MiB`, {
          hint: 'Check that it is the image of a disk, and complete',
        })
      }
      const piece = next.value.subarray(0, HEAD_BYTE_LENGTH - filled)
      head.set(piece, filled)
      filled += piece.byteLength
      rest = next.value.slice(piece.byteLength) // the chunk's memory may be used again
    }
  } catch (error) {
    await close().catch(() => {}) // the first failure says more
    throw error
  }

  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    if (rest.byteLength > 0) yield rest
    for (let next = await image.next(); !next.done; next = await image.next()) {
      signal?.throwIfAborted()
      yield next.value
    }
  }

  return {
    name: input.name,
    head,
    body: body(),
    async finish() {
      for await (const _ of compressed) signal?.throwIfAborted() // a decompressor may leave what stands behind its data
      if (input.byteLength !== undefined && arrived !== input.byteLength) {
        throw new FormatError(
          'UNEXPECTED_END',
          `${input.name} ended after ${arrived} bytes, although it has ${input.byteLength}`,
          { hint: 'Check that nobody changes the image meanwhile' },
        )
      }
      const proofs: string[] = []
      for (const check of checks) proofs.push(await check.finish())
      return proofs
    },
    close,
  }
}
