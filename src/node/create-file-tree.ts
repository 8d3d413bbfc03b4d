import { rmSync } from 'node:fs'
import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Source } from '../bytes/index.ts'
import { IoError } from '../errors.ts'
import { createDirectory } from './create-directory.ts'
import { createFile } from './create-file.ts'
import type { OnProgress } from './progress.ts'
import { saveImage } from './save-image.ts'
import { systemErrorCode, withIoError } from './system-error.ts'
import { removeAbandonedFiles, temporaryPath } from './temporary-name.ts'

/** A file of {@link createFileTree}. */
export interface FileOfTree {
  /** Where it belongs, below the directory and with slashes. */
  readonly path: string
  readonly content: Source | Uint8Array
  /** Exact permission bits; what the umask leaves of 0o666 unless given. */
  readonly mode?: number | undefined
}

/** Options of {@link createFileTree}. */
export interface CreateFileTreeOptions {
  /** Whether shortcuts of the system (clones, copying in the kernel) may be taken; `true` unless given. */
  readonly fastPaths?: boolean | undefined
  /** Stops; nothing is left behind. */
  readonly signal?: AbortSignal | undefined
  /** Told now and then how much has been written, of all files together. */
  readonly onProgress?: OnProgress | undefined
}

/**
 * Makes a directory with all of these files in it, and its parents: it appears whole or not at all. What has the name
 * already is left alone.
 *
 * @throws {IoError} `OUTPUT_EXISTS` before any work, and what else the system says.
 */
export async function createFileTree(
  path: string,
  files: readonly FileOfTree[],
  options: CreateFileTreeOptions = {},
): Promise<void> {
  const { signal } = options
  signal?.throwIfAborted()
  await checkIsFree(path)
  await createDirectory(dirname(path))
  await removeAbandonedFiles(path)
  const temporary = temporaryPath(path)
  // For a process.exit() in the middle, which runs no `finally`.
  const removeAtExit = (): void => rmSync(temporary, { recursive: true, force: true })
  process.on('exit', removeAtExit)
  try {
    await withIoError(`create directory ${path}`, () => mkdir(temporary))
    await writeFiles(temporary, files, options)
    signal?.throwIfAborted()
    await checkIsFree(path)
    await withIoError(`create directory ${path}`, () => publish(temporary, path))
  } finally {
    process.off('exit', removeAtExit)
    await rm(temporary, { recursive: true, force: true })
  }
}

async function writeFiles(
  directory: string,
  files: readonly FileOfTree[],
  { fastPaths, signal, onProgress }: CreateFileTreeOptions,
): Promise<void> {
  const bytesTotal = files.reduce((total, { content }) => total + content.byteLength, 0)
  let bytesBefore = 0
  for (const { path, content, mode } of files) {
    const target = join(directory, path)
    await createDirectory(dirname(target))
    if (content instanceof Uint8Array) await createFile(target, content, { mode, signal, sweep: false })
    else {
      const start = bytesBefore
      await saveImage(content, target, {
        mode,
        fastPaths,
        signal,
        onProgress: ({ bytesDone }) => onProgress?.({ bytesDone: start + bytesDone, bytesTotal }),
      })
    }
    bytesBefore += content.byteLength
    onProgress?.({ bytesDone: bytesBefore, bytesTotal })
  }
}

async function checkIsFree(path: string): Promise<void> {
  const isTaken = await lstat(path).then(
    () => true,
    (error) => {
      if (systemErrorCode(error) === 'ENOENT') return false
      throw error
    },
  )
  if (isTaken) throw taken(path)
}

function taken(path: string): IoError {
  return new IoError('OUTPUT_EXISTS', `Cannot create directory ${path}: File exists`, { hint: 'Choose another name' })
}

/** Should a directory have been made meanwhile, only an empty one can be replaced by this. */
async function publish(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path)
  } catch (error) {
    const code = systemErrorCode(error)
    throw code === 'ENOTEMPTY' || code === 'ENOTDIR' ? taken(path) : error
  }
}
