import { write } from 'node:fs'
import { chunks, type Source } from '../bytes/index.ts'
import type { OnProgress } from './progress.ts'
import { createSha256 } from './sha256.ts'
import { ioError } from './system-error.ts'
import { refuseTerminal, STDOUT } from './terminal.ts'
import { type Writer, writeAll } from './write-all.ts'

/** Options of {@link streamToStdout}. */
export interface StreamOptions {
  /** Whether to give the SHA-256 of what was written; `false` unless given. */
  readonly hash?: boolean | undefined
  /** Stops between two chunks; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Told now and then how much has been written. */
  readonly onProgress?: OnProgress | undefined
  /** Where to write in place of descriptor 1. */
  readonly descriptor?: number
}

/** What {@link streamToStdout} did. */
export interface StreamResult {
  /** Bytes that were written. */
  readonly byteLength: number
  /** SHA-256 of them in lower-case hexadecimal, when it was asked for. */
  readonly sha256?: string
}

/**
 * Writes a source, or chunks as they come, to standard output, in order, once.
 *
 * @throws {UsageError} `STDOUT_IS_TERMINAL` before anything is read or written.
 * @throws {IoError} `OUTPUT_CLOSED` when the reader has gone away, which is no failure for a program in a pipe;
 *   `DISK_FULL`, `IO_FAILED`.
 */
export async function streamToStdout(
  content: Source | AsyncIterable<Uint8Array>,
  options: StreamOptions = {},
): Promise<StreamResult> {
  const { signal, onProgress, descriptor = STDOUT } = options
  refuseTerminal(descriptor, 'standard output')
  const hash = options.hash ? await createSha256() : undefined
  const writer = descriptorWriter(descriptor)
  const isStream = Symbol.asyncIterator in content
  let bytesDone = 0
  for await (const chunk of isStream ? content : chunks(content, { signal, isTransient: true })) {
    signal?.throwIfAborted()
    const written = writeOut(writer, chunk, signal)
    written.catch(() => {}) // thrown two lines on, when the hash is done
    hash?.update(chunk)
    await written
    bytesDone += chunk.byteLength
    onProgress?.({ bytesDone, ...(!isStream && { bytesTotal: content.byteLength }) })
  }
  return { byteLength: bytesDone, ...(hash && { sha256: hash.digest('hex') }) }
}

/**
 * Writes bytes to standard output and waits until they are out.
 *
 * @throws {IoError} `OUTPUT_CLOSED`, `DISK_FULL`, `IO_FAILED`.
 */
export async function writeToStdout(
  bytes: Uint8Array,
  options: Pick<StreamOptions, 'signal' | 'descriptor'> = {},
): Promise<void> {
  await writeOut(descriptorWriter(options.descriptor ?? STDOUT), bytes, options.signal)
}

/** Not `process.stdout`, which copies what it can't write at once, and holds up everything else on some systems. */
function descriptorWriter(descriptor: number): Writer {
  return {
    write: (bytes, offset, length, position) =>
      new Promise((resolve, reject) => {
        write(descriptor, bytes, offset, length, position, (error, bytesWritten) => {
          if (error) reject(error)
          else resolve({ bytesWritten })
        })
      }),
  }
}

async function writeOut(writer: Writer, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  try {
    await writeAll(writer, bytes, null, signal)
  } catch (error) {
    throw ioError(error, 'write standard output')
  }
}
