import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { decodeUtf8, encodeUtf8 } from '../../bytes/index.ts'
import { IoError, IsokitError } from '../../errors.ts'
import { createFile } from '../create-file.ts'
import type { FilePosition, FileVersion } from '../http/file-version.ts'
import { lockImage } from '../image-lock.ts'
import { locateImage } from '../image-place.ts'
import { syncDirectoryOf } from '../publish.ts'
import { readInput } from '../read-input.ts'
import { removeFile } from '../remove-file.ts'
import { systemErrorCode, withIoError } from '../system-error.ts'
import { writeAll } from '../write-all.ts'

const MAX_NOTE_BYTE_LENGTH = 64 * 1024

/** Created if it is not there, never behind a link that somebody else put there, and kept as it is. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) // Windows has no such flag

/**
 * A download that isn't complete: `NAME.part`, and beside it `NAME.part.json`, which says of which version of which file it
 * is. Both stay when a download is interrupted, unless nothing could tell whether the file on the server is the same later.
 *
 * Locked against other isokit processes until disposed of.
 */
export class PartialFile implements AsyncDisposable {
  readonly path: string
  readonly #handle: FileHandle
  readonly #lock: AsyncDisposable
  #byteLength: number
  /** Whether it would be of use to a later run. */
  #isKept = false

  private constructor(path: string, handle: FileHandle, lock: AsyncDisposable, byteLength: number) {
    this.path = path
    this.#handle = handle
    this.#lock = lock
    this.#byteLength = byteLength
  }

  /**
   * Opens it, or makes it.
   *
   * @throws {IoError} `IMAGE_BUSY` when another process downloads the same file, `FILE_NOT_FOUND` without the directory,
   *   `NOT_A_FILE`, `IS_A_DIRECTORY`, `PERMISSION_DENIED`, `READ_ONLY`.
   */
  static async open(path: string): Promise<PartialFile> {
    await using created = await openPart(path) // so that there is something to lock
    await checkPart(created, path)
    const lock = await lockImage(await locateImage(path))
    let handle: FileHandle | undefined
    try {
      // Only now: another process may just have published what was opened, and writing would change its file.
      handle = await openPart(path)
      const { size } = await checkPart(handle, path)
      return new PartialFile(path, handle, lock, size)
    } catch (error) {
      await handle?.close()
      await lock[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Bytes at hand. */
  get byteLength(): number {
    return this.#byteLength
  }

  /** Whether the bytes stay when it is disposed of. */
  get isKept(): boolean {
    return this.#isKept && this.#byteLength > 0
  }

  /**
   * Where the download can go on, if what is at hand is of this version of the file.
   *
   * @param url without what may be secret.
   */
  async positionIn(url: string, version: FileVersion): Promise<FilePosition | undefined> {
    if (this.#byteLength === 0 || !isTellable(version)) return undefined
    if (this.#byteLength > (version.byteLength ?? this.#byteLength)) return undefined
    if ((await this.#readNote()) !== formatNote(url, version)) return undefined
    this.#isKept = true
    return { offset: this.#byteLength, version }
  }

  /**
   * Starts anew.
   *
   * @param isProvable Whether the whole will be checked. What isn't checked is not continued by another run: a power cut may
   *   have left zeros in it.
   */
  async restart(url: string, version: FileVersion, isProvable: boolean): Promise<void> {
    this.#isKept = false
    await withIoError(`remove ${this.#notePath}`, () => removeFile(this.#notePath))
    await withIoError(`write ${this.path}`, () => this.#handle.truncate(0))
    this.#byteLength = 0
    if (!isProvable || !isTellable(version)) return
    await createFile(this.#notePath, encodeUtf8(formatNote(url, version)), { overwrite: true })
    this.#isKept = true
  }

  /** Adds the next bytes. */
  async append(bytes: Uint8Array): Promise<void> {
    await withIoError(`write ${this.path}`, () => writeAll(this.#handle, bytes, this.#byteLength))
    this.#byteLength += bytes.byteLength
  }

  /** Gives the file its name, in place of another one, when it is on the disk. */
  async publish(target: string): Promise<void> {
    await withIoError(`write ${this.path}`, async () => {
      await this.#handle.sync()
      await this.#handle.close() // Windows renames no open file
    })
    await withIoError(`create ${target}`, () => rename(this.path, target))
    this.discard()
    await withIoError(`create ${target}`, () => syncDirectoryOf(target))
  }

  /** Leaves nothing behind when it is disposed of. */
  discard(): void {
    this.#isKept = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#handle.close()
      if (this.isKept) return
      for (const path of [this.path, this.#notePath]) await withIoError(`remove ${path}`, () => removeFile(path))
    } finally {
      await this.#lock[Symbol.asyncDispose]()
    }
  }

  get #notePath(): string {
    return `${this.path}.json`
  }

  async #readNote(): Promise<string | undefined> {
    try {
      return decodeUtf8(await readInput(this.#notePath, { maxByteLength: MAX_NOTE_BYTE_LENGTH }), this.#notePath)
    } catch (error) {
      if (error instanceof IsokitError) return undefined // no such file, or none of ours
      throw error
    }
  }
}

async function openPart(path: string): Promise<FileHandle> {
  try {
    return await withIoError(`create ${path}`, () => open(path, OPEN_FLAGS, 0o666))
  } catch (error) {
    const cause = error instanceof IoError ? error.cause : undefined
    throw systemErrorCode(cause) === 'ELOOP' ? notAPart(path, 'it is a symbolic link', cause) : error
  }
}

/** What has a second name is somebody's file, which the first download would empty. */
async function checkPart(handle: FileHandle, path: string): Promise<Stats> {
  const stats = await withIoError(`look at ${path}`, () => handle.stat())
  if (!stats.isFile()) throw notAPart(path, 'it is not a regular file')
  if (stats.nlink > 1) throw notAPart(path, 'it is a hard link to another file')
  return stats
}

function notAPart(path: string, reason: string, cause?: unknown): IoError {
  const hint = 'Remove it, or download to another directory'
  return new IoError('NOT_A_FILE', `Cannot write ${path}: ${reason}`, { cause, hint })
}

/** Whether a later version of the file can be told from this one. */
function isTellable({ etag, lastModified }: FileVersion): boolean {
  return etag !== undefined || lastModified !== undefined
}

function formatNote(url: string, { etag, lastModified, byteLength }: FileVersion): string {
  return `${JSON.stringify({ url, etag, lastModified, byteLength })}\n`
}
