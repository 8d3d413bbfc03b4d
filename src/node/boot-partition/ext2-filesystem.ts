import type { Files } from 'ext2fs'
import { IoError } from '../../errors.ts'
import { type BootTree, nodeOf } from './boot-tree.ts'
import type { Ext2Disk } from './ext2-disk.ts'

/** Larger pieces can be more than the library has memory for, and it does not survive that. */
const PIECE_BYTE_LENGTH = 64 * 1024

/**
 * Opens an ext2, ext3 or ext4 filesystem without mounting it. The library has no journal, so nothing else may use the
 * filesystem, and there must be nothing to recover.
 *
 * What the library gets wrong is not used: modes of `writeFile`, appending, truncating, handles that close themselves. Listing
 * a directory loses some KiB of its 16 MiB of memory each time. One filesystem at a time.
 *
 * @throws {IoError} `IO_FAILED`, and what the disk throws.
 */
export async function openExt2Filesystem(disk: Ext2Disk, name: string): Promise<BootTree> {
  const attempt = <T>(action: string, work: () => Promise<T>): Promise<T> =>
    withFailures(disk, `${action} ${name}`, work)
  const library = await loadLibrary()
  const filesystem = await attempt('open', () => library.mount(disk))
  const files = filesystem.promises
  const at = (path: string): string => `/${path}`

  async function writeTo(path: string, flags: string, mode: number, bytes: Uint8Array): Promise<void> {
    const { fd } = await files.open(at(path), flags, mode)
    try {
      for (let offset = 0; offset < bytes.byteLength; ) {
        const piece = Buffer.from(bytes.subarray(offset, offset + PIECE_BYTE_LENGTH))
        const { bytesWritten } = await files.write(fd, piece, 0, piece.byteLength, offset)
        if (bytesWritten === 0) throw new Error('nothing was written')
        offset += bytesWritten
      }
    } finally {
      await files.close(fd)
    }
  }

  return {
    name,
    examine: (path) =>
      attempt(`examine ${path} of`, async () => {
        try {
          return nodeOf(await files.lstat(at(path)))
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
          throw error
        }
      }),
    readLink: (path) => attempt(`read ${path} of`, () => files.readlink(at(path))),
    list: (path) => attempt(`list ${path} of`, () => files.readdir(at(path))),
    read: (path, byteLength) =>
      attempt(`read ${path} of`, async () => {
        const { fd } = await files.open(at(path), 'r')
        try {
          return await readFrom(files, fd, byteLength)
        } finally {
          await files.close(fd)
        }
      }),
    createDirectory: (path, mode) => attempt(`create ${path} of`, () => files.mkdir(at(path), mode)),
    createFile: (path, mode, bytes) => attempt(`create ${path} of`, () => writeTo(path, 'wx', mode, bytes)),
    replaceContents: (path, bytes) => attempt(`write ${path} of`, () => writeTo(path, 'w', 0, bytes)),
    close: () =>
      attempt('close', async () => {
        await library.umount(filesystem)
        if (disk.failure) throw disk.failure.error // the library forgets
      }),
  }
}

/** The library installs handlers for errors that nobody catches, of whatever origin, which is not a library's business. */
async function loadLibrary(): Promise<typeof import('ext2fs')> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => process.rawListeners(event))
  const library = await import('ext2fs')
  for (const [index, event] of events.entries()) {
    for (const listener of process.rawListeners(event)) {
      if (!before[index]?.includes(listener)) process.off(event, listener as () => void)
    }
  }
  return library
}

async function readFrom(files: Files, fd: number, byteLength: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength)
  let done = 0
  while (done < byteLength) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTE_LENGTH, byteLength - done))
    const { bytesRead } = await files.read(fd, piece, 0, piece.byteLength, done)
    if (bytesRead === 0) break
    bytes.set(piece.subarray(0, bytesRead), done)
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

/** Words failures: the disk's own come first, since the library only knows that there was one. */
async function withFailures<T>(disk: Ext2Disk, action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (disk.failure) throw disk.failure.error
    throw new IoError('IO_FAILED', `Cannot ${action}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: 'Check that the image is sound, and that its boot partition has free space',
    })
  }
}
