import type { Keyfile } from '../coreos/index.ts'
import { checkOutput, createDirectory, createFile, pathInside } from '../node/index.ts'
import { checkKeyfiles, formatKeyfiles } from '../operations/index.ts'
import type { StringOption } from './command.ts'

/** Where keyfiles go, if they are not to be printed. */
export const KEYFILE_DIRECTORY: StringOption & { readonly type: 'string' } = {
  type: 'string',
  short: 'C',
  valueName: '<path>',
  completes: 'directory',
  summary: 'Directory to extract to',
  description: 'It is created if need be. Existing files are not replaced. The files can be read by their owner only.',
}

/** Keyfiles, and where they were written if they were. */
export interface ExtractedKeyfiles {
  readonly keyfiles: readonly Keyfile[]
  /** The files that were made; `undefined` when the keyfiles are to be printed. */
  readonly paths: readonly string[] | undefined
}

/**
 * Writes keyfiles to a directory, readable by their owner only, since NetworkManager ignores others and they hold
 * secrets. All names are checked before the first file is made.
 *
 * @throws {IoError} `OUTPUT_EXISTS`
 * @throws {UsageError} `KEYFILE_INVALID` for an embedded name that is no file name.
 */
export async function extractKeyfiles(
  keyfiles: readonly Keyfile[],
  directory: string | undefined,
  signal: AbortSignal,
): Promise<ExtractedKeyfiles> {
  if (directory === undefined) return { keyfiles, paths: undefined }
  checkKeyfiles(keyfiles)
  await createDirectory(directory)
  const files = keyfiles.map(({ name, bytes }) => ({ path: pathInside(directory, name), bytes }))
  for (const { path } of files) await checkOutput(path)
  for (const { path, bytes } of files) await createFile(path, bytes, { mode: 0o600, signal })
  return { keyfiles, paths: files.map(({ path }) => path) }
}

/** The paths that were written, or the keyfiles as one text. */
export function presentKeyfiles({ keyfiles, paths }: ExtractedKeyfiles): string | Uint8Array {
  return paths ? paths.join('\n') : formatKeyfiles(keyfiles)
}

/** The keyfiles as texts, or where they were written. */
export function keyfilesToJson({ keyfiles, paths }: ExtractedKeyfiles): unknown {
  if (paths) return { paths }
  return { keyfiles: keyfiles.map(({ name, bytes }) => ({ name, text: new TextDecoder().decode(bytes) })) }
}
