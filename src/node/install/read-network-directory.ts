import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readInput } from '../read-input.ts'
import { withIoError } from '../system-error.ts'

/** A file with network settings. */
export interface NetworkFile {
  /** Without folders. */
  readonly name: string
  /** Permission bits. */
  readonly mode: number
  readonly bytes: Uint8Array
}

/** Where NetworkManager keeps the settings of the running system. */
export const NETWORK_DIRECTORY: string = '/etc/NetworkManager/system-connections'

const MAX_BYTE_LENGTH = 16 * 1024 * 1024

/**
 * Reads the network settings of a system: every regular file of the directory, by name. Symbolic links count as what they
 * lead to; folders are left out.
 *
 * @throws {IoError} `FILE_NOT_FOUND`, `PERMISSION_DENIED`, `INPUT_TOO_LARGE`
 */
export async function readNetworkDirectory(
  directory: string,
  signal: AbortSignal | undefined,
): Promise<readonly NetworkFile[]> {
  const names = await withIoError(`read directory ${directory}`, () => readdir(directory))
  const files: NetworkFile[] = []
  for (const name of names.sort()) {
    signal?.throwIfAborted()
    const path = join(directory, name)
    const stats = await withIoError(`look at ${path}`, () => stat(path))
    if (!stats.isFile()) continue
    const bytes = await readInput(path, { maxByteLength: MAX_BYTE_LENGTH, signal })
    files.push({ name, mode: stats.mode & 0o7777, bytes })
  }
  return files
}
