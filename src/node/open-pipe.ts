import { constants, open } from 'node:fs'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ioError, withIoError } from './system-error.ts'

/**
 * The bytes of a named pipe, or of what a shell's `<(…)` gives, as they come; `undefined` when the path is something else.
 *
 * A read that waits in Node's thread pool can't be stopped, and keeps a process from ending that wants to. This one waits as
 * sockets do, and closing it doesn't wait for input.
 */
export async function openPipe(
  path: string,
  signal?: AbortSignal,
): Promise<(AsyncIterable<Uint8Array> & AsyncDisposable) | undefined> {
  const isPipe = await withIoError(`open ${path}`, async () => (await stat(path)).isFIFO())
  if (!isPipe) return undefined
  // Linux tells of the end only when somebody has written; elsewhere the pipe would seem to be empty before.
  const flags = constants.O_RDONLY | (process.platform === 'linux' ? constants.O_NONBLOCK : 0)
  const descriptor = await withIoError(`open ${path}`, () => promisify(open)(path, flags))
  const { Socket } = await import('node:net')
  const socket = new Socket({ fd: descriptor, readable: true, writable: false })
  socket.on('error', () => {}) // told to whoever reads
  return {
    async *[Symbol.asyncIterator]() {
      const onAbort = (): void => void socket.destroy(signal?.reason)
      signal?.throwIfAborted()
      signal?.addEventListener('abort', onAbort)
      try {
        for await (const bytes of socket) yield bytes
      } catch (error) {
        throw ioError(error, `read ${path}`)
      } finally {
        signal?.removeEventListener('abort', onAbort)
      }
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
    },
  }
}
