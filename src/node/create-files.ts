import type { Source } from '../bytes/index.ts'
import { writeContent } from './create-file.ts'
import { createOutput, type Output } from './output.ts'
import { removeFile } from './remove-file.ts'

/** A file to be made by {@link createFiles}. */
export interface FileToCreate {
  readonly path: string
  /** What goes into it; read once, when its turn comes. */
  readonly content: Uint8Array | Source | AsyncIterable<Uint8Array>
  /** Exact permission bits; what the umask leaves of 0o666 unless given. */
  readonly mode?: number | undefined
}

/** Options of {@link createFiles}. */
export interface CreateFilesOptions {
  /** Called once all of the files are written, before any of them appears. None does when it throws. */
  readonly beforeCommit?: (() => Promise<void>) | undefined
  /** Stops; nothing is left behind. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes several files that belong together: either all of them appear, whole, or none is left behind. Existing files are
 * never replaced, and are found before the first one is written.
 *
 * @throws {IoError} what {@link createOutput} throws: `OUTPUT_EXISTS` and the like.
 */
export async function createFiles(files: readonly FileToCreate[], options: CreateFilesOptions = {}): Promise<void> {
  const { beforeCommit, signal } = options
  signal?.throwIfAborted()
  const outputs: Output[] = []
  const committed: Output[] = []
  try {
    for (const { path, mode } of files) outputs.push(await createOutput(path, { mode }))
    for (const [index, { content }] of files.entries()) {
      const output = outputs[index]
      if (output) await writeContent(output, content, signal)
    }
    await beforeCommit?.()
    signal?.throwIfAborted()
    for (const output of outputs) {
      await output.commit()
      committed.push(output)
    }
  } catch (error) {
    // A name that was taken in the last moment. What isn't seekable, such as a pipe, was there before.
    for (const { path, isSeekable } of committed) if (isSeekable) await removeFile(path).catch(() => {})
    throw error
  } finally {
    await Promise.all(outputs.map((output) => output[Symbol.asyncDispose]()))
  }
}
