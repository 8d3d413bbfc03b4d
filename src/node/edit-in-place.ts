import { type Patch, pendingPatches, type Source } from '../bytes/index.ts'
import { systemDisk } from './disk.ts'
import { openFile } from './file-source.ts'
import { lockImage } from './image-lock.ts'
import { locateImage } from './image-place.ts'
import { writeJournaled } from './journaled-edit.ts'
import { type OpenImageOptions, openImage, recoverImage, writeObstacle } from './open-image.ts'

/** Options of {@link editInPlace}. */
export interface EditOptions extends OpenImageOptions {
  /** Reads the image and says what shall change. Nothing has been written when this throws. */
  readonly plan: (source: Source) => Promise<readonly Patch[]>
  /** Stops; what has been written by then is undone, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What {@link editInPlace} did. */
export interface EditResult {
  /** What was written, without bytes that were there already. Empty when the edit had been made before. */
  readonly written: readonly Patch[]
}

/**
 * Edits an image in place: all of the edit, or nothing of it.
 *
 * The image is locked against other isokit processes. Old and new bytes go to a journal on the disk before the first
 * write, so that after a crash or a kill the next {@link openImage} or `editInPlace` finishes or undoes the edit. A failed
 * write and the signal undo it here. When everything stands there already, the image need not be writable.
 *
 * @throws {IoError} `IMAGE_BUSY`, `PERMISSION_DENIED`, `READ_ONLY`, `DISK_FULL`, and what {@link openFile} throws.
 * @throws {FormatError} `JOURNAL_MISMATCH` when an earlier edit was interrupted and the image was changed since.
 */
export async function editInPlace(path: string, options: EditOptions): Promise<EditResult> {
  const { signal, disk = systemDisk, fastPaths } = options
  signal?.throwIfAborted()
  {
    await using _checked = await openFile(path, { fastPaths }) // says what is wrong with a directory or a pipe
  }
  const place = await locateImage(path)
  const obstacle = await writeObstacle(disk, place)
  if (obstacle) return confirmUnchanged(path, { ...options, obstacle })

  await using _lock = await lockImage(place)
  await recoverImage(place, options)
  await using source = await openFile(path, { fastPaths })
  const patches = await planPending(source, options)
  if (patches.length === 0) return { written: [] }

  await using file = await disk.open(place.realPath, 'write')
  const { byteLength, isBlockDevice } = source
  await writeJournaled(disk, place, { image: { file, byteLength, isBlockDevice }, patches, signal })
  return { written: patches }
}

/** An image that can't be written to needs no writing when the edit has been made before. */
async function confirmUnchanged(
  path: string,
  options: EditOptions & { readonly obstacle: unknown },
): Promise<EditResult> {
  await using source = await openImage(path, options)
  if ((await planPending(source, options)).length > 0) throw options.obstacle
  return { written: [] }
}

async function planPending(source: Source, options: EditOptions): Promise<readonly Patch[]> {
  const { plan, signal } = options
  const patches = await pendingPatches(source, await plan(source), { signal })
  signal?.throwIfAborted()
  return patches
}
