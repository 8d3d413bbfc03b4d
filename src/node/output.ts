import { rmSync, type Stats } from 'node:fs'
import { chmod, type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Sink } from '../bytes/index.ts'
import { IoError } from '../errors.ts'
import { publishFile, syncDirectoryOf } from './publish.ts'
import { removeFile } from './remove-file.ts'
import { ioError, withIoError } from './system-error.ts'
import { removeAbandonedFiles, temporaryPath } from './temporary-name.ts'
import { refuseTerminal } from './terminal.ts'
import { writeAll } from './write-all.ts'

/** Options of {@link createOutput}. */
export interface OutputOptions {
  /** Replaces a regular file of that name, in one step, once the new one is whole. */
  readonly overwrite?: boolean | undefined
  /** Exact permission bits, such as 0o600; what the umask leaves of 0o666 unless given. */
  readonly mode?: number | undefined
  /**
   * May make the file under its temporary name, in some faster way than by writing to it, and says whether it has. The
   * name is free when this is called; what stands there is removed when the answer is `false`.
   */
  readonly prefill?: ((temporaryPath: string) => Promise<boolean>) | undefined
  /**
   * Looks for what killed runs left of the same output; `true` unless given. That is a look at the whole directory, so
   * whoever makes thousands of files in one goes without.
   */
  readonly sweep?: boolean | undefined
  /**
   * Waits for the disk before the output gets its name, so that it is whole even after a power cut. `overwrite` does so
   * unless told otherwise, as it gives up the old file; a new file does not, as `cp` doesn't.
   */
  readonly durable?: boolean | undefined
}

/** A file in the making: removed again when disposed of before {@link Output.commit}. */
export interface Output extends Sink, AsyncDisposable {
  /** The path as it was given. */
  readonly path: string
  /** Whether bytes may be written at any offset. A pipe or a terminal-like device takes them in order only. */
  readonly isSeekable: boolean
  /** Makes it that long; new bytes are zero and take no space where the file system knows holes. */
  setByteLength(byteLength: number): Promise<void>
  /** Gives the file its name. Nothing can be written afterwards. */
  commit(): Promise<void>
}

/** An output that can be read while it is being made, since it is a regular file. */
export interface FileOutput extends Output {
  /** Fills `bytes` with what was written at `offset`. */
  readInto(offset: number, bytes: Uint8Array): Promise<void>
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>
}

/**
 * Starts an output file, as {@link createOutput} does, where only a regular file will do.
 *
 * @throws {IoError} what {@link createOutput} throws, and `NOT_A_FILE` for named pipes and devices.
 */
export async function createFileOutput(path: string, options: OutputOptions = {}): Promise<FileOutput> {
  const output = await createOutput(path, options)
  if (output instanceof PublishedOutput) return output
  await output[Symbol.asyncDispose]()
  throw new IoError('NOT_A_FILE', `Cannot create ${path}: it is there, and is no regular file`, {
    hint: 'Choose another name',
  })
}

/**
 * Starts an output file. It is written under a temporary name in the same directory, and appears as `path` on commit,
 * whole. An existing file is refused here, before any work, and again on commit without a gap between check and rename.
 *
 * A symbolic link is followed when its file is replaced. Named pipes and character devices such as `/dev/null` are
 * written to directly.
 *
 * @throws {IoError} `OUTPUT_EXISTS` (says `File exists`), `IS_A_DIRECTORY`, `NOT_A_FILE` for a block device,
 *   `FILE_NOT_FOUND` without the directory, `PERMISSION_DENIED`, `READ_ONLY`, `DISK_FULL`.
 * @throws {UsageError} `STDOUT_IS_TERMINAL` when the path leads to a terminal.
 */
export async function createOutput(path: string, options: OutputOptions = {}): Promise<Output> {
  const existing = await withIoError(`create ${path}`, () => statIfPresent(path))
  if (existing?.isFIFO() || existing?.isCharacterDevice()) return openStreamOutput(path)
  if (existing) checkReplaceable(path, existing, options.overwrite ?? false)
  const target = existing?.isFile() ? await realpath(path) : path
  if (options.sweep ?? true) await removeAbandonedFiles(target)
  const output = new PublishedOutput(path, target, options)
  try {
    await output.open()
    return output
  } catch (error) {
    await output[Symbol.asyncDispose]()
    throw ioError(error, `create ${path}`)
  }
}

/**
 * Throws unless `createOutput` with the same options could start; for commands that do long work before they write.
 *
 * @param options.makesDirectory whether the directory is made first, so that it may be missing now.
 * @returns what {@link Output.isSeekable} will be: what isn't seekable can't be taken back, either.
 */
export async function checkOutput(
  path: string,
  options: Pick<OutputOptions, 'overwrite'> & { readonly makesDirectory?: boolean } = {},
): Promise<{ readonly isSeekable: boolean }> {
  const existing = await withIoError(`create ${path}`, () => statIfPresent(path))
  if (existing?.isFIFO() || existing?.isCharacterDevice()) return { isSeekable: false }
  if (existing) checkReplaceable(path, existing, options.overwrite ?? false)
  else if (!options.makesDirectory) await withIoError(`create ${path}`, () => stat(dirname(path)))
  return { isSeekable: true }
}

