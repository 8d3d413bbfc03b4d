import { FormatError, IoError } from '../errors.ts'
import type { Disk, DiskFile } from './disk.ts'
import { type ImagePlace, JOURNAL_SUFFIX, NEW_JOURNAL_SUFFIX } from './image-place.ts'
import { decodeJournal, encodeJournal, type Journal } from './journal.ts'
import { systemErrorCode } from './system-error.ts'
import { atFirstUsableStem } from './usable-stem.ts'

/** The most that a journal may have: it is held in memory. An image edited in place differs by some MiB at most. */
const MAX_JOURNAL_BYTE_LENGTH = 2 ** 30

/** A journal that is on the disk. */
export interface StoredJournal extends Journal {
  /** Where it is. */
  readonly journalPath: string
}

/**
 * Looks for the journal of an interrupted edit.
 *
 * @throws {FormatError} `JOURNAL_MISMATCH` when there is one that can't be trusted or decoded. Since a journal gets its
 *   name when it is whole, that is no crash of isokit.
 */
export async function findJournal(disk: Disk, place: ImagePlace): Promise<StoredJournal | undefined> {
  for (const stem of place.stems) {
    const journalPath = `${stem}${JOURNAL_SUFFIX}`
    const bytes = await readJournal(disk, journalPath, place)
    if (bytes) return { journalPath, ...decodeJournal(bytes, journalPath) }
  }
  return undefined
}

/**
 * Writes a journal. When this returns, it is on the disk, whole and under its name; when it throws, there is none.
 *
 * @throws {IoError} `FILE_TOO_LARGE`, `DISK_FULL`, `PERMISSION_DENIED`, …
 */
export async function storeJournal(disk: Disk, place: ImagePlace, journal: Journal): Promise<StoredJournal> {
  const bytes = encodeJournal(journal)
  if (bytes.byteLength > MAX_JOURNAL_BYTE_LENGTH) {
    throw new IoError(
      'FILE_TOO_LARGE',
      `Cannot edit ${place.path} in place: the changes need a journal of ${bytes.byteLength} bytes, ${MAX_JOURNAL_BYTE_LENGTH} are the most`,
      { hint: 'Write to a new file' },
    )
  }
  return atFirstUsableStem(place, async (stem) => {
    await writeJournal(disk, stem, bytes)
    return { journalPath: `${stem}${JOURNAL_SUFFIX}`, ...journal }
  })
}

/** Removes a journal, for good. */
export async function removeJournal(disk: Disk, journal: StoredJournal): Promise<void> {
  await disk.remove(journal.journalPath)
  await disk.syncDirectoryOf(journal.journalPath)
}

/** Removes what a killed process left of a journal that it had not finished writing, when nothing was edited yet. */
export async function removeUnfinishedJournals(disk: Disk, place: ImagePlace): Promise<void> {
  for (const stem of place.stems) await disk.remove(`${stem}${NEW_JOURNAL_SUFFIX}`).catch(() => {})
}

async function writeJournal(disk: Disk, stem: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${stem}${NEW_JOURNAL_SUFFIX}`
  const journalPath = `${stem}${JOURNAL_SUFFIX}`
  try {
    await writeWhole(await disk.create(unfinished), bytes)
    await disk.rename(unfinished, journalPath)
    await disk.syncDirectoryOf(journalPath)
  } catch (error) {
    for (const path of [unfinished, journalPath]) await disk.remove(path).catch(() => {})
    throw error
  }
}

async function writeWhole(file: DiskFile, bytes: Uint8Array): Promise<void> {
  await using owned = file
  await owned.write(0, bytes)
  await owned.sync()
}

async function readJournal(disk: Disk, path: string, place: ImagePlace): Promise<Uint8Array | undefined> {
  await using file = await openIfPresent(disk, path)
  if (!file) return undefined
  const { byteLength, ownerId } = await file.stat()
  // In a directory that all may write to, a stranger could leave us a journal of their own making.
  if (![0, process.getuid?.() ?? 0, place.ownerId].includes(ownerId)) {
    throw refused(path, 'it belongs to another user')
  }
  if (byteLength > MAX_JOURNAL_BYTE_LENGTH) throw refused(path, `it has ${byteLength} bytes`)
  return await file.read(0, byteLength)
}

async function openIfPresent(disk: Disk, path: string): Promise<DiskFile | undefined> {
  try {
    return await disk.open(path, 'read')
  } catch (error) {
    if (!(error instanceof IoError)) throw error
    if (error.code === 'FILE_NOT_FOUND' || systemErrorCode(error.cause) === 'ENAMETOOLONG') return undefined
    throw error
  }
}

function refused(path: string, reason: string): FormatError {
  return new FormatError('JOURNAL_MISMATCH', `Cannot use the journal ${path}: ${reason}`, {
    hint: `Check the image, then remove ${path}`,
  })
}
