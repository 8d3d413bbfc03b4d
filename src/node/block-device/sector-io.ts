import { IoError } from '../../errors.ts'
import { ioError } from '../system-error.ts'

/** What {@link SectorIo} reads and writes: a `FileHandle`. */
export interface SectorFile {
  read(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>
}

/** Bytes that go to the device at a time. */
const STEP_BYTE_LENGTH = 4 * 1024 * 1024
const PAGE_BYTE_LENGTH = 65_536

/**
 * Reads and writes any bytes of a device that takes whole sectors from aligned memory only, as Linux wants it past the
 * page cache. One thing at a time, in the order of the calls: all of them share the memory.
 */
export class SectorIo {
  readonly #file: SectorFile
  readonly #name: string
  readonly #sectorSize: number
  readonly #buffer: Uint8Array
  #last: Promise<unknown> = Promise.resolve()

  constructor(file: SectorFile, { name, sectorSize }: { readonly name: string; readonly sectorSize: number }) {
    this.#file = file
    this.#name = name
    this.#sectorSize = sectorSize
    // The memory of WebAssembly begins at a page. That of other buffers begins anywhere.
    const memory = new WebAssembly.Memory({ initial: STEP_BYTE_LENGTH / PAGE_BYTE_LENGTH })
    this.#buffer = new Uint8Array(memory.buffer)
  }

  /** Fills `target` with the bytes at `offset`. */
  readInto(offset: number, target: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#inOrder(async () => {
      for (const step of this.#steps(offset, target.byteLength)) {
        signal?.throwIfAborted()
        await this.#readSectors(step.start, step.end - step.start)
        const bytes = this.#buffer.subarray(step.from - step.start, step.to - step.start)
        target.set(bytes, step.from - offset)
      }
    })
  }

  /** Writes all of the bytes. The rest of a sector of which they are a part stays as it is. */
  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#inOrder(async () => {
      for (const { start, end, from, to } of this.#steps(offset, bytes.byteLength)) {
        if (from !== start || to !== end) await this.#readSectors(start, end - start)
        this.#buffer.set(bytes.subarray(from - offset, to - offset), from - start)
        await this.#writeSectors(start, end - start)
      }
    })
  }

  /** Resolves once all that was asked for is over. */
  async settle(): Promise<void> {
    await this.#last.catch(() => {})
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work, work)
    this.#last = result.catch(() => {})
    return result
  }

  /** Cuts `[from, to)` of the device into steps, each inside the whole sectors `[start, end)`. */
  *#steps(offset: number, byteLength: number): Generator<Step> {
    const sectorSize = this.#sectorSize
    const limit = offset + byteLength
    for (let from = offset; from < limit; ) {
      const start = from - (from % sectorSize)
      const to = Math.min(limit, start + STEP_BYTE_LENGTH)
      yield { start, end: Math.ceil(to / sectorSize) * sectorSize, from, to }
      from = to
    }
  }

  async #readSectors(offset: number, byteLength: number): Promise<void> {
    await this.#transfer('read', offset, byteLength, async (done) => {
      return (await this.#file.read(this.#buffer, done, byteLength - done, offset + done)).bytesRead
    })
  }

  async #writeSectors(offset: number, byteLength: number): Promise<void> {
    await this.#transfer('write', offset, byteLength, async (done) => {
      return (await this.#file.write(this.#buffer, done, byteLength - done, offset + done)).bytesWritten
    })
  }

  async #transfer(
    verb: 'read' | 'write',
    offset: number,
    byteLength: number,
    go: (done: number) => Promise<number>,
  ): Promise<void> {
    for (let done = 0; done < byteLength; ) {
      const action = `${verb} ${this.#name} at offset ${offset + done}`
      const count = await go(done).catch((error: unknown) => {
        throw ioError(error, action)
      })
      if (count === 0)
        throw new IoError('IO_FAILED', `Cannot ${action}: the device ends there`, { hint: 'Check the disk' })
      // After a part of a sector, the next transfer would begin where none may begin.
      done = done + count === byteLength ? byteLength : done + count - ((done + count) % this.#sectorSize)
      if (count < this.#sectorSize && done < byteLength) {
        throw new IoError('IO_FAILED', `Cannot ${action}: the device took a part of a sector`, {
          hint: 'Check the disk',
        })
      }
    }
  }
}

interface Step {
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
}
