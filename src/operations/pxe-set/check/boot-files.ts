import type { ByteReader, Hasher } from '../../../bytes/index.ts'
import { KERNEL_HEAD_BYTE_LENGTH, kernelArchitecture } from '../../../coreos/index.ts'
import { FormatError, IoError, type IsokitError, UsageError } from '../../../errors.ts'
import { isRemote } from '../../../formats/boot-script/index.ts'
import { compareRootfs, type InitrdFacts, readInitrdFacts } from '../../initrd-facts.ts'
import type { CodecOptions } from '../../read-customizations.ts'

/** A file of a set, open at its first byte. */
export interface BootFile {
  /** `undefined` when nobody can tell. */
  readonly byteLength: number | undefined
  /** Its bytes, once. Whoever opened the file closes it. */
  readonly reader: ByteReader
  /** The URL behind redirects, if there were any. */
  readonly redirectedTo?: string | undefined
}

/** Works on a file while it is open. */
export type WithBootFile = <Result>(location: string, work: (file: BootFile) => Promise<Result>) => Promise<Result>

/** A folder with a set in it. */
export interface PxeSetFolder {
  /** How messages call it. */
  readonly name: string
  /** The files, as paths below the folder with slashes. */
  readonly paths: readonly string[]
  /** Opens one of them for the time of the work. */
  readonly withFile: WithBootFile
}

/** Files on servers, by http and https URLs. */
export interface RemoteFiles {
  /**
   * Asks a server about a file without fetching it.
   *
   * @throws {IoError} when it can't be had.
   */
  readonly measure: (url: string) => Promise<Pick<BootFile, 'byteLength' | 'redirectedTo'>>
  /** Fetches one of them for the time of the work. */
  readonly withFile: WithBootFile
}

/** Whether a file can be had. */
export interface BootFileSight {
  /** Why not, as a clause. */
  readonly absence: string | undefined
  readonly redirectedTo?: string | undefined
}

/** Something that keeps machines from booting. */
export interface PxeSetProblem {
  /** The file, below the folder, or its URL. */
  readonly path: string
  /** Counted from 1, where one line is to blame. */
  readonly line: number | undefined
  /** A clause without a full stop. */
  readonly problem: string
}

/** Options of a check. */
export interface CheckPxeSetOptions extends CodecOptions {
  /** Where files are looked for that are at URLs. Without it, they are taken to be in order. */
  readonly remote?: RemoteFiles | undefined
  /** Gives a fresh SHA-256, such as one of `node:crypto`, which is ten times as fast as isokit's own. */
  readonly createHasher?: (() => Hasher | Promise<Hasher>) | undefined
  /** Told now and then how much of an initrd has been read. */
  readonly onProgress?: ((progress: { readonly bytesDone: number; readonly bytesTotal?: number }) => void) | undefined
}

/** An initrd that an entry names. */
export interface FoundInitrd extends InitrdFacts {
  readonly location: string
}

/** The files that entries name. Each is read once, however many entries name it, and its own problems are told once. */
export class BootFiles {
  readonly problems: PxeSetProblem[] = []
  readonly #folder: PxeSetFolder | undefined
  readonly #options: CheckPxeSetOptions
  readonly #paths: ReadonlySet<string>
  readonly #sights = new Map<string, Promise<BootFileSight>>()
  readonly #architectures = new Map<string, Promise<string | undefined>>()
  readonly #initrds = new Map<string, Promise<FoundInitrd | undefined>>()
  readonly #mismatches = new Map<string, string | undefined>()
  readonly #verified = new Set<string>()

  constructor(folder: PxeSetFolder | undefined, options: CheckPxeSetOptions) {
    this.#folder = folder
    this.#options = options
    this.#paths = new Set(folder?.paths)
  }

