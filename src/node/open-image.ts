import { overlay, type Source } from '../bytes/index.ts'
import { type Disk, systemDisk } from './disk.ts'
import { type FileSource, openFile } from './file-source.ts'
import { lockImage } from './image-lock.ts'
import { type ImagePlace, locateImage } from './image-place.ts'
import { findJournal, removeUnfinishedJournals, type StoredJournal } from './journal-store.ts'
import { examineImage, mismatch, recoverFromJournal } from './journaled-edit.ts'

/** An image that is open for reading. Whoever opened it disposes of it. */
export interface OpenImage extends Source, AsyncDisposable {
  /** The path as it was given. */
  readonly path: string
  /** Permission bits, such as 0o644. */
  readonly mode: number
  /** Whether it is a block device rather than a regular file. */
  readonly isBlockDevice: boolean
}

/** What isokit did about an interrupted edit, for people. */
export interface RecoveryNotice {
  /**
   * `finished` and `undone`: the image is whole again, after or before the edit. `shown-finished`: it can't be written to,
   * so it only reads as after the edit.
   */
  readonly outcome: 'finished' | 'undone' | 'shown-finished'
  /** A sentence that says so. */
  readonly message: string
}

/** Options of {@link openImage}. */
export interface OpenImageOptions {
  /** Whether shortcuts of the system may be taken; `true` unless given. */
  readonly fastPaths?: boolean | undefined
  /** Told when an edit that was interrupted has been finished or undone. */
  readonly onNotice?: ((notice: RecoveryNotice) => void) | undefined
  /** How files are changed; the system's way unless given. For tests. */
  readonly disk?: Disk
}

const OUTCOMES: Readonly<Record<RecoveryNotice['outcome'], string>> = {
  finished: 'An interrupted edit of it has been finished',
  undone: 'An interrupted edit of it has been undone',
  'shown-finished': 'An interrupted edit of it is shown as finished, since the image cannot be written to',
}

/**
 * Opens an image for reading; when an edit in place was interrupted, that edit is finished or undone first.
 *
 * @throws {IoError} what {@link openFile} throws; `IMAGE_BUSY` while another process edits the image.
 * @throws {FormatError} `JOURNAL_MISMATCH` when the image was changed after the interruption by something else.
 */
export async function openImage(path: string, options: OpenImageOptions = {}): Promise<OpenImage> {
  const { disk = systemDisk, fastPaths } = options
  const file = await openFile(path, { fastPaths })
  try {
    const place = await locateImage(path)
    const journal = await findJournal(disk, place)
    if (!journal) return file
    if (await writeObstacle(disk, place))
      return await showFinished(file, { place, journal, onNotice: options.onNotice })
    await file[Symbol.asyncDispose]()
    {
      await using _lock = await lockImage(place)
      await recoverImage(place, options)
    }
    return await openFile(path, { fastPaths })
  } catch (error) {
    await file[Symbol.asyncDispose]()
    throw error
  }
}

/** Finishes or undoes what a journal tells of. The caller holds the lock. */
export async function recoverImage(place: ImagePlace, options: OpenImageOptions): Promise<void> {
  const { disk = systemDisk, fastPaths, onNotice } = options
  const journal = await findJournal(disk, place)
  await removeUnfinishedJournals(disk, place)
  if (!journal) return
  await using source = await openFile(place.realPath, { fastPaths })
  await using file = await disk.open(place.realPath, 'write')
  const { byteLength, isBlockDevice } = source
  const outcome = await recoverFromJournal(disk, place, { image: { file, byteLength, isBlockDevice }, journal })
  onNotice?.({ outcome, message: `${place.path}: ${OUTCOMES[outcome]}` })
}

/** Why the image can't be written to; `undefined` when it can. */
export async function writeObstacle(disk: Disk, place: ImagePlace): Promise<unknown> {
  try {
    await using _file = await disk.open(place.realPath, 'write') // access(2) knows less: it asks for the real user only
    return undefined
  } catch (error) {
    return error
  }
}

async function showFinished(
  file: FileSource,
  found: {
    readonly place: ImagePlace
    readonly journal: StoredJournal
    readonly onNotice: OpenImageOptions['onNotice']
  },
): Promise<OpenImage> {
  const { place, journal, onNotice } = found
  const progress = await examineImage((offset, byteLength) => file.read(offset, byteLength), file.byteLength, journal)
  if (!progress) throw mismatch(place, journal)
  if (progress === 'not begun') return file
  const patches = journal.ranges.map(({ offset, after }) => ({ offset, bytes: after }))
  onNotice?.({ outcome: 'shown-finished', message: `${place.path}: ${OUTCOMES['shown-finished']}` })
  const { path, mode, isBlockDevice } = file
  return {
    ...overlay(file, patches),
    path,
    mode,
    isBlockDevice,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  }
}
