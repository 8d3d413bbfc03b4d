import { Cursor, type Extent, type ReadOptions } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { DirectoryEntry, NameEncoding } from './directory.ts'
import { decodeDirectoryRecord, isSelfOrParent } from './directory-record.ts'
import type { Iso9660 } from './iso.ts'
import { SECTOR_SIZE } from './layout.ts'

/** A file or directory of an image. */
export interface IsoEntry {
  /** Path by the names of the tree that was read, without a leading slash: `COREOS/KARGS.JSO`. Empty for the root. */
  readonly path: string
  /** Last part of `path`; `.` for the root. */
  readonly name: string
  /** Rock Ridge name, when one is recorded: `kargs.json`. */
  readonly realName?: string | undefined
  /** Path by Rock Ridge names where they are recorded, and by `name` elsewhere: `coreos/kargs.json`. */
  readonly realPath: string
  readonly isDirectory: boolean
  /** Where the contents stand, in order. A file has more than one extent when it is larger than 4 GiB. */
  readonly extents: readonly Extent[]
  /** Bytes of all extents together. */
  readonly byteLength: number
  /** Where the first directory record starts, in bytes from the start of the image. */
  readonly recordOffset: number
  /** POSIX file type and permissions, as `st_mode`, when Rock Ridge records them. */
  readonly mode?: number | undefined
  /** What the entry points at when it is a symbolic link. For display: isokit follows none. */
  readonly linkTarget?: string | undefined
  /** Where the directory starts whose place the entry keeps, since Rock Ridge moved it up in the tree. In bytes. */
  readonly childDirectoryOffset?: number | undefined
}

/** The root directory of the plain or of the Joliet tree; `undefined` when there is no Joliet tree. */
export function rootEntry(iso: Iso9660, encoding: NameEncoding): IsoEntry | undefined {
  const root = encoding === 'joliet' ? iso.joliet?.root : iso.primary.root
  if (!root) return undefined
  return {
    path: '',
    name: root.name,
    realPath: '',
    isDirectory: true,
    extents: [root.extent],
    byteLength: root.extent.byteLength,
    recordOffset: root.recordOffset,
  }
}

/** The entry, placed below its parent. */
export function childEntry(parent: IsoEntry, entry: DirectoryEntry): IsoEntry {
  const { name, rockRidge } = entry
  return {
    path: joinPath(parent.path, name),
    name,
    realName: rockRidge?.name,
    realPath: joinPath(parent.realPath, rockRidge?.name ?? name),
    isDirectory: entry.isDirectory,
    extents: entry.extents,
    byteLength: entry.byteLength,
    recordOffset: entry.recordOffset,
    mode: rockRidge?.mode,
    linkTarget: rockRidge?.linkTarget,
    childDirectoryOffset: rockRidge?.childDirectoryOffset,
  }
}

/** Where a directory's records stand. Directories have one extent. */
export function directoryExtent(entry: IsoEntry): Extent {
  return entry.extents[0] ?? { offset: 0, byteLength: 0 }
}

/**
 * The directory itself where an entry only keeps its place (Rock Ridge, CL field), and any other entry as it is.
 *
 * @throws {FormatError} `ISO_RECORD_CORRUPT` when no directory starts there.
 */
export async function followChildLink(iso: Iso9660, entry: IsoEntry, options: ReadOptions = {}): Promise<IsoEntry> {
  const offset = entry.childDirectoryOffset
  if (offset === undefined || entry.isDirectory) return entry
  const where = `directory /${entry.path} of ${iso.name}`
  const available = Math.min(SECTOR_SIZE, Math.max(0, iso.source.byteLength - offset))
  const bytes = available > 0 ? await iso.source.read(offset, available, options) : new Uint8Array([0])
  const self = decodeDirectoryRecord(new Cursor(bytes, offset, where), where)
  if (!self?.isDirectory || !isSelfOrParent(self)) {
    throw new FormatError('ISO_RECORD_CORRUPT', `The ${where} was moved to offset ${offset}, where no directory starts`)
  }
  const extent = { offset, byteLength: self.extent.byteLength }
  return { ...entry, isDirectory: true, extents: [extent], byteLength: extent.byteLength }
}

function joinPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`
}
