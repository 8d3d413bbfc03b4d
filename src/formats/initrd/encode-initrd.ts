import { UsageError } from '../../errors.ts'
import { type CpioMember, encodeCpio } from '../cpio/index.ts'
import { encodeXz } from '../xz/index.ts'
import type { Codecs } from './codecs.ts'
import { isSafeMemberPath, normalizeMemberPath } from './member-path.ts'
import type { InitrdFile } from './read-initrd.ts'
import { sortByPath } from './sort-by-path.ts'

/** Options of {@link encodeInitrd}. */
export interface EncodeInitrdOptions {
  readonly codecs: Pick<Codecs, 'lzma2'>
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

const FILE_MODE = 0o100600 // configs and keyfiles carry secrets, and NetworkManager ignores keyfiles that others may read
const DIRECTORY_MODE = 0o040755

/**
 * Encodes files as an initrd for the kernel: a newc archive, compressed with xz and CRC32, whose length is a multiple of
 * 4, so that zeros or another archive may follow. The same files give the same bytes, in whichever order they come.
 *
 * Members are sorted by path. Each parent directory is written before its first member, since the kernel makes none.
 *
 * @throws {UsageError} `MEMBER_PATH_INVALID` when a path is not a clean relative path, is given twice, or is also a
 *   directory of another.
 */
export async function encodeInitrd(files: readonly InitrdFile[], options: EncodeInitrdOptions): Promise<Uint8Array> {
  const { codecs, signal } = options
  return encodeXz(encodeCpio(withDirectories(files)), { encoder: codecs.lzma2, signal })
}

/** Sorting by path keeps each subtree together, so every directory is written once. */
function withDirectories(files: readonly InitrdFile[]): CpioMember[] {
  const members = new Map<string, CpioMember>()
  for (const { path, bytes } of sortByPath(files)) {
    if (!isSafeMemberPath(path) || normalizeMemberPath(path) !== path || path === '.') {
      throw invalid(path, 'it is not a plain path relative to the root')
    }
    for (const directory of parents(path)) {
      if (members.get(directory)?.bytes)
        throw invalid(directory, `it is a file, and the directory of ${JSON.stringify(path)}`)
      members.set(directory, members.get(directory) ?? { path: directory, mode: DIRECTORY_MODE })
    }
    if (members.has(path)) throw invalid(path, 'it is given twice, or is also a directory')
    members.set(path, { path, mode: FILE_MODE, bytes })
  }
  return [...members.values()]
}

function parents(path: string): string[] {
  const components = path.split('/').slice(0, -1)
  return components.map((_, index) => components.slice(0, index + 1).join('/'))
}

function invalid(path: string, problem: string): UsageError {
  return new UsageError('MEMBER_PATH_INVALID', `Cannot write ${JSON.stringify(path)} to an initrd: ${problem}`)
}
