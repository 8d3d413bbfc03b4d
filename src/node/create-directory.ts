import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode, withIoError } from './system-error.ts'

/** Options of {@link createDirectory}. */
export interface CreateDirectoryOptions {
  /** Permission bits of each directory that is made, before the umask; 0o777 unless given. */
  readonly mode?: number
}

/**
 * Makes a directory and its parents; one that exists is fine.
 *
 * @throws {IoError} `PERMISSION_DENIED`, `READ_ONLY`, `FILE_NOT_FOUND`, `OUTPUT_EXISTS` when a file has the name.
 */
export async function createDirectory(path: string, options: CreateDirectoryOptions = {}): Promise<void> {
  await withIoError(`create directory ${path}`, () => makeWithParents(path, options))
}

/** Not Node's `recursive`, which tries for ever where a directory can't hold others, as in `/proc`. */
async function makeWithParents(path: string, options: CreateDirectoryOptions): Promise<void> {
  try {
    await mkdir(path, options)
  } catch (error) {
    const code = systemErrorCode(error)
    const parent = dirname(path)
    if (code === 'ENOENT' && parent !== path) {
      await makeWithParents(parent, options)
      await mkdir(path, options).catch(unlessDirectory(path))
    } else await unlessDirectory(path)(error)
  }
}

/** Passes an error on, but for the one that says that the directory is there. */
function unlessDirectory(path: string): (error: unknown) => Promise<void> {
  return async (error) => {
    // Drives and read-only file systems have other words for it than EEXIST.
    const isThere = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    )
    if (!isThere) throw error
  }
}
