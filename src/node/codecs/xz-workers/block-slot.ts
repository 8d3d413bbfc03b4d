import type { XzBlock } from '../../../formats/xz/index.ts'
import type { BlockListener, BlockWorker } from './block-worker.ts'

/** Input goes to workers in pieces of this size. */
const INPUT_PIECE_BYTE_LENGTH: number = 256 * 1024
/** A worker that may give less than this waits soon. */
const STARVED_BYTE_LENGTH: number = 2 * 1024 * 1024

/** A block between its first byte and the consumer's having it all. */
export class BlockSlot implements BlockListener {
  readonly block: XzBlock
  readonly #worker: BlockWorker
  readonly #onChange: () => void
  readonly #output: Uint8Array[] = []
  #outputByteLength = 0
  #grantedByteLength = 0
  #piece = new Uint8Array(INPUT_PIECE_BYTE_LENGTH)
  #pieceByteLength = 0
  #sentByteLength = 0
  #isFed = false
  #isDecoded = false
  #failure: unknown

  constructor(block: XzBlock, worker: BlockWorker, options: { maxDictionaryByteLength: number; onChange: () => void }) {
    this.block = block
    this.#worker = worker
    this.#onChange = options.onChange
    worker.assign(block, options.maxDictionaryByteLength, this)
  }

  /** Bytes of input that are held for the worker. */
  get inputByteLength(): number {
    return this.#pieceByteLength + this.#sentByteLength
  }

  /** Bytes that the worker may still give, and those it gave that the consumer does not have yet. */
  get reservedByteLength(): number {
    return this.#isDecoded ? this.#outputByteLength : Math.max(0, this.#grantedByteLength) + this.#outputByteLength
  }

  /** Whether the worker can't give more unless it is granted. */
  get isStarved(): boolean {
    return !this.#isDecoded && this.#grantedByteLength < STARVED_BYTE_LENGTH
  }

  /** Whether the consumer has everything that there will be. */
  get isDone(): boolean {
    return this.#isDecoded && this.#output.length === 0
  }

  /** Takes a copy of the next bytes. */
  feed(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.byteLength > 0) {
      const part = rest.subarray(0, INPUT_PIECE_BYTE_LENGTH - this.#pieceByteLength)
      this.#piece.set(part, this.#pieceByteLength)
      this.#pieceByteLength += part.byteLength
      rest = rest.subarray(part.byteLength)
      if (this.#pieceByteLength === INPUT_PIECE_BYTE_LENGTH) this.#send()
    }
  }

  /** Says that all bytes of the block have come. */
  finishFeeding(): void {
    this.#send()
    this.#isFed = true
    this.#worker.end()
  }

  /** Lets the worker give so many bytes more. */
  grant(byteLength: number): void {
    if (this.#isDecoded || this.#failure !== undefined) return
    this.#grantedByteLength += byteLength
    this.#worker.grant(byteLength)
  }

  /** The next decoded bytes, when there are any. Throws what went wrong behind those. */
  take(): Uint8Array | undefined {
    const bytes = this.#output.shift()
    if (!bytes && this.#failure !== undefined) throw this.#failure
    this.#outputByteLength -= bytes?.byteLength ?? 0
    return bytes
  }

  /** Lets a block fail whose bytes can't come any more; nothing happens when it is whole. */
  abandon(error: unknown): void {
    if (!this.#isFed) this.#failure ??= error
  }

  onUsed(byteLength: number): void {
    this.#sentByteLength -= byteLength
    this.#onChange()
  }

  onOutput(bytes: Uint8Array): void {
    this.#output.push(bytes)
    this.#outputByteLength += bytes.byteLength
    this.#grantedByteLength -= bytes.byteLength
    this.#onChange()
  }

  onDone(): void {
    this.#isDecoded = true
    this.#sentByteLength = 0
    this.#onChange()
  }

  onFailure(error: Error): void {
    this.#failure ??= error
    this.#onChange()
  }

  #send(): void {
    if (this.#pieceByteLength === 0) return
    this.#sentByteLength += this.#pieceByteLength
    this.#worker.send(this.#piece.subarray(0, this.#pieceByteLength))
    this.#piece = new Uint8Array(INPUT_PIECE_BYTE_LENGTH)
    this.#pieceByteLength = 0
  }
}
