/** What runs in a worker: decodes one block after the other, as `messages.ts` has it. */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { ByteReader } from '../../../bytes/index.ts'
import { decodeBlockBody, type XzBlock } from '../../../formats/xz/index.ts'
import { Condition } from './condition.ts'
import { type FromWorker, packFailure, type ToWorker } from './messages.ts'

const PIECE_BYTE_LENGTH: number = 1024 * 1024

/** A block that is being decoded. */
class Job {
  readonly #port: MessagePort
  readonly #changed = new Condition()
  readonly #input: Uint8Array<ArrayBuffer>[] = []
  #isWhole = false
  #credit = 0
  #piece = new Uint8Array(PIECE_BYTE_LENGTH)
  #byteLength = 0

  constructor(port: MessagePort) {
    this.#port = port
  }

  tell(message: ToWorker): void {
    if (message.kind === 'input') this.#input.push(message.bytes)
    else if (message.kind === 'end') this.#isWhole = true
    else if (message.kind === 'credit') this.#credit += message.byteLength
    this.#changed.notify()
  }

  async run(block: XzBlock, maxDictionaryByteLength: number): Promise<void> {
    try {
      const reader = new ByteReader(this.#takeInput(), block.name, block.dataOffset)
      for await (const bytes of decodeBlockBody(reader, block, { maxDictionaryByteLength })) await this.#give(bytes)
      this.#giveNow()
      this.#send({ kind: 'done' })
    } catch (error) {
      this.#send({ kind: 'failed', failure: packFailure(error) })
    }
  }

  async *#takeInput(): AsyncGenerator<Uint8Array, void, undefined> {
    while (true) {
      const bytes = this.#input.shift()
      if (bytes) {
        this.#send({ kind: 'used', byteLength: bytes.byteLength })
        yield bytes
        bytes.buffer.transfer(0) // at once: the engine would let tens of megabytes pile up
      } else if (this.#isWhole) return
      else await this.#changed.wait()
    }
  }

  async #give(bytes: Uint8Array): Promise<void> {
    let rest = bytes
    while (rest.byteLength > 0) {
      while (this.#credit <= 0) await this.#changed.wait()
      const part = rest.subarray(0, PIECE_BYTE_LENGTH - this.#byteLength)
      this.#piece.set(part, this.#byteLength)
      this.#byteLength += part.byteLength
      rest = rest.subarray(part.byteLength)
      if (this.#byteLength === PIECE_BYTE_LENGTH) this.#giveNow()
    }
  }

  #giveNow(): void {
    if (this.#byteLength === 0) return
    const bytes = this.#piece.subarray(0, this.#byteLength)
    this.#credit -= bytes.byteLength
    this.#send({ kind: 'output', bytes }, [bytes.buffer])
    this.#piece = new Uint8Array(PIECE_BYTE_LENGTH)
    this.#byteLength = 0
  }

  #send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}

function serve(port: MessagePort): void {
  let job: Job | undefined
  port.on('message', (message: ToWorker) => {
    if (message.kind !== 'block') job?.tell(message)
    else {
      job = new Job(port)
      void job.run(message.block, message.maxDictionaryByteLength)
    }
  })
  port.postMessage({ kind: 'ready' } satisfies FromWorker)
}

if (parentPort) serve(parentPort)
