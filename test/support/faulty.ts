import type { ReadOptions, Sink, Source } from '../../src/bytes/index.ts'
import { IoError } from '../../src/errors.ts'

/** An error as the system gives it. */
export function systemError(code: string, syscall = 'read'): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made up for a test, ${syscall}`), { code, syscall, errno: -1 })
}

/** Gives bytes for `goodReads` reads, and fails like a broken disk (`EIO`) from then on. */
export function failingSource(source: Source, goodReads: number): Source {
  return countingSource(source, async (count, read) => {
    if (count > goodReads) throw systemError('EIO')
    return read()
  })
}

/** Gives bytes for `goodReads` reads, and then neither answers nor fails until the read's signal aborts. */
export function stallingSource(source: Source, goodReads: number): Source {
  return countingSource(source, (count, read, { signal }) => {
    if (count <= goodReads) return read()
    return new Promise((_, reject) => {
      signal?.throwIfAborted()
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  })
}

/** Aborts the controller at the start of a read, as a person does who presses Ctrl-C in the middle. */
export function abortingSource(source: Source, controller: AbortController, atRead: number): Source {
  return countingSource(source, (count, read) => {
    if (count === atRead) controller.abort()
    return read()
  })
}

/** Takes writes within its first `byteLength` bytes, and is full behind them. */
export function fullSink(byteLength: number): Sink & { readonly bytes: Uint8Array } {
  const bytes = new Uint8Array(byteLength)
  return {
    bytes,
    async write(offset, written) {
      bytes.set(written.subarray(0, Math.max(0, byteLength - offset)), Math.min(offset, byteLength))
      if (offset + written.byteLength > byteLength) throw new IoError('DISK_FULL', 'The sink of this test is full')
    },
  }
}

function countingSource(
  source: Source,
  answer: (count: number, read: () => Promise<Uint8Array>, options: ReadOptions) => Promise<Uint8Array>,
): Source {
  let count = 0
  return {
    name: source.name,
    byteLength: source.byteLength,
    async read(offset, byteLength, options = {}) {
      count += 1
      return answer(count, () => source.read(offset, byteLength, options), options)
    },
  }
}
