import type { XzBlock, XzPiece } from '../../../formats/xz/index.ts'
import { BlockSlot } from './block-slot.ts'
import { BlockWorker } from './block-worker.ts'
import { Condition } from './condition.ts'

/** Options of {@link decodeInWorkers}. */
export interface DecodeInWorkersOptions {
  /** Most threads. */
  readonly workers: number
  /** Most memory for dictionaries, input and output that is held, in bytes. */
  readonly memoryBudget: number
  /** Told how many threads there are, whenever one is added. */
  readonly onWorkers?: ((count: number) => void) | undefined
  readonly signal: AbortSignal
}

/** What a thread takes by itself. */
const THREAD_BYTE_LENGTH: number = 12 * 1024 * 1024
/** What the worker whose turn it is may give ahead. One step of the others is as much. */
const WINDOW_BYTE_LENGTH: number = 4 * 1024 * 1024
/** Input that the block whose turn it is gets in any case. */
const MIN_INPUT_BYTE_LENGTH: number = 1024 * 1024
/** So many blocks, for each thread, may be held at a time, when memory allows it. */
const BLOCKS_PER_WORKER = 2

/** Starts the first thread for {@link decodeInWorkers}; `undefined` where there can't be one. */
export async function startFirstWorker(): Promise<BlockWorker | undefined> {
  return await BlockWorker.start().catch(() => undefined)
}

/**
 * Decodes blocks in threads, several at a time, and gives their contents in order. The block whose turn it is streams
 * through; what others give meanwhile is held, within the memory budget, which decides how many threads there are.
 *
 * @param first is terminated at the end, like all others.
 */
export async function* decodeInWorkers(
  pieces: AsyncIterable<XzPiece>,
  first: BlockWorker,
  options: DecodeInWorkersOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pipeline = new Pipeline(first, options)
  try {
    yield* pipeline.run(pieces)
  } finally {
    await pipeline.close()
  }
}

class Pipeline {
  readonly #options: DecodeInWorkersOptions
  readonly #changed = new Condition()
  readonly #workers: BlockWorker[]
  /** Blocks in order; the first one's turn it is. */
  readonly #slots: BlockSlot[] = []
  /** What each thread's dictionary takes, by the last block that it got. */
  readonly #dictionaries = new Map<BlockWorker, number>()
  #maxWorkers: number
  #isHeld = true
  #isClosed = false
  #fed: { readonly failure?: unknown } | undefined

  constructor(first: BlockWorker, options: DecodeInWorkersOptions) {
    this.#options = options
    this.#maxWorkers = options.workers
    this.#workers = [first]
    options.onWorkers?.(1)
  }

