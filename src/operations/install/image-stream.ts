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
  const { checks = [], decompress, signal } = options
  const arrival = new Arrival(input, options)
  const image = decompress(arrival.bytes)[Symbol.asyncIterator]()
  const close = async (): Promise<void> => {
    try {
      await image.return?.()
    } finally {
      await arrival.close()
    }
  }
  let start: ImageStart
  try {
    start = await readStart(image, input.name)
  } catch (error) {
    await close().catch(() => {}) // the first failure says more
    throw error
  }
  return {
    name: input.name,
    head: start.head,
    body: bodyOf(image, start.rest, signal),
    async finish() {
      for await (const _ of arrival.bytes) signal?.throwIfAborted() // a decompressor may leave what stands behind its data
      checkByteLength(input, arrival.byteLength)
      const proofs: string[] = []
      for (const check of checks) proofs.push(await check.finish())
      return proofs
    },
    close,
  }
}

/** An input on its way: every byte is shown to the checks, and counted. */
class Arrival {
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>
  #byteLength = 0
  /** Whether the input has been asked for more. */
  #isWaiting = false

  constructor({ bytes }: ImageInput, options: ImageStreamOptions) {
    this.bytes = this.#checked(bytes, options)
  }

  /** Bytes that have come. */
  get byteLength(): number {
    return this.#byteLength
  }

  async close(): Promise<void> {
    // A decompressor reads ahead, of a network that may be stalled: whoever has failed meanwhile does not wait for it.
    const closing = this.bytes.return()
    if (this.#isWaiting) closing.catch(() => {})
    else await closing
  }

  async *#checked(
    arriving: AsyncIterable<Uint8Array>,
    { checks = [], onArrival, signal }: ImageStreamOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    this.#isWaiting = true
    for await (const bytes of arriving) {
      this.#isWaiting = false
      signal?.throwIfAborted()
      for (const check of checks) await check.update(bytes)
      this.#byteLength += bytes.byteLength
      onArrival?.(this.#byteLength)
      yield bytes
      this.#isWaiting = true
    }
    this.#isWaiting = false
  }
}

interface ImageStart {
  readonly head: Uint8Array
  /** What came with the end of the head. */
  readonly rest: Uint8Array
}

async function readStart(image: AsyncIterator<Uint8Array>, name: string): Promise<ImageStart> {
  const head = new Uint8Array(HEAD_BYTE_LENGTH)
  for (let filled = 0; ; ) {
    const next = await image.next()
    if (next.done) {
      throw new FormatError('UNEXPECTED_END', `${name} has ${filled} bytes, and an OS image at least 1 MiB`, {
        hint: 'Check that it is the image of a disk, and complete',
      })
    }
    const piece = next.value.subarray(0, HEAD_BYTE_LENGTH - filled)
    head.set(piece, filled)
    filled += piece.byteLength
    // The chunk's memory may be used again.
    if (filled === HEAD_BYTE_LENGTH) return { head, rest: next.value.slice(piece.byteLength) }
  }
}

async function* bodyOf(
  image: AsyncIterator<Uint8Array>,
  rest: Uint8Array,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (rest.byteLength > 0) yield rest
  for (let next = await image.next(); !next.done; next = await image.next()) {
    signal?.throwIfAborted()
    yield next.value
  }
}

function checkByteLength({ name, byteLength }: ImageInput, arrivedByteLength: number): void {
  if (byteLength === undefined || arrivedByteLength === byteLength) return
  throw new FormatError(
    'UNEXPECTED_END',
    `${name} ended after ${arrivedByteLength} bytes, although it has ${byteLength}`,
    { hint: 'Check that nobody changes the image meanwhile' },
  )
}