  /** Whether a file can be looked at: in the folder always, elsewhere if servers may be asked. */
  canSee(location: string): boolean {
    return !isRemote(location) || (this.#options.remote !== undefined && /^https?:/i.test(location))
  }

  /** Finds out whether a file is there. Of one on a server, the length has to be known as well. */
  lookFor(location: string): Promise<BootFileSight> {
    return cached(this.#sights, location, async () => {
      if (!isRemote(location)) return { absence: this.#paths.has(location) ? undefined : `there is no ${location}` }
      try {
        const { byteLength, redirectedTo } = (await this.#options.remote?.measure(location)) ?? {}
        const absence = byteLength === undefined ? `the server does not tell the length of ${location}` : undefined
        return { absence, redirectedTo }
      } catch (error) {
        if (isOfFile(error)) return { absence: error.message }
        throw error
      }
    })
  }

  /** Works on an open file; that it is empty or damaged, or can't be read, is a problem. */
  async read<Result>(location: string, work: (file: BootFile) => Promise<Result>): Promise<Result | undefined> {
    const place = isRemote(location) ? this.#options.remote : this.#folder
    try {
      return await place?.withFile(location, async (file) => {
        if ((await file.reader.peek(1)).byteLength > 0) return work(file)
        this.#complain(location, 'it is empty')
        return undefined
      })
    } catch (error) {
      if (!isOfFile(error)) throw error
      this.#complain(location, error.message)
    }
    return undefined
  }

  /** What a kernel is for; `undefined` when it is none, which is a problem. */
  kernelArchitecture(location: string): Promise<string | undefined> {
    return cached(this.#architectures, location, () =>
      this.read(location, async ({ reader }) => {
        const architecture = kernelArchitecture(await reader.peek(KERNEL_HEAD_BYTE_LENGTH))
        if (architecture === undefined) this.#complain(location, 'it is not a kernel of a CoreOS architecture')
        return architecture
      }),
    )
  }

  /**
   * What an initrd holds; `undefined` when it can't be read, which is a problem.
   *
   * @param initramfs of the same boot, if it is known: then the file is compared with what that wants while it is read.
   */
  initrd(location: string, initramfs?: FoundInitrd): Promise<FoundInitrd | undefined> {
    return cached(this.#initrds, location, () => this.#readInitrd(location, initramfs))
  }

  /** Whether a rootfs is the one that an initramfs was built with: by their stamps, and by its contents. */
  async verifyRootfs(location: string, initramfs: FoundInitrd): Promise<void> {
    const key = pairKey(location, initramfs)
    if (this.#verified.has(key)) return
    this.#verified.add(key)
    const rootfs = await this.initrd(location, initramfs)
    if (!rootfs) return
    if (rootfs.rootfsVersion === undefined) return this.#complain(location, 'it is not the rootfs of a live system')
    // It may have been read before anybody knew for which initramfs.
    if (!this.#mismatches.has(key)) await this.#readInitrd(location, initramfs)
    const mismatch = this.#mismatches.get(key)
    if (mismatch !== undefined) this.#complain(location, `it ${mismatch}`)
  }

  async #readInitrd(location: string, initramfs: FoundInitrd | undefined): Promise<FoundInitrd | undefined> {
    const { onProgress, ...options } = this.#options
    return this.read(location, async ({ reader, byteLength }) => {
      if (!initramfs) return { location, ...(await readInitrdFacts(reader, options)) }
      const { initramfsVersion: version = '', wantedRootfs } = initramfs
      const onBytes = (bytesDone: number): void =>
        onProgress?.({ bytesDone, ...(byteLength !== undefined && { bytesTotal: byteLength }) })
      const wanted = { name: initramfs.location, version, wantedRootfs }
      const { facts, mismatch } = await compareRootfs(reader, wanted, { ...options, onBytes })
      this.#mismatches.set(pairKey(location, initramfs), mismatch)
      return { location, ...facts }
    })
  }

  #complain(path: string, problem: string): void {
    this.problems.push({ path, line: undefined, problem })
  }
}

/** Whether a file is to blame: it is damaged, can't be had, or is named by what is no URL. */
function isOfFile(error: unknown): error is IsokitError {
  if (error instanceof FormatError) return error.code !== 'CODEC_MISSING'
  return error instanceof IoError || error instanceof UsageError
}

function pairKey(location: string, initramfs: FoundInitrd): string {
  return `${location}\n${initramfs.location}`
}

function cached<Value>(map: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}
