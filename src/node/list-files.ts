import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { IoError } from '../errors.ts'
import { withIoError } from './system-error.ts'

/** Options of {@link listFiles}. */
export interface ListFilesOptions {
  /** Directories below the first one that are looked into, one in the other; 0 unless given. */
  readonly depth?: number | undefined
  /** Stops; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** More files than a directory for one purpose has. */
const MAX_FILE_COUNT = 10_000

/**
 * The files of a directory, as paths below it with slashes, sorted. Symbolic links count as what they lead to; names that
 * start with a dot are left out.
 *
 * @returns `undefined` when the path leads to something else than a directory.
 * @throws {IoError} `FILE_NOT_FOUND`, `PERMISSION_DENIED`, `INPUT_TOO_LARGE` for more than 10 000 files.
 */
export async function listFiles(
  directory: string,
  options: ListFilesOptions = {},
): Promise<readonly string[] | undefined> {
  if (!(await withIoError(`open ${directory}`, () => stat(directory))).isDirectory()) return undefined
  const paths: string[] = []
  await collect({ directory, below: '', depth: options.depth ?? 0, paths, signal: options.signal })
  return paths.sort()
}

interface Collection {
  readonly directory: string
  readonly below: string
  readonly depth: number
  readonly paths: string[]
  readonly signal: AbortSignal | undefined
}

async function collect({ directory, below, depth, paths, signal }: Collection): Promise<void> {
  const folder = join(directory, below)
  for (const name of await withIoError(`read directory ${folder}`, () => readdir(folder))) {
    signal?.throwIfAborted()
    if (name.startsWith('.')) continue
    const path = below === '' ? name : `${below}/${name}`
    const stats = await stat(join(directory, path)).catch(() => undefined) // a link that leads nowhere is no file
    if (stats?.isDirectory() && depth > 0) await collect({ directory, below: path, depth: depth - 1, paths, signal })
    else if (stats?.isFile()) paths.push(path)
    if (paths.length > MAX_FILE_COUNT) {
      throw new IoError('INPUT_TOO_LARGE', `Cannot list ${directory}: it has more than ${MAX_FILE_COUNT} files`)
    }
  }
}