function checkReplaceable(path: string, existing: Stats, overwrite: boolean): void {
  if (existing.isDirectory()) {
    throw new IoError('IS_A_DIRECTORY', `Cannot create ${path}: Is a directory`, { hint: 'Name a file in it' })
  }
  if (!overwrite) {
    throw new IoError('OUTPUT_EXISTS', `Cannot create ${path}: File exists`, {
      hint: 'Choose another name, or ask for the file to be replaced',
    })
  }
  if (existing.isFile() || existing.isSymbolicLink()) return
  throw new IoError('NOT_A_FILE', `Cannot replace ${path}: it is not a regular file`, {
    hint: 'Write to a new file, or to standard output with a redirection',
  })
}

/** What stands at the path, behind symbolic links; the link itself when it leads nowhere. */
async function statIfPresent(path: string): Promise<Stats | undefined> {
  for (const ask of [stat, lstat]) {
    try {
      return await ask(path)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return undefined
}

class PublishedOutput implements FileOutput {
  readonly path: string
  readonly isSeekable = true
  readonly #target: string
  readonly #temporary: string
  readonly #options: OutputOptions
  readonly #removeAtExit: () => void
  #handle: FileHandle | undefined
  #isPublished = false

  constructor(path: string, target: string, options: OutputOptions) {
    this.path = path
    this.#target = target
    this.#options = options
    const temporary = temporaryPath(target)
    this.#temporary = temporary
    // For a process.exit() in the middle, which runs no `finally`.
    this.#removeAtExit = () => rmSync(temporary, { force: true })
    process.on('exit', this.#removeAtExit)
  }

  async open(): Promise<void> {
    const { mode, prefill } = this.#options
    const isPrefilled = (await prefill?.(this.#temporary)) ?? false
    if (!isPrefilled && prefill) await removeFile(this.#temporary)
    if (isPrefilled) await chmod(this.#temporary, 0o600) // it may have been made read-only
    this.#handle = await open(this.#temporary, isPrefilled ? 'r+' : 'wx+', mode ?? 0o666)
    // Whoever filled it chose another mode, and the umask has been at an exact one.
    if (isPrefilled || mode !== undefined) await this.#handle.chmod(mode ?? 0o666 & ~process.umask())
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const handle = this.#opened()
    await withIoError(`write ${this.path}`, () => writeAll(handle, bytes, offset))
  }

  async readInto(offset: number, bytes: Uint8Array): Promise<void> {
    const handle = this.#opened()
    await withIoError(`read ${this.path}`, async () => {
      for (let done = 0; done < bytes.byteLength; ) {
        const { bytesRead } = await handle.read(bytes, done, bytes.byteLength - done, offset + done)
        if (bytesRead === 0) throw new IoError('IO_FAILED', `Cannot read ${this.path}: it ends at ${offset + done}`)
        done += bytesRead
      }
    })
  }

  async sync(): Promise<void> {
    const handle = this.#opened()
    await withIoError(`write ${this.path}`, () => handle.datasync())
  }

  async setByteLength(byteLength: number): Promise<void> {
    const handle = this.#opened()
    await withIoError(`write ${this.path}`, () => handle.truncate(byteLength))
  }

  async commit(): Promise<void> {
    const { overwrite = false, durable = overwrite } = this.#options
    const handle = this.#opened()
    await withIoError(`write ${this.path}`, async () => {
      if (durable) await handle.sync()
      await this.#close()
    })
    await withIoError(`create ${this.path}`, () => publishFile(this.#temporary, this.#target, { overwrite }))
    this.#isPublished = true
    process.off('exit', this.#removeAtExit)
    if (durable) await withIoError(`create ${this.path}`, () => syncDirectoryOf(this.#target))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#close()
    } finally {
      if (!this.#isPublished) await removeFile(this.#temporary)
      process.off('exit', this.#removeAtExit)
    }
  }

  async #close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  #opened(): FileHandle {
    if (!this.#handle) throw new TypeError(`${this.path} has been committed or disposed of`)
    return this.#handle
  }
}

async function openStreamOutput(path: string): Promise<Output> {
  const handle = await withIoError(`open ${path}`, () => open(path, 'w'))
  try {
    refuseTerminal(handle.fd, path)
  } catch (error) {
    await handle.close()
    throw error
  }
  let position = 0
  return {
    path,
    isSeekable: false,
    async write(offset, bytes) {
      if (offset !== position) throw new RangeError(`${path} takes bytes in order: ${position} is next, not ${offset}`)
      position += bytes.byteLength
      await withIoError(`write ${path}`, () => writeAll(handle, bytes, null))
    },
    async setByteLength() {},
    async commit() {},
    async [Symbol.asyncDispose]() {
      await handle.close()
    },
  }
}
