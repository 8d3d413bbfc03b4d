import type { Hasher, Source } from '../../../bytes/index.ts'
import { readKernelArchitecture, verifyStreamHash } from '../../../coreos/index.ts'
import { FormatError, IoError } from '../../../errors.ts'
import type { CodecOptions } from '../../read-customizations.ts'
import { type InitrdFacts, readInitrdFacts } from './boot-file-facts.ts'

/** A folder with a set in it. */
export interface PxeSetFolder {
  /** How messages call it. */
  readonly name: string
  /** The files, as paths below the folder with slashes. */
  readonly paths: readonly string[]
  /** Opens one of them for the time of the work. */
  readonly withFile: <Result>(path: string, work: (source: Source) => Promise<Result>) => Promise<Result>
}

/** Something that keeps machines from booting. */
export interface PxeSetProblem {
  /** The file, below the folder. */
  readonly path: string
  /** Counted from 1, where one line is to blame. */
  readonly line: number | undefined
  /** A clause without a full stop. */
  readonly problem: string
}

/** Options of a check. */
export interface CheckPxeSetOptions extends CodecOptions {
  /** Gives a fresh SHA-256, such as one of `node:crypto`, which is ten times as fast as isokit's own. */
  readonly createHasher?: (() => Hasher | Promise<Hasher>) | undefined
  /** Told now and then how much of the rootfs has been verified. */
  readonly onProgress?: ((progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void) | undefined
}

/** The files that entries name. Each is read once, however many entries name it, and its own problems are told once. */
export class BootFiles {
  readonly problems: PxeSetProblem[] = []
  readonly #folder: PxeSetFolder
  readonly #options: CheckPxeSetOptions
  readonly #architectures = new Map<string, Promise<string | undefined>>()
  readonly #initrds = new Map<string, Promise<InitrdFacts | undefined>>()
  readonly #verified = new Set<string>()

  constructor(folder: PxeSetFolder, options: CheckPxeSetOptions) {
    this.#folder = folder
    this.#options = options
  }

  has(path: string): boolean {
    return this.#folder.paths.includes(path)
  }

  /** What a kernel is for; `undefined` when it is none, which is a problem. */
  kernelArchitecture(path: string): Promise<string | undefined> {
    return cached(this.#architectures, path, () =>
      this.#read(path, async (source) => {
        const architecture = await readKernelArchitecture(source, this.#options)
        if (architecture === undefined) this.#complain(path, 'it is not a kernel of a CoreOS architecture')
        return architecture
      }),
    )
  }

  /** What an initrd holds; `undefined` when it can't be read, which is a problem. */
  initrd(path: string): Promise<InitrdFacts | undefined> {
    return cached(this.#initrds, path, () => this.#read(path, (source) => readInitrdFacts(source, path, this.#options)))
  }

  /** Whether a rootfs is the one that an initramfs was built with: by their stamps, and by its contents. */
  async verifyRootfs(path: string, initramfs: InitrdFacts): Promise<void> {
    const key = `${path}\n${initramfs.path}`
    if (this.#verified.has(key)) return
    this.#verified.add(key)
    const rootfs = await this.initrd(path)
    if (!rootfs) return
    const { initramfsVersion = '', wantedRootfs } = initramfs
    if (rootfs.rootfsVersion === undefined) this.#complain(path, 'it is not the rootfs of a live system')
    else if (rootfs.rootfsVersion !== initramfsVersion) {
      this.#complain(
        path,
        `it is the rootfs of ${rootfs.rootfsVersion}, and ${initramfs.path} is of ${initramfsVersion}`,
      )
    } else if (wantedRootfs) {
      await this.#read(path, async (source) => {
        const problem = await verifyStreamHash(source, wantedRootfs, this.#options)
        if (problem !== undefined) this.#complain(path, `it is not the rootfs that ${initramfs.path} wants: ${problem}`)
      })
    }
  }

  /** Works on an open file; that it is empty or damaged, or can't be read, is a problem. */
  async #read<Result>(path: string, work: (source: Source) => Promise<Result>): Promise<Result | undefined> {
    try {
      return await this.#folder.withFile(path, async (source) => {
        if (source.byteLength > 0) return work(source)
        this.#complain(path, 'it is empty')
        return undefined
      })
    } catch (error) {
      const isOfFile = error instanceof IoError || (error instanceof FormatError && error.code !== 'CODEC_MISSING')
      if (!isOfFile) throw error
      this.#complain(path, error.message)
    }
    return undefined
  }

  #complain(path: string, problem: string): void {
    this.problems.push({ path, line: undefined, problem })
  }
}

function cached<Value>(map: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}
