import { chunks, type Source } from '../bytes/index.ts'
import { createOutput, type Output, type OutputOptions } from './output.ts'

/** Options of {@link createFile}. */
export interface CreateFileOptions extends Pick<OutputOptions, 'overwrite' | 'mode' | 'sweep'> {
  /** Stops; nothing is left behind. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a file with these contents: whole or not at all, and never in place of another unless told so.
 *
 * @throws {IoError} what {@link createOutput} throws: `OUTPUT_EXISTS` and the like.
 */
export async function createFile(
  path: string,
  content: Uint8Array | Source | AsyncIterable<Uint8Array>,
  options: CreateFileOptions = {},
): Promise<void> {
  const { overwrite, mode, sweep, signal } = options
  signal?.throwIfAborted()
  await using output = await createOutput(path, { overwrite, mode, sweep })
  await writeContent(output, content, signal)
  signal?.throwIfAborted()
  await output.commit()
}

/** Writes contents to an output from its start, and leaves it to the caller to commit. */
export async function writeContent(
  output: Output,
  content: Uint8Array | Source | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (content instanceof Uint8Array) return output.write(0, content)
  let offset = 0
  const pieces = Symbol.asyncIterator in content ? content : chunks(content, { signal, isTransient: true })
  for await (const chunk of pieces) {
    signal?.throwIfAborted()
    await output.write(offset, chunk)
    offset += chunk.byteLength
  }
}
