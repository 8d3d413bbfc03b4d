import { systemErrorCode } from './system-error.ts'

/** How long to wait before a full non-blocking pipe is tried again. */
const RETRY_MS = 5

/** What {@link writeAll} writes to: a `FileHandle`, or a bare descriptor. */
export interface Writer {
  /** Writes some of the bytes, and says how many. */
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ readonly bytesWritten: number }>
}

/**
 * Writes all of the bytes, however many the system takes at a time.
 *
 * @param position offset in the file; `null` writes where the file stands, as pipes need it.
 */
export async function writeAll(
  handle: Writer,
  bytes: Uint8Array,
  position: number | null,
  signal?: AbortSignal,
): Promise<void> {
  let done = 0
  while (done < bytes.byteLength) {
    try {
      const at = position === null ? null : position + done
      done += (await handle.write(bytes, done, bytes.byteLength - done, at)).bytesWritten
    } catch (error) {
      // Another holder of the same pipe has made it non-blocking.
      if (systemErrorCode(error) !== 'EAGAIN') throw error
      const { setTimeout: delay } = await import('node:timers/promises')
      await delay(RETRY_MS, undefined, { signal })
    }
  }
}
