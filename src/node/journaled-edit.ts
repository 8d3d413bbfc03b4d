import { equalBytes, type Patch, patchedByteLength } from '../bytes/index.ts'
import { FormatError, IoError } from '../errors.ts'
import type { Disk, DiskFile } from './disk.ts'
import type { ImagePlace } from './image-place.ts'
import type { Journal, JournalRange } from './journal.ts'
import { removeJournal, type StoredJournal, storeJournal } from './journal-store.ts'

/** No file system in use hands out space in smaller pieces, apart from the sectors of old ones. */
const BLOCK_BYTE_LENGTH = 4096

/** An image that is open for writing. */
export interface WritableImage {
  readonly file: DiskFile
  /** Bytes that it has; a block device's true size. */
  readonly byteLength: number
  /** Whether it can't grow. */
  readonly isBlockDevice: boolean
}

/**
 * Writes ordered patches to an image so that a crash at any point can be finished or undone from the journal. When this
 * throws, the image is as it was, unless the error says otherwise.
 *
 * @throws {IoError} `DISK_FULL`, `IO_FAILED`, …; the signal's reason when it aborts.
 */
export async function writeJournaled(
  disk: Disk,
  place: ImagePlace,
  options: {
    readonly image: WritableImage
    readonly patches: readonly Patch[]
    readonly signal?: AbortSignal | undefined
  },
): Promise<void> {
  const { image, patches, signal } = options
  const journal = await storeJournal(disk, place, await draftJournal(place, image, patches))
  try {
    for (const { offset, after } of journal.ranges) {
      signal?.throwIfAborted()
      await image.file.write(offset, after)
    }
    signal?.throwIfAborted()
    await image.file.sync()
  } catch (error) {
    await undo(disk, place, { image, journal, error })
    throw error
  }
  await removeJournal(disk, journal)
}

/**
 * Brings an image that a crash may have left half edited to the state after the edit, or, when the edit had not begun or
 * can't be finished, before it.
 *
 * @returns which of the two it is.
 * @throws {FormatError} `JOURNAL_MISMATCH` when the image has bytes that are of neither state; nothing is changed then.
 */
export async function recoverFromJournal(
  disk: Disk,
  place: ImagePlace,
  options: { readonly image: WritableImage; readonly journal: StoredJournal },
): Promise<'finished' | 'undone'> {
  const { image, journal } = options
  const read = (offset: number, byteLength: number) => image.file.read(offset, byteLength)
  const progress = await examineImage(read, image.byteLength, journal)
  if (progress === undefined) throw mismatch(place, journal)
  if (progress === 'not begun') {
    await removeJournal(disk, journal)
    return 'undone'
  }
  try {
    await writeWhereDifferent(image.file, journal.ranges, 'after')
    await image.file.sync()
  } catch (error) {
    await undo(disk, place, { image, journal, error })
    return 'undone'
  }
  await removeJournal(disk, journal)
  return 'finished'
}

/**
 * How far an edit has come, judged by the bytes in the image. Each must be one of the two that the journal knows for its
 * place, whatever part of a write a crash has let through; otherwise the journal is not about this image, and the answer
 * is `undefined`.
 */
export async function examineImage(
  read: (offset: number, byteLength: number) => Promise<Uint8Array>,
  byteLength: number,
  journal: Journal,
): Promise<'not begun' | 'begun' | undefined> {
  if (byteLength < journal.byteLengthBefore || byteLength > journal.byteLengthAfter) return undefined
  let hasBegun = byteLength !== journal.byteLengthBefore
  for (const { offset, before, after } of journal.ranges) {
    const present = await read(offset, Math.max(0, Math.min(after.byteLength, byteLength - offset)))
    const isKnown = present.every((byte, index) => byte === (before[index] ?? 0) || byte === after[index])
    if (!isKnown) return undefined
    hasBegun ||= !equalBytes(present, before)
  }
  return hasBegun ? 'begun' : 'not begun'
}

/** What a person is told when a journal and its image don't fit. */
export function mismatch(place: ImagePlace, journal: StoredJournal): FormatError {
  return new FormatError(
    'JOURNAL_MISMATCH',
    `Cannot finish the interrupted edit of ${place.path}: its contents have been changed since by something else`,
    { hint: `Check the image or get it anew, then remove ${journal.journalPath}` },
  )
}

async function draftJournal(place: ImagePlace, image: WritableImage, patches: readonly Patch[]): Promise<Journal> {
  const byteLengthAfter = patchedByteLength(image.byteLength, patches)
  if (image.isBlockDevice && byteLengthAfter > image.byteLength) {
    throw new IoError(
      'DISK_FULL',
      `Cannot extend ${place.path} to ${byteLengthAfter} bytes: the device has ${image.byteLength}`,
      { hint: 'Write to a new file, or use a larger device' },
    )
  }
  const ranges: JournalRange[] = []
  for (const { offset, bytes } of patches) {
    const byteLength = Math.max(0, Math.min(bytes.byteLength, image.byteLength - offset))
    const before = byteLength > 0 ? await image.file.read(offset, byteLength) : new Uint8Array(0)
    ranges.push({ offset, before, after: bytes })
  }
  return { byteLengthBefore: image.byteLength, byteLengthAfter, ranges }
}

async function undo(
  disk: Disk,
  place: ImagePlace,
  options: { readonly image: WritableImage; readonly journal: StoredJournal; readonly error: unknown },
): Promise<void> {
  const { image, journal } = options
  try {
    await writeWhereDifferent(image.file, journal.ranges, 'before')
    if (journal.byteLengthAfter > journal.byteLengthBefore) await image.file.setByteLength(journal.byteLengthBefore)
    await image.file.sync()
    await removeJournal(disk, journal)
  } catch {
    throw new IoError('IO_FAILED', `Cannot undo the edit of ${place.path}, which is half done`, {
      cause: options.error,
      hint: `Keep ${journal.journalPath}: isokit finishes the edit from it when the disk works again`,
    })
  }
}

/**
 * Leaves alone, block by block, what is right already: on a full disk, writing to a hole fails even when it is to hold
 * zeros again, while a block that differs is there to be written to.
 */
async function writeWhereDifferent(
  file: DiskFile,
  ranges: readonly JournalRange[],
  state: 'before' | 'after',
): Promise<void> {
  for (const range of ranges) {
    const wanted = range[state]
    let start = 0
    while (start < wanted.byteLength) {
      const offset = range.offset + start
      const end = Math.min(wanted.byteLength, start + BLOCK_BYTE_LENGTH - (offset % BLOCK_BYTE_LENGTH))
      const block = wanted.subarray(start, end)
      if (!equalBytes(await file.read(offset, block.byteLength), block)) await file.write(offset, block)
      start = end
    }
  }
}
