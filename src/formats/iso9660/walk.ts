import type { ReadOptions } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type DirectoryEntry, type NameEncoding, readDirectory } from './directory.ts'
import { childEntry, directoryExtent, followChildLink, type IsoEntry, rootEntry } from './entry.ts'
import type { Iso9660 } from './iso.ts'
import { ReadBudget } from './read-budget.ts'

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

/** Most bytes of directories that are read in one walk: about two hundred thousand files. */
const MAX_TREE_BYTE_LENGTH: number = 32 * 1024 * 1024

/**
 * All files and directories, depth first in record order, a directory before its children. The root is left out, and a
 * Joliet tree that does not exist has no entries.
 *
 * @throws {FormatError} `ISO_RECORD_CORRUPT` when a directory is damaged or leads back to one that was listed before,
 *   `LIMIT_EXCEEDED` when the tree is too deep or too large.
 */
export async function* walkIso(iso: Iso9660, options: WalkOptions = {}): AsyncGenerator<IsoEntry, void, undefined> {
  const { tree = 'iso', signal } = options
  const encoding = tree === 'joliet' ? 'joliet' : 'iso'
  const walker = new Walker(iso, encoding, { signal })
  const root = rootEntry(iso, encoding)
  if (root) walker.enter(root)
  for (let next = await walker.next(); next; next = await walker.next()) {
    if (tree === 'rockRidge' && next.isRelocated) continue
    const entry = tree === 'rockRidge' ? await followChildLink(iso, next.entry, { signal }) : next.entry
    yield entry
    if (entry.isDirectory) walker.enter(entry)
  }
}

/** The directories between the root and the place that the walk has reached. */
class Walker {
  readonly #iso: Iso9660
  readonly #encoding: NameEncoding
  readonly #options: ReadOptions
  readonly #budget = new ReadBudget(MAX_TREE_BYTE_LENGTH)
  readonly #levels: { readonly directory: IsoEntry; readonly children: AsyncIterator<DirectoryEntry> }[] = []
  readonly #seenOffsets = new Set<number>()

  constructor(iso: Iso9660, encoding: NameEncoding, options: ReadOptions) {
    this.#iso = iso
    this.#encoding = encoding
    this.#options = options
  }

  /** The next entry of the innermost directory that has one. */
  async next(): Promise<{ readonly entry: IsoEntry; readonly isRelocated: boolean } | undefined> {
    for (let level = this.#levels.at(-1); level; level = this.#levels.at(-1)) {
      const { value, done } = await level.children.next()
      if (!done)
        return { entry: childEntry(level.directory, value), isRelocated: value.rockRidge?.isRelocated ?? false }
      this.#levels.pop()
    }
    return undefined
  }

  /** Goes on with the children of a directory. */
  enter(directory: IsoEntry): void {
    const extent = directoryExtent(directory)
    if (extent.byteLength === 0) return
    if (this.#seenOffsets.has(extent.offset)) {
      throw new FormatError(
        'ISO_RECORD_CORRUPT',
        `The directory /${directory.path} of ${this.#iso.name} leads to one that was listed before, at offset ${extent.offset}`,
      )
    }
    if (this.#levels.length > MAX_DEPTH) {
      throw new FormatError('LIMIT_EXCEEDED', `${this.#iso.name} has directories more than ${MAX_DEPTH} deep`)
    }
    this.#seenOffsets.add(extent.offset)
    const request = { path: directory.path, extent, encoding: this.#encoding }
    const children = readDirectory(this.#iso, request, { ...this.#options, budget: this.#budget })
    this.#levels.push({ directory, children })
  }
}
