import { constants, copyFile, stat } from 'node:fs/promises'
import type { FileSource } from './file-source.ts'
import type { OnProgress } from './progress.ts'

const PROGRESS_INTERVAL_MS = 100

/** Options of {@link copyInKernel}. */
export interface KernelCopyOptions {
  /** Stops the copy; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Told now and then how much has been copied. */
  readonly onProgress?: OnProgress | undefined
}

/**
 * Makes a new file that shares its blocks with an open one (reflink), in an instant: Btrfs, XFS, bcachefs, APFS.
 *
 * @returns `false` when the file system can't.
 */
export async function cloneFile(source: FileSource, path: string): Promise<boolean> {
  try {
    await copyFile(source.path, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  }
}

/**
 * Copies an open file to a new one without moving its bytes through this process, holes staying holes. Linux only.
 *
 * Node offers neither `copy_file_range` nor `lseek(SEEK_DATA)`, and its own `copyFile` fills holes and can't be stopped.
 * The system's `cp` does both and can be ended. It makes the file itself: when it empties an existing one, ext4 writes
 * the copy to the disk before it lets go of it.
 *
 * @returns `false` when it could not be done here; there may be a part of a file then.
 */
export async function copyInKernel(source: FileSource, path: string, options: KernelCopyOptions): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const { signal, onProgress } = options
  const timer = setInterval(() => void reportProgress(source, path, onProgress), PROGRESS_INTERVAL_MS)
  try {
    const isCopied = await runCopy(source.descriptor, path, signal)
    signal?.throwIfAborted()
    return isCopied && (await stat(path)).size === source.byteLength
  } finally {
    clearInterval(timer)
  }
}

async function runCopy(from: number, path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const { spawn } = await import('node:child_process')
  signal?.throwIfAborted()
  return new Promise((resolve) => {
    const child = spawn('cp', ['--reflink=auto', '--sparse=auto', '--', '/dev/fd/3', path], {
      stdio: ['ignore', 'ignore', 'ignore', from],
    })
    // Not spawn's own `signal` option, which answers before the child has let go of the file.
    const end = (): void => void child.kill('SIGKILL')
    const settle = (isCopied: boolean): void => {
      signal?.removeEventListener('abort', end)
      process.off('exit', end)
      resolve(isCopied)
    }
    signal?.addEventListener('abort', end)
    process.on('exit', end)
    child.on('error', () => settle(false)) // no cp in this container
    child.on('close', (status) => settle(status === 0))
  })
}

async function reportProgress(source: FileSource, path: string, onProgress: OnProgress | undefined): Promise<void> {
  if (!onProgress) return
  const stats = await stat(path).catch(() => undefined)
  if (stats) onProgress({ bytesDone: stats.size, bytesTotal: source.byteLength })
}
