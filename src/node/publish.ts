import { link, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { removeFile } from './remove-file.ts'
import { systemErrorCode } from './system-error.ts'

/** What `link` says where hard links don't exist: FAT and exFAT, some network and FUSE file systems, a full inode. */
const LINKS_UNSUPPORTED: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EMLINK',
])

/** What `fsync` of a directory, or opening one, says where that can't be done: Windows, some network file systems. */
const DIRECTORY_SYNC_UNSUPPORTED: ReadonlySet<string | undefined> = new Set([
  'EISDIR',
  'EPERM',
  'EACCES',
  'EINVAL',
  'EBADF',
  'ENOTSUP',
])

/**
 * Gives a finished file its name, in one step.
 *
 * Without `overwrite`, a hard link is made, which fails with EEXIST when the name is taken: a rename would replace the
 * file. Where there are no hard links, an empty file reserves the name first.
 */
export async function publishFile(
  temporary: string,
  target: string,
  options: { readonly overwrite: boolean },
): Promise<void> {
  if (!options.overwrite && (await linkExclusively(temporary, target))) {
    await removeFile(temporary)
    return
  }
  if (options.overwrite) return rename(temporary, target)
  await (await open(target, 'wx')).close()
  try {
    await rename(temporary, target)
  } catch (error) {
    await removeFile(target)
    throw error
  }
}

/** Waits until the names in the directory of `path` are on the disk, where the system lets us. */
export async function syncDirectoryOf(path: string): Promise<void> {
  try {
    await using directory = await open(dirname(path), 'r')
    await directory.sync()
  } catch (error) {
    if (!DIRECTORY_SYNC_UNSUPPORTED.has(systemErrorCode(error))) throw error
  }
}

async function linkExclusively(temporary: string, target: string): Promise<boolean> {
  try {
    await link(temporary, target)
    return true
  } catch (error) {
    if (LINKS_UNSUPPORTED.has(systemErrorCode(error))) return false
    throw error
  }
}
