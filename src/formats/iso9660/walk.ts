import type { ReadOptions } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type DirectoryEntry, type NameEncoding, readDirectory } from './directory.ts'
import { childEntry, directoryExtent, followChildLink, type IsoEntry, rootEntry } from './entry.ts'
import type { Iso9660 } from './iso.ts'

/**
 * A tree of an image: `iso` is the plain one, as recorded; `rockRidge` is the same with deep directories back in the place
 * that they were moved from; `joliet` is the one with Unicode names.
 */
export type IsoTree = 'iso' | 'rockRidge' | 'joliet'

/** Options of {@link walkIso}. */
export interface WalkOptions extends ReadOptions {
  /** `iso` unless given. */
  readonly tree?: IsoTree
}

/** Deepest directory that is entered. The standard allows 8, and some writers more. */
const MAX_DEPTH = 128

/** Most bytes of directories that are read in one walk: about half a million files. */
const MAX_TREE_BYTE_LENGTH: number = 64 * 1024 * 1024

/**
 * All files and directories, depth first in record order, a directory before its children. The root is left out, and a
 * Joliet tree that does not exist has no entries.
 *
 * @throws {FormatError} `ISO_RECORD_CORRUPT` when a directory is damaged or leads back to one that was listed before,
 *   `LIMIT_EXCEEDED` when the tree is too deep or too large.
 */
export async function* walkIso(iso: Iso9660, options: WalkOptions = {}): AsyncGenerator<IsoEntry, void, undefined> {
  const { tree = 'iso', signal } = options
  const walker = new Walker(iso, tree === 'joliet' ? 'joliet' : 'iso', options)
  const root = rootEntry(iso, tree === 'joliet' ? 'joliet' : 'iso')
  if (root) await walker.enter(root)
  for (let next = walker.next(); next; next = walker.next()) {
    signal?.throwIfAborted()
    if (tree === 'rockRidge' && next.isRelocated) continue
    const entry = tree === 'rockRidge' ? await followChildLink(iso, next.entry, options) : next.entry
    yield entry
    if (entry.isDirectory) await walker.enter(entry)
  }
}

/** The directories between the root and the place that the walk has reached. */
class Walker {
  readonly #iso: Iso9660
  readonly #encoding: NameEncoding
  readonly #options: ReadOptions
  readonly #levels: { readonly directory: IsoEntry; readonly children: Iterator<DirectoryEntry> }[] = []
  readonly #seenOffsets = new Set<number>()
  #readByteLength = 0

  constructor(iso: Iso9660, encoding: NameEncoding, options: ReadOptions) {
    this.#iso = iso
    this.#encoding = encoding
    this.#options = options
  }

  /** The next entry of the innermost directory that has one. */
  next(): { readonly entry: IsoEntry; readonly isRelocated: boolean } | undefined {
    for (let level = this.#levels.at(-1); level; level = this.#levels.at(-1)) {
      const { value, done } = level.children.next()
      if (!done)
        return { entry: childEntry(level.directory, value), isRelocated: value.rockRidge?.isRelocated ?? false }
      this.#levels.pop()
    }
    return undefined
  }

  /** Goes on with the children of a directory. */
  async enter(directory: IsoEntry): Promise<void> {
    const extent = directoryExtent(directory)
    if (extent.byteLength === 0) return
    if (this.#seenOffsets.has(extent.offset)) {
      throw new FormatError(
        'ISO_RECORD_CORRUPT',
        `The directory /${directory.path} of ${this.#iso.name} leads to one that was listed before, at offset ${extent.offset}`,
      )
    }
    if (this.#levels.length > MAX_DEPTH) throw this.#exceeds(`directories more than ${MAX_DEPTH} deep`)
    this.#seenOffsets.add(extent.offset)
    const request = { path: directory.path, extent, encoding: this.#encoding }
    const { entries, readByteLength } = await readDirectory(this.#iso, request, this.#options)
    this.#readByteLength += readByteLength
    if (this.#readByteLength > MAX_TREE_BYTE_LENGTH) {
      throw this.#exceeds(`more than ${MAX_TREE_BYTE_LENGTH} bytes of directories`)
    }
    this.#levels.push({ directory, children: entries.values() })
  }

  #exceeds(what: string): FormatError {
    return new FormatError('LIMIT_EXCEEDED', `${this.#iso.name} has ${what}`)
  }
}
