import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { FormatError, IoError } from '../../../errors.ts'
import type { BootTree } from '../boot-tree.ts'
import type { Ext2Disk } from '../ext2-disk.ts'
import type { DiskAnswer, DiskRequest, FromExt2Worker, ToExt2Worker, TreeMethod } from './messages.ts'
import { EXT2_WORKER_PATH } from './worker-path.ts'

/** What a thread works for. */
export interface Ext2ThreadOptions {
  readonly disk: Ext2Disk
  /** How messages call the filesystem. */
  readonly name: string
  /** Most time that the library may compute without getting ahead; what the disk takes doesn't count. */
  readonly patienceMs: number
  /** Ends the thread in whatever it does. */
  readonly signal: AbortSignal | undefined
}

/** What the library gets of the engine's memory; its own 16 MiB come on top. */
const MEMORY_MIB = 64

const SOUND_HINT = 'Check that the image is sound'

interface Call {
  readonly action: string
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * A thread with the filesystem library in it. A damaged filesystem may lead the library in circles, or make it ask for all
 * memory there is; the thread can be ended then, and what goes wrong in it stays there.
 */
export class Ext2Thread {
  readonly #worker: Worker
  readonly #options: Ext2ThreadOptions
  #call: Call | undefined
  #end: { readonly error: unknown } | undefined
  #remainingMs = 0
  #countingSince = 0
  #timer: NodeJS.Timeout | undefined

  private constructor(worker: Worker, options: Ext2ThreadOptions) {
    this.#worker = worker
    this.#options = options
    worker.on('message', (message: FromExt2Worker) => void this.#onMessage(message))
    worker.on('error', (error) => this.#onError(error))
    worker.on('exit', () => this.#onError(new Error('the thread has ended')))
  }

  /**
   * Starts a thread that opens the filesystem. There is no way without one: the library could not be stopped.
   *
   * @throws {IoError} `IO_FAILED` where no thread can be started.
   * @throws {FormatError} what {@link Ext2Thread.call} throws.
   */
  static async start(options: Ext2ThreadOptions): Promise<Ext2Thread> {
    const thread = new Ext2Thread(await startWorker(options.name), options)
    try {
      await thread.#ask('open', { kind: 'open' })
    } catch (error) {
      await thread.terminate()
      throw error
    }
    return thread
  }

  /**
   * Asks for one thing, when the one before is done. After an abort, a limit or a crash nothing more can be asked.
   *
   * @param action for messages: `list entries of`.
   * @throws {FormatError} `BOOT_FILESYSTEM_UNSUPPORTED` when the library says that it can't, or takes too long;
   *   `LIMIT_EXCEEDED` when it takes too much memory.
   * @throws {IoError} `DISK_FULL`, and what the disk throws, which comes first: the library only knows that it failed.
   */
  call<Method extends TreeMethod>(
    action: string,
    method: Method,
    ...values: Parameters<BootTree[Method]>
  ): ReturnType<BootTree[Method]> {
    return this.#ask(action, { kind: 'call', method, values }) as ReturnType<BootTree[Method]>
  }

  /** Ends the thread, whatever it is doing. */
  async terminate(): Promise<void> {
    this.#end ??= { error: new Error('The filesystem has been closed') }
    this.#pause()
    await this.#worker.terminate()
  }

  async #ask(action: string, message: ToExt2Worker): Promise<unknown> {
    if (this.#end) throw this.#end.error
    const { signal, patienceMs } = this.#options
    const onAbort = (): void => this.#stop(signal?.reason)
    signal?.addEventListener('abort', onAbort)
    this.#worker.ref() // a filesystem that nobody closes does not keep the process
    try {
      return await new Promise((resolve, reject) => {
        this.#call = { action, resolve, reject }
        this.#post(message)
        this.#remainingMs = patienceMs
        this.#count()
      })
    } finally {
      this.#pause()
      this.#call = undefined
      this.#worker.unref()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async #onMessage(message: FromExt2Worker): Promise<void> {
    this.#pause()
    if (message.kind === 'done') this.#call?.resolve(message.value)
    else if (message.kind === 'failed') this.#call?.reject(this.#wordFailure(message.reason, message.isFull))
    else if (message.kind === 'progress') {
      this.#remainingMs = this.#options.patienceMs
      this.#count()
    } else if (message.kind === 'disk') {
      this.#post(await answer(this.#options.disk, message.request))
      this.#count()
    }
  }

  #post(message: ToExt2Worker): void {
    const isRead = message.kind === 'disk-done' && message.bytes
    this.#worker.postMessage(message, isRead ? [isRead.buffer as ArrayBuffer] : [])
  }

  #count(): void {
    if (!this.#call || this.#end) return
    this.#countingSince = performance.now()
    this.#timer = setTimeout(() => {
      const { patienceMs } = this.#options
      this.#stop(this.#wordFailure(`the library got nowhere for ${patienceMs} ms`))
    }, this.#remainingMs)
  }

  #pause(): void {
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#remainingMs = Math.max(0, this.#remainingMs - (performance.now() - this.#countingSince))
  }

  #onError(error: Error): void {
    const isOutOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    const message = `Cannot ${this.#call?.action} ${this.#options.name}: that takes more than ${MEMORY_MIB} MiB of memory`
    this.#stop(
      isOutOfMemory
        ? new FormatError('LIMIT_EXCEEDED', message, { cause: error, hint: SOUND_HINT })
        : this.#wordFailure(error.message),
    )
  }

  #stop(error: unknown): void {
    this.#end ??= { error }
    this.#call?.reject(error)
    void this.#worker.terminate()
  }

  #wordFailure(reason: string, isFull = false): unknown {
    const { disk, name } = this.#options
    if (disk.failure) return disk.failure.error
    const message = `Cannot ${this.#call?.action} ${name}: ${reason}`
    if (!isFull) return new FormatError('BOOT_FILESYSTEM_UNSUPPORTED', message, { hint: SOUND_HINT })
    return new IoError('DISK_FULL', message, { hint: 'Put less on the boot partition' })
  }
}

async function startWorker(name: string): Promise<Worker> {
  try {
    const { Worker } = await import('node:worker_threads')
    const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MIB }
    const worker = new Worker(EXT2_WORKER_PATH, { name: 'ext2', execArgv: [], resourceLimits })
    const onExit = (): never => {
      throw new Error('it ended before it was ready')
    }
    await Promise.race([once(worker, 'message'), once(worker, 'exit').then(onExit)]) // rejects at an `error`
    return worker
  } catch (cause) {
    throw new IoError('IO_FAILED', `Cannot start a thread to change ${name}: ${(cause as Error).message}`, {
      cause,
      hint: 'Allow the process more threads, or install to a block device as root, where the kernel changes it',
    })
  }
}

/** Never rejects: the disk remembers why it failed. */
async function answer(disk: Ext2Disk, request: DiskRequest): Promise<DiskAnswer> {
  try {
    if (request.kind === 'read') {
      return { kind: 'disk-done', bytes: await disk.read(request.offset, request.byteLength) }
    }
    if (request.kind === 'write') await disk.write(request.offset, request.bytes)
    else await disk.flush()
    return { kind: 'disk-done', bytes: undefined }
  } catch {
    return { kind: 'disk-failed' }
  }
}