  async *run(pieces: AsyncIterable<XzPiece>): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal } = this.#options
    const onAbort = (): void => this.#changed.notify()
    signal.addEventListener('abort', onAbort)
    try {
      void this.#feed(pieces)
      while (true) {
        signal.throwIfAborted()
        const [slot] = this.#slots
        if (!slot && this.#fed) break
        this.#grant()
        const bytes = slot?.take()
        if (bytes) {
          this.#hold(false) // a consumer that never comes back does not keep the process
          yield bytes
          this.#hold(true)
          this.#changed.notify()
        } else if (slot?.isDone) {
          this.#slots.shift()
          this.#changed.notify()
        } else await this.#changed.wait()
      }
      if (this.#fed && 'failure' in this.#fed) throw this.#fed.failure
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#changed.notify()
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  /** Brings blocks to the workers, as far as there is room. Never rejects: failures have their turn behind what came before. */
  async #feed(pieces: AsyncIterable<XzPiece>): Promise<void> {
    let slot: BlockSlot | undefined
    try {
      for await (const { block, bytes } of pieces) {
        if (slot?.block !== block) {
          slot?.finishFeeding()
          slot = await this.#open(block)
        }
        while (!this.#isClosed && !this.#hasRoomFor(slot, bytes.byteLength)) await this.#changed.wait()
        if (this.#isClosed || !slot) return
        slot.feed(bytes)
      }
      slot?.finishFeeding()
      this.#fed = {}
    } catch (failure) {
      slot?.abandon(failure)
      this.#fed = { failure }
    }
    this.#changed.notify()
  }

  /** Waits for a worker and gives it the block. */
  async #open(block: XzBlock): Promise<BlockSlot | undefined> {
    while (!this.#isClosed) {
      const change = this.#changed.wait() // from now on: one that comes while a worker is looked for counts
      const worker = await this.#freeWorker(dictionaryByteLength(block))
      if (!worker) {
        await change
        continue
      }
      this.#dictionaries.set(worker, dictionaryByteLength(block))
      const maxDictionaryByteLength = this.#options.memoryBudget
      const slot = new BlockSlot(block, worker, { maxDictionaryByteLength, onChange: () => this.#changed.notify() })
      this.#slots.push(slot)
      this.#changed.notify() // the first block needs to be granted its output
      return slot
    }
    return undefined
  }

  async #freeWorker(dictionary: number): Promise<BlockWorker | undefined> {
    if (this.#slots.length >= BLOCKS_PER_WORKER * this.#maxWorkers) return undefined
    const idle = this.#workers.find((worker) => worker.isIdle)
    const isFirst = this.#slots.length === 0
    const additional = idle ? dictionary - (this.#dictionaries.get(idle) ?? 0) : dictionary + THREAD_BYTE_LENGTH
    if (!isFirst && !this.#fits(additional + WINDOW_BYTE_LENGTH)) return undefined
    if (idle || this.#workers.length >= this.#maxWorkers) return idle
    return await this.#startWorker()
  }

  async #startWorker(): Promise<BlockWorker | undefined> {
    try {
      const worker = await BlockWorker.start()
      if (this.#isClosed) {
        await worker.terminate()
        return undefined
      }
      worker.hold(this.#isHeld)
      this.#workers.push(worker)
      this.#options.onWorkers?.(this.#workers.length)
      return worker
    } catch {
      this.#maxWorkers = this.#workers.length // the system allows no more
      this.#changed.notify()
      return undefined
    }
  }

  #hasRoomFor(slot: BlockSlot | undefined, byteLength: number): boolean {
    const isNext = slot === this.#slots[0]
    return (isNext && (slot?.inputByteLength ?? 0) < MIN_INPUT_BYTE_LENGTH) || this.#fits(byteLength)
  }

  /** Lets workers give more: always the one whose turn it is, and the others in order while there is room. */
  #grant(): void {
    for (const [index, slot] of this.#slots.entries()) {
      const isNext = index === 0
      if (isNext && slot.reservedByteLength < WINDOW_BYTE_LENGTH) slot.grant(WINDOW_BYTE_LENGTH)
      else if (!isNext && slot.isStarved && this.#fits(WINDOW_BYTE_LENGTH)) slot.grant(WINDOW_BYTE_LENGTH)
    }
  }

  #fits(byteLength: number): boolean {
    const threads = this.#workers.length * THREAD_BYTE_LENGTH
    const dictionaries = [...this.#dictionaries.values()].reduce((total, value) => total + value, 0)
    const held = this.#slots.reduce((total, slot) => total + slot.inputByteLength + slot.reservedByteLength, 0)
    return threads + dictionaries + held + byteLength <= this.#options.memoryBudget
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    for (const worker of this.#workers) worker.hold(isHeld)
  }
}

/** The least memory that a block is decoded in, in bytes: one thread, its dictionary, and what is on its way to and fro. */
export function leastMemory(block: XzBlock): number {
  return THREAD_BYTE_LENGTH + dictionaryByteLength(block) + WINDOW_BYTE_LENGTH + MIN_INPUT_BYTE_LENGTH
}

/** Memory for a block's dictionary, and the room that the decoder leaves behind it. */
function dictionaryByteLength({ header }: XzBlock): number {
  return Math.min(1.25 * header.dictionaryByteLength, 2 * (header.uncompressedByteLength ?? Number.POSITIVE_INFINITY))
}
