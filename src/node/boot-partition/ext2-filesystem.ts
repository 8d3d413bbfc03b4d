import type { Disk, Files } from 'ext2fs'
import type { Extent } from '../../bytes/index.ts'
import { nodeOf } from './boot-tree.ts'
import type { DiskRequest, LibraryTree } from './ext2-worker/messages.ts'

/** What a filesystem needs that the library opens. */
export interface Ext2FilesystemOptions {
  /** Gives the bytes of a read. */
  readonly ask: (request: DiskRequest) => Promise<Uint8Array | undefined>
  /** Told when a piece of a file has been read or written. */
  readonly onPiece: () => void
}

/** Larger pieces can be more than the library has memory for, and it does not survive that. */
const PIECE_BYTE_LENGTH = 64 * 1024
/** `ENOSPC` of WASI, and the library's `EXT2_ET_BLOCK_ALLOC_FAIL` and `EXT2_ET_INODE_ALLOC_FAIL`. */
const FULL: readonly unknown[] = [51, 2133571400, 2133571401]

/**
 * Opens an ext2, ext3 or ext4 filesystem without mounting it. The library has no journal, so nothing else may use the
 * filesystem, and there must be nothing to recover. It takes over the handling of errors that nobody catches, and a damaged
 * filesystem can keep it busy for ever: it is for a thread of its own.
 *
 * What the library gets wrong is not used: modes of `writeFile`, appending, truncating, handles that close themselves. Listing
 * a directory loses some KiB of its 16 MiB of memory each time. One filesystem at a time.
 *
 * Errors are the library's own.
 */
export async function openExt2Filesystem(options: Ext2FilesystemOptions): Promise<LibraryTree> {
  const library = await import('ext2fs')
  const filesystem = await library.mount(libraryDisk(options))
  const files = filesystem.promises
  const at = (path: string): string => `/${path}`

  async function writeTo(path: string, flags: string, bytes: Uint8Array, { mode = 0, offset = 0 } = {}): Promise<void> {
    const { fd } = await files.open(at(path), flags, mode)
    try {
      for (let done = 0; done < bytes.byteLength; ) {
        const piece = Buffer.from(bytes.subarray(done, done + PIECE_BYTE_LENGTH))
        const { bytesWritten } = await files.write(fd, piece, 0, piece.byteLength, offset + done)
        if (bytesWritten === 0) throw new Error('nothing was written')
        done += bytesWritten
        options.onPiece()
      }
    } finally {
      await files.close(fd)
    }
  }

  return {
    async examine(path) {
      try {
        return nodeOf(await files.lstat(at(path)))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    readLink: (path) => files.readlink(at(path)),
    list: (path) => files.readdir(at(path)),
    async read(path, extent) {
      const { fd } = await files.open(at(path), 'r')
      try {
        return await readAt(files, fd, { ...extent, onPiece: options.onPiece })
      } finally {
        await files.close(fd)
      }
    },
    createDirectory: (path, mode) => files.mkdir(at(path), mode),
    createFile: (path, mode, bytes) => writeTo(path, 'wx', bytes, { mode }),
    replaceContents: (path, bytes) => writeTo(path, 'w', bytes),
    async writeAt(path, mode, offset, bytes) {
      await writeTo(path, 'r+', bytes, { offset })
      await files.chmod(at(path), mode)
    },
    close: () => library.umount(filesystem),
  }
}

/** Whether there is no space left, or no inode. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && FULL.includes(error.errno)
}

/** Buffers are the library's own memory. */
function libraryDisk({ ask }: Ext2FilesystemOptions): Disk {
  return {
    async read(buffer, bufferOffset, byteLength, offset) {
      const bytes = await ask({ kind: 'read', offset, byteLength })
      if (bytes) buffer.set(bytes, bufferOffset)
    },
    async write(buffer, bufferOffset, byteLength, offset) {
      const bytes = new Uint8Array(buffer.subarray(bufferOffset, bufferOffset + byteLength))
      await ask({ kind: 'write', offset, bytes })
    },
    discard: async () => {}, // blocks that are free keep their bytes
    async flush() {
      await ask({ kind: 'flush' })
    },
  }
}

async function readAt(
  files: Files,
  fd: number,
  { offset, byteLength, onPiece }: Extent & { readonly onPiece: () => void },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength)
  let done = 0
  while (done < byteLength) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTE_LENGTH, byteLength - done))
    const { bytesRead } = await files.read(fd, piece, 0, piece.byteLength, offset + done)
    if (bytesRead === 0) break
    bytes.set(piece.subarray(0, bytesRead), done)
    done += bytesRead
    onPiece()
  }
  return bytes.subarray(0, done)
}
