import { constants, type FileHandle, open, rename } from 'node:fs/promises'
import type { Sink } from '../bytes/index.ts'
import { syncDirectoryOf } from './publish.ts'
import { removeFile } from './remove-file.ts'
import { ioError, withIoError } from './system-error.ts'
import { writeAll } from './write-all.ts'

/**
 * What an edit in place does to files, step by step. Tests put their own in between, to stop at each step.
 * Failures are `IoError`s that name the path.
 */
export interface Disk {
  /** Opens an existing file, never through a symbolic link as its last name. */
  open(path: string, access: 'read' | 'write'): Promise<DiskFile>
  /** Makes a new, empty file that only this user can read, in place of one that is there. */
  create(path: string): Promise<DiskFile>
  /** Gives a file another name, in place of the file that has it. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>
  /** Waits until names in the directory of `path` are on the disk. */
  syncDirectoryOf(path: string): Promise<void>
}

/** One open file of a {@link Disk}. */
export interface DiskFile extends Sink, AsyncDisposable {
  /** What the system says of it: bytes (0 for a block device), and the number of the user who owns it. */
  stat(): Promise<{ readonly byteLength: number; readonly ownerId: number }>
  /** Bytes from `offset`, fewer only at the end. */
  read(offset: number, byteLength: number): Promise<Uint8Array>
  /** Cuts it off, or fills it up with zeros. */
  setByteLength(byteLength: number): Promise<void>
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>
}

/** The real disk. */
export const systemDisk: Disk = {
  async open(path, access) {
    // Windows has no such links, and no such flag.
    const flags = (access === 'read' ? constants.O_RDONLY : constants.O_RDWR) | (constants.O_NOFOLLOW ?? 0)
    const action = access === 'read' ? 'open' : 'write'
    return diskFile(path, await withIoError(`${action} ${path}`, () => open(path, flags)))
  },
  async create(path) {
    return withIoError(`create ${path}`, async () => {
      await removeFile(path)
      return diskFile(path, await open(path, 'wx+', 0o600))
    })
  },
  rename: (from, to) => withIoError(`create ${to}`, () => rename(from, to)),
  remove: (path) => withIoError(`remove ${path}`, () => removeFile(path)),
  syncDirectoryOf: (path) => withIoError(`sync the directory of ${path}`, () => syncDirectoryOf(path)),
}

function diskFile(path: string, handle: FileHandle): DiskFile {
  return {
    async stat() {
      const { size, uid } = await withIoError(`examine ${path}`, () => handle.stat())
      return { byteLength: size, ownerId: uid }
    },
    async read(offset, byteLength) {
      const bytes = new Uint8Array(byteLength)
      let done = 0
      try {
        while (done < byteLength) {
          const { bytesRead } = await handle.read(bytes, done, byteLength - done, offset + done)
          if (bytesRead === 0) break
          done += bytesRead
        }
      } catch (error) {
        throw ioError(error, `read ${path} at offset ${offset + done}`)
      }
      return bytes.subarray(0, done)
    },
    write: (offset, bytes) => withIoError(`write ${path}`, () => writeAll(handle, bytes, offset)),
    setByteLength: (byteLength) => withIoError(`write ${path}`, () => handle.truncate(byteLength)),
    sync: () => withIoError(`write ${path}`, () => handle.sync()),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
