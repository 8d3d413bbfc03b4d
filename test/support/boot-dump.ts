import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from './temporary-directory.ts'

const run = promisify(execFile)

/** Each path of a folder with its kind, mode, owner and contents, to be compared. */
export async function dumpDirectory(directory: string): Promise<Readonly<Record<string, string>>> {
  const dump: Record<string, string> = {}
  const walk = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(directory, folder))).sort()) {
      const path = join(folder, name)
      const stats = await lstat(join(directory, path))
      const contents = stats.isFile()
        ? createHash('sha256')
            .update(await readFile(join(directory, path)))
            .digest('hex')
        : stats.isSymbolicLink()
          ? await readlink(join(directory, path))
          : ''
      dump[path] = [stats.mode.toString(8), `${stats.uid}:${stats.gid}`, contents].join(' ')
      if (stats.isDirectory()) await walk(path)
    }
  }
  await walk('')
  return dump
}

/** The same of the ext filesystem at an offset of an image, as debugfs reads it. Needs root, for the owners. */
export async function dumpExt(image: string, offset: number): Promise<Readonly<Record<string, string>>> {
  await using directory = await temporaryDirectory()
  await run('/usr/sbin/debugfs', ['-R', `rdump / ${directory.path}`, `${image}?offset=${offset}`])
  return await dumpDirectory(directory.path)
}

/** Fails unless the ext filesystem at an offset of an image is sound. */
export async function checkExt(image: string, offset: number): Promise<void> {
  await run('/usr/sbin/e2fsck', ['-fn', `${image}?offset=${offset}`])
}
