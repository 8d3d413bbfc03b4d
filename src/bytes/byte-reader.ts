import { FormatError } from '../errors.ts'
import { countLeadingZeros } from './zeros.ts'

/**
 * Pulls bytes in order from chunks of any size, and can look ahead and give bytes back.
 *
 * Decoders that don't know where their data ends (a compressed stream inside an initrd) read from one of these: they
 * take what they need and leave the reader on the first byte that is not theirs.
 *
 * Whoever gives the chunks may use their memory again once the next one is asked for. What was taken is good until then.
 */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #name: string
  #current: Uint8Array = new Uint8Array(0)
  #isDone = false
  #offset: number

  /** @param offset where messages say that the data starts. */
  constructor(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, name: string, offset = 0) {
    this.#chunks = iterate(chunks)
    this.#name = name
    this.#offset = offset
  }

  /** How messages call the data. */
  get name(): string {
    return this.#name
  }

  /** How many bytes have been taken so far, counted from where the data starts. */
  get offset(): number {
    return this.#offset
  }

  /** Whatever is at hand, at least one byte, or `undefined` at the end. The array is a view and must not be written to. */
  async takeSome(): Promise<Uint8Array | undefined> {
    if (!(await this.#fill(1))) return undefined
    const bytes = this.#current
    this.#consume(bytes.byteLength)
    return bytes
  }

  /** Up to `maxByteLength` bytes that are at hand, at least one, or `undefined` at the end. */
  async takeUpTo(maxByteLength: number): Promise<Uint8Array | undefined> {
    if (!(await this.#fill(1))) return undefined
    const bytes = this.#current.subarray(0, maxByteLength)
    this.#consume(bytes.byteLength)
    return bytes
  }

  /** Exactly `byteLength` bytes. @throws {FormatError} `UNEXPECTED_END` when there are fewer. */
  async take(byteLength: number): Promise<Uint8Array> {
    if (!(await this.#fill(byteLength))) {
      throw new FormatError(
        'UNEXPECTED_END',
        `${this.#name} ends at offset ${this.#offset + this.#current.byteLength}, inside ${byteLength} bytes expected at offset ${this.#offset}`,
        { hint: 'Check that the file is complete' },
      )
    }
    const bytes = this.#current.subarray(0, byteLength)
    this.#consume(byteLength)
    return bytes
  }

  /** The next bytes, up to `byteLength`, without taking them; fewer only at the end. */
  async peek(byteLength: number): Promise<Uint8Array> {
    await this.#fill(byteLength)
    return this.#current.subarray(0, byteLength)
  }

  /** Moves over `byteLength` bytes without keeping them. @throws {FormatError} `UNEXPECTED_END` when there are fewer. */
  async skip(byteLength: number): Promise<void> {
    let rest = byteLength
    while (rest > 0) {
      const bytes = await this.takeUpTo(rest)
      if (!bytes)
        await this.take(rest) // throws, and says where
      else rest -= bytes.byteLength
    }
  }

  /** Moves over zero bytes, and says how many there were. */
  async skipZeros(): Promise<number> {
    const start = this.#offset
    while (await this.#fill(1)) {
      this.#consume(countLeadingZeros(this.#current))
      if (this.#current.byteLength > 0) break
    }
    return this.#offset - start
  }

  /** Gives back bytes that were taken last. */
  unread(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return
    this.#offset -= bytes.byteLength
    this.#current = this.#current.byteLength === 0 ? bytes : joinBytes([bytes, this.#current])
  }

  /** Tells the origin that nobody will read on, so that it can release what it holds. */
  async close(): Promise<void> {
    this.#isDone = true
    await this.#chunks.return?.()
  }

  #consume(byteLength: number): void {
    this.#current = this.#current.subarray(byteLength)
    this.#offset += byteLength
  }

  async #fill(byteLength: number): Promise<boolean> {
    if (this.#current.byteLength >= byteLength) return true
    const pieces: Uint8Array[] = []
    let available = this.#current.byteLength
    try {
      while (available < byteLength && !this.#isDone) {
        pieces.push(this.#current.slice()) // the chunk is not ours any more once the next one is asked for
        this.#current = new Uint8Array(0)
        const { value, done } = await this.#chunks.next()
        if (done) this.#isDone = true
        else this.#current = value
        available += this.#current.byteLength
      }
    } finally {
      if (pieces.length > 0) this.#current = joinBytes([...pieces, this.#current]) // after a failure, too
    }
    return available >= byteLength
  }
}

async function* iterate(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/** The runs of bytes one behind the other, as one array; a single non-empty run is given back as it is. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const filled = pieces.filter((piece) => piece.byteLength > 0)
  if (filled.length === 1 && filled[0]) return filled[0]
  const bytes = new Uint8Array(filled.reduce((total, piece) => total + piece.byteLength, 0))
  let offset = 0
  for (const piece of filled) {
    bytes.set(piece, offset)
    offset += piece.byteLength
  }
  return bytes
}
