import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { FormatError } from '../../../errors.ts'
import type { XzBlock } from '../../../formats/xz/index.ts'
import { type FromWorker, type ToWorker, unpackFailure } from './messages.ts'
import { XZ_WORKER_PATH } from './worker-path.ts'

/** What is told about a block that a worker decodes. */
export interface BlockListener {
  onUsed(byteLength: number): void
  onOutput(bytes: Uint8Array): void
  onDone(): void
  onFailure(error: Error): void
}

/** A thread that decodes blocks, one at a time. */
export class BlockWorker {
  readonly #worker: Worker
  #listener: BlockListener | undefined

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (message: FromWorker) => this.#onMessage(message))
    worker.on('error', (error) => this.#fail(error))
    worker.on('exit', () => this.#fail(new Error('A thread that decompresses xz has ended')))
  }

  /** Starts a thread; rejects where that can't be done. */
  static async start(): Promise<BlockWorker> {
    const { Worker } = await import('node:worker_threads')
    const worker = new Worker(XZ_WORKER_PATH, { name: 'xz', execArgv: [] })
    const onExit = (): never => {
      throw new Error('The thread ended before it was ready')
    }
    try {
      await Promise.race([once(worker, 'message'), once(worker, 'exit').then(onExit)]) // rejects at an `error`
      return new BlockWorker(worker)
    } catch (error) {
      await worker.terminate()
      throw error
    }
  }

  get isIdle(): boolean {
    return this.#listener === undefined
  }

  /** Gives the worker a block to decode, of which nothing has been told yet. */
  assign(block: XzBlock, maxDictionaryByteLength: number, listener: BlockListener): void {
    this.#listener = listener
    this.#post({ kind: 'block', block, maxDictionaryByteLength })
  }

  /** Hands over bytes behind the block's header; their memory is gone. */
  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#post({ kind: 'input', bytes }, [bytes.buffer])
  }

  /** Says that the block is whole. */
  end(): void {
    this.#post({ kind: 'end' })
  }

  /** Lets the worker give so many bytes more. */
  grant(byteLength: number): void {
    this.#post({ kind: 'credit', byteLength })
  }

  /** Whether the process stays for this worker's sake. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#worker.ref()
    else this.#worker.unref()
  }

  /** Ends the thread, whatever it is doing. */
  async terminate(): Promise<void> {
    this.#listener = undefined
    await this.#worker.terminate()
  }

  #post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #onMessage(message: FromWorker): void {
    const listener = this.#listener
    if (message.kind === 'used') listener?.onUsed(message.byteLength)
    else if (message.kind === 'output') listener?.onOutput(message.bytes)
    else if (message.kind === 'failed') listener?.onFailure(unpackFailure(message.failure))
    else if (message.kind === 'done') {
      this.#listener = undefined
      listener?.onDone()
    }
  }

  #fail(error: unknown): void {
    const isOutOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    const message = 'A thread that decompresses xz has no memory left'
    this.#listener?.onFailure(
      isOutOfMemory ? new FormatError('LIMIT_EXCEEDED', message, { cause: error }) : (error as Error),
    )
  }
}
