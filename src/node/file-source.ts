import type { Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { checkRange, type ReadOptions, type Source } from '../bytes/index.ts'
import { IoError } from '../errors.ts'
import { readDeviceByteLength } from './device-size.ts'
import { ioError, withIoError } from './system-error.ts'

/** Options of {@link openFile}. */
export interface OpenFileOptions {
  /** Whether system-specific shortcuts (sysfs) may be taken; `true` unless given. The result is the same without. */
  readonly fastPaths?: boolean | undefined
}

/** A regular file or a block device that is open for reading. Whoever opened it disposes of it. */
export class FileSource implements Source, AsyncDisposable {
  /** The path as it was given. */
  readonly path: string
  /** Number of bytes when it was opened. */
  readonly byteLength: number
  /** Permission bits, such as 0o644. */
  readonly mode: number
  /** Whether it is a block device rather than a regular file. */
  readonly isBlockDevice: boolean
  /** Bytes that the file takes on its disk; less than `byteLength` when it has holes. */
  readonly storedByteLength: number
  readonly #handle: FileHandle

  /** Takes over the handle. Use {@link openFile}. */
  constructor(handle: FileHandle, path: string, facts: { readonly stats: Stats; readonly byteLength: number }) {
    this.#handle = handle
    this.path = path
    this.byteLength = facts.byteLength
    this.mode = facts.stats.mode & 0o7777
    this.isBlockDevice = facts.stats.isBlockDevice()
    this.storedByteLength = facts.stats.blocks * 512
  }

  /** How messages call it: the path. */
  get name(): string {
    return this.path
  }

  /** The file descriptor, for handing the open file to a child process. It belongs to this source. */
  get descriptor(): number {
    return this.#handle.fd
  }

  /**
   * @throws {FormatError} `UNEXPECTED_END` when the range is not inside the file.
   * @throws {IoError} when the system can't read, and `IO_FAILED` when the file has become shorter meanwhile.
   */
  async read(offset: number, byteLength: number, options: ReadOptions = {}): Promise<Uint8Array> {
    checkRange(this, offset, byteLength)
    // Not cleared, since every byte is read into or the call fails; a plain Uint8Array, so that no Buffer leaks out.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer)
    await this.readInto(offset, bytes, options)
    return bytes
  }

  /** Fills `target`, as {@link FileSource.read} does. */
  async readInto(offset: number, target: Uint8Array, options: ReadOptions = {}): Promise<void> {
    checkRange(this, offset, target.byteLength)
    let done = 0
    while (done < target.byteLength) {
      options.signal?.throwIfAborted()
      const bytesRead = await this.#readSome(offset + done, target.subarray(done))
      if (bytesRead === 0) {
        throw new IoError(
          'IO_FAILED',
          `Cannot read ${this.path}: it ends at ${offset + done} of ${this.byteLength} bytes`,
          { hint: 'Let no other program change the file meanwhile' },
        )
      }
      done += bytesRead
    }
    options.signal?.throwIfAborted()
  }

  /** Whether the path still leads to the open file. */
  async isStillAtPath(): Promise<boolean> {
    try {
      const [own, current] = await Promise.all([this.#handle.stat(), stat(this.path)])
      return own.dev === current.dev && own.ino === current.ino && current.size === own.size
    } catch {
      return false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  async #readSome(offset: number, target: Uint8Array): Promise<number> {
    try {
      return (await this.#handle.read(target, 0, target.byteLength, offset)).bytesRead
    } catch (error) {
      throw ioError(error, `read ${this.path} at offset ${offset}`)
    }
  }
}

/**
 * Opens a regular file or a block device (with its true size) for reading.
 *
 * @throws {IoError} `FILE_NOT_FOUND`, `PERMISSION_DENIED`, `IS_A_DIRECTORY`, or `NOT_A_FILE` for a pipe or a terminal,
 *   which can't be read by offset.
 */
export async function openFile(path: string, options: OpenFileOptions = {}): Promise<FileSource> {
  // Asked before opening: opening a named pipe waits for its writer.
  checkKind(path, await withIoError(`open ${path}`, () => stat(path)))
  const handle = await withIoError(`open ${path}`, () => open(path, 'r'))
  try {
    const stats = await handle.stat()
    checkKind(path, stats)
    const byteLength = stats.isBlockDevice()
      ? await readDeviceByteLength(handle, { deviceNumber: stats.rdev, fastPaths: options.fastPaths ?? true })
      : stats.size
    return new FileSource(handle, path, { stats, byteLength })
  } catch (error) {
    await handle.close()
    throw ioError(error, `open ${path}`)
  }
}

function checkKind(path: string, stats: Stats): void {
  if (stats.isFile() || stats.isBlockDevice()) return
  if (stats.isDirectory()) throw new IoError('IS_A_DIRECTORY', `Cannot open ${path}: Is a directory`)
  throw new IoError('NOT_A_FILE', `Cannot open ${path}: it is neither a regular file nor a block device`, {
    hint: 'Save the data to a file first',
  })
}
