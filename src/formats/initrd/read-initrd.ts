import { type ByteReader, joinBytes, type Source } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { DEFAULT_INITRD_LIMITS, type InitrdLimits } from './limits.ts'
import { sortByPath } from './sort-by-path.ts'
import { type InitrdEntry, type InitrdMember, type WalkInitrdOptions, walkInitrd } from './walk-initrd.ts'

/** A regular file of an initrd. */
export interface InitrdFile {
  /** Path from the root, without a leading slash where the archive is sane. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** Options of {@link readInitrd}. */
export interface ReadInitrdOptions extends WalkInitrdOptions {
  /** Which paths to keep, all unless given. The contents of others are passed over and never held. */
  readonly filter?: ((path: string) => boolean) | undefined
  /** Told of each member in order, kept or not. */
  readonly onMember?: ((member: InitrdMember) => void) | undefined
}

/**
 * The regular files of an initrd, in the order of their paths' bytes. Where a path appears more than once, the last member
 * wins, as for the kernel: a directory or a link that takes the place of a file removes it.
 *
 * Of a file with several names (hard links), newc archives hold the contents once, on the last name as all writers do;
 * the names before it get them too.
 *
 * @throws {FormatError} as `walkInitrd`, and `LIMIT_EXCEEDED` when what is kept would not fit the limits.
 */
export async function readInitrd(
  input: Source | ByteReader,
  options: ReadInitrdOptions,
): Promise<readonly InitrdFile[]> {
  const files = new KeptFiles({ ...DEFAULT_INITRD_LIMITS, ...options.limits })
  const { filter = () => true, onMember } = options
  for await (const entry of walkInitrd(input, options)) {
    onMember?.(entry)
    const isWanted = filter(entry.path)
    if (entry.type !== 'file') files.remove(entry.path)
    else if (isWanted || files.hasLink(entry)) await files.keep(entry, isWanted)
  }
  return files.sorted()
}

/**
 * All members of an initrd in their order, without contents.
 *
 * @throws {FormatError} as `walkInitrd`.
 */
export async function listInitrd(
  input: Source | ByteReader,
  options: WalkInitrdOptions,
): Promise<readonly InitrdMember[]> {
  const members: InitrdMember[] = []
  for await (const { contents: _, ...member } of walkInitrd(input, options)) members.push(member)
  return members
}

/** Files by path, with a running total for the limits. */
class KeptFiles {
  readonly #limits: InitrdLimits
  readonly #bytes = new Map<string, Uint8Array>()
  readonly #links = new Map<string, string[]>()
  #byteLength = 0

  constructor(limits: InitrdLimits) {
    this.#limits = limits
  }

  /** Whether the entry is another name of a file that is kept. */
  hasLink(entry: InitrdMember): boolean {
    return entry.linkCount > 1 && this.#links.has(entry.fileId)
  }

  async keep(entry: InitrdEntry, isWanted: boolean): Promise<void> {
    this.#checkLimits(entry)
    const pieces: Uint8Array[] = []
    for await (const bytes of entry.contents()) pieces.push(bytes.slice())
    const bytes = joinBytes(pieces)
    this.#byteLength += bytes.byteLength
    if (isWanted) this.#bytes.set(entry.path, bytes)
    if (entry.linkCount > 1) this.#shareWithLinks(entry, bytes, isWanted)
  }

  remove(path: string): void {
    this.#bytes.delete(path)
  }

  sorted(): InitrdFile[] {
    return sortByPath([...this.#bytes].map(([path, bytes]) => ({ path, bytes })))
  }

  #shareWithLinks(entry: InitrdMember, bytes: Uint8Array, isWanted: boolean): void {
    const paths = this.#links.get(entry.fileId) ?? []
    const known = paths.map((path) => this.#bytes.get(path)).find((other) => other && other.byteLength > 0)
    if (isWanted) paths.push(entry.path)
    this.#links.set(entry.fileId, paths)
    const shared = bytes.byteLength > 0 ? bytes : known
    if (shared) for (const path of paths) this.#bytes.set(path, shared)
  }

  #checkLimits({ path, byteLength, archiveOffset }: InitrdMember): void {
    const { maxFileByteLength, maxTotalByteLength } = this.#limits
    if (byteLength <= maxFileByteLength && this.#byteLength + byteLength <= maxTotalByteLength) return
    throw new FormatError(
      'LIMIT_EXCEEDED',
      `The member ${JSON.stringify(path)} of the archive at offset ${archiveOffset} has ${byteLength} bytes: more than can be kept (${maxFileByteLength} bytes a file, ${maxTotalByteLength} in total)`,
    )
  }
}
