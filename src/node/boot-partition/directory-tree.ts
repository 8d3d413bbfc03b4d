import { constants, type FileHandle, lstat, mkdir, open, readdir, readlink, statfs } from 'node:fs/promises'
import type { Extent } from '../../bytes/index.ts'
import { systemErrorCode, withIoError } from '../system-error.ts'
import { writeAll } from '../write-all.ts'
import { type BootTree, nodeOf } from './boot-tree.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants

/**
 * The files below an open directory, which may be mounted where this process doesn't see it. Its paths are looked up from the
 * open directory, so whatever happens to names meanwhile, they lead nowhere else.
 *
 * @param close lets go of the directory.
 */
export function directoryTree(directory: FileHandle, name: string, close: () => Promise<void>): BootTree {
  const at = (path: string): string => `/proc/self/fd/${directory.fd}/${path || '.'}`
  const attempt = <T>(action: string, path: string, work: () => Promise<T>): Promise<T> =>
    withIoError(`${action} ${path || 'the root'} of ${name}`, work)

  async function withFile<T>(path: string, flags: number, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    await using handle = await open(at(path), flags | O_NOFOLLOW, 0o600)
    return await work(handle)
  }

  return {
    name,
    freeByteLength: () =>
      attempt('examine', '', async () => {
        const { bfree, bsize } = await statfs(at(''))
        return bfree * bsize
      }),
    examine: (path) =>
      attempt('examine', path, async () => {
        try {
          return nodeOf(await lstat(at(path)))
        } catch (error) {
          if (systemErrorCode(error) === 'ENOENT') return undefined
          throw error
        }
      }),
    readLink: (path) => attempt('read', path, () => readlink(at(path))),
    list: (path) => attempt('list', path, () => readdir(at(path))),
    read: (path, extent) => attempt('read', path, () => withFile(path, O_RDONLY, (handle) => readAt(handle, extent))),
    createDirectory: (path, mode) =>
      attempt('create', path, async () => {
        await mkdir(at(path), mode)
        await using handle = await open(at(path), O_RDONLY | O_NOFOLLOW)
        await handle.chmod(mode) // whatever the umask has taken away
      }),
    createFile: (path, mode, bytes) =>
      attempt('create', path, () =>
        withFile(path, O_WRONLY | O_CREAT | O_EXCL, async (handle) => {
          await writeAll(handle, bytes, 0)
          await handle.chmod(mode)
          await handle.sync()
        }),
      ),
    replaceContents: (path, bytes) =>
      attempt('write', path, () =>
        withFile(path, O_WRONLY, async (handle) => {
          await handle.truncate(0)
          await writeAll(handle, bytes, 0)
          await handle.sync()
        }),
      ),
    writeAt: (path, mode, offset, bytes) =>
      attempt('write', path, () =>
        withFile(path, O_WRONLY, async (handle) => {
          await writeAll(handle, bytes, offset)
          await handle.chmod(mode)
          await handle.sync()
        }),
      ),
    close,
  }
}

async function readAt(handle: FileHandle, { offset, byteLength }: Extent): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength)
  let done = 0
  while (done < byteLength) {
    const { bytesRead } = await handle.read(bytes, done, byteLength - done, offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}
