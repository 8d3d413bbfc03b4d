import { kargValues, ROOTFS_URL_KARG } from '../../../coreos/index.ts'
import {
  BOOT_LOADERS,
  type BootEntry,
  type BootLoader,
  bootLoaderOf,
  bootScriptPath,
  isRemote,
  type ParsedBootScript,
  parseBootScript,
} from '../../../formats/boot-script/index.ts'
import { redactUrls } from '../../../formats/url/index.ts'
import {
  type BootFileSight,
  BootFiles,
  type CheckPxeSetOptions,
  type FoundInitrd,
  type PxeSetFolder,
  type PxeSetProblem,
  type RemoteFiles,
} from './boot-files.ts'
import { judgeEntry } from './judge-entry.ts'
import { resolveLocation } from './resolve-location.ts'

/** An entry of a boot script, as it was found. URLs are without names, passwords and queries, which may be secret. */
export interface CheckedEntry extends BootEntry {
  /** The script, below the folder, or its URL. */
  readonly script: string
  readonly loader: BootLoader
  /** The build that it boots; `undefined` when its initramfs was not looked at, or is none. */
  readonly version: string | undefined
}

/** What a check of a set came to. */
export interface PxeSetReport {
  readonly entries: readonly CheckedEntry[]
  /** None when machines can boot from the set. */
  readonly problems: readonly PxeSetProblem[]
  /** URLs of files that were not looked at. */
  readonly unchecked: readonly string[]
}

/** Larger files are no boot scripts. */
const MAX_SCRIPT_BYTE_LENGTH = 1024 * 1024

/** More scripts than are named by others in any set. */
const MAX_NAMED_SCRIPT_COUNT = 1000

/**
 * Checks whether machines can boot a live system over the network from a set: that each boot script is sound and names files
 * that are there, that initramfs and rootfs belong together, and that the kernel arguments are complete. What is loaded from
 * elsewhere is fetched with `options.remote`; without it, it is taken to be in order.
 *
 * Nothing is thrown for what is wrong with the set; all problems come back together.
 */
export async function checkPxeSet(folder: PxeSetFolder, options: CheckPxeSetOptions): Promise<PxeSetReport> {
  const check = new SetCheck(folder, options)
  for (const path of folder.paths) {
    const loader = bootLoaderOf(path)
    if (loader) check.add(path, loader)
  }
  return check.run()
}

/**
 * Checks a set as {@link checkPxeSet} does, where it is served: at the URL of a boot script, or of the folder with scripts
 * under their usual names. Scripts that those name are checked as well.
 */
export async function checkServedPxeSet(
  url: string,
  options: CheckPxeSetOptions & { readonly remote: RemoteFiles },
): Promise<PxeSetReport> {
  const check = new SetCheck(undefined, options)
  const loader = bootLoaderOf(url.replace(/[?#].*$/s, ''))
  if (loader) check.add(url, loader)
  else await check.addUsual(url)
  return check.run()
}

/** A script that is looked at. */
interface OpenScript {
  /** As it was named. */
  readonly path: string
  readonly loader: BootLoader
  /** Where it really is, from where its relative paths count. */
  readonly place: string
}

/** One check: it collects what it finds. */
class SetCheck {
  readonly #entries: CheckedEntry[] = []
  readonly #problems: PxeSetProblem[] = []
  readonly #unchecked = new Set<string>()
  /** In the order of their turns. */
  readonly #scripts = new Map<string, BootLoader>()
  #namedCount = 0
  readonly #files: BootFiles
  readonly #options: CheckPxeSetOptions

  constructor(folder: PxeSetFolder | undefined, options: CheckPxeSetOptions) {
    this.#files = new BootFiles(folder, options)
    this.#options = options
  }

  add(script: string, loader: BootLoader): void {
    this.#scripts.set(script, loader)
  }

  /** Takes the scripts that a served folder has. */
  async addUsual(folderUrl: string): Promise<void> {
    const folder = folderUrl.replace(/[?#].*$/s, '').replace(/\/*$/, '/')
    const absences: string[] = []
    for (const loader of BOOT_LOADERS) {
      const url = folder + bootScriptPath(loader)
      const { absence } = await this.#files.lookFor(url)
      if (absence === undefined) this.add(url, loader)
      else absences.push(absence)
    }
    if (this.#scripts.size === 0) for (const absence of absences) this.#complain('.', absence)
  }

  async run(): Promise<PxeSetReport> {
    if (this.#scripts.size === 0) {
      this.#complain('.', 'there is no boot script: no *.ipxe, grub.cfg or pxelinux.cfg/default')
    }
    for (const [path, loader] of this.#scripts) {
      this.#options.signal?.throwIfAborted()
      const opened = await this.#files.read(path, async ({ reader, redirectedTo }) => {
        const start = await reader.peek(MAX_SCRIPT_BYTE_LENGTH + 1)
        return { byteLength: start.byteLength, text: new TextDecoder().decode(start), place: redirectedTo ?? path }
      })
      if (!opened) continue
      const { byteLength, text, place } = opened
      if (byteLength > MAX_SCRIPT_BYTE_LENGTH) this.#complain(path, 'it is too large for a boot script')
      else await this.#script({ path, loader, place }, parseBootScript(loader, text))
    }
    return {
      entries: this.#entries.map(withoutSecrets),
      problems: [...this.#problems, ...this.#files.problems].map(({ path, line, problem }) => ({
        path: redactUrls(path),
        line,
        problem: redactUrls(problem),
      })),
      unchecked: [...new Set([...this.#unchecked].map(redactUrls))].sort(),
    }
  }

  async #script(script: OpenScript, parsed: ParsedBootScript): Promise<void> {
    for (const { line, problem } of parsed.problems) this.#complain(script.path, problem, line)
    for (const location of parsed.scripts) {
      const named = await this.#find(script, location)
      if (named !== undefined && !this.#scripts.has(named)) this.#addNamed(named, script)
    }
    if (parsed.entries.length === 0 && parsed.scripts.length === 0 && parsed.problems.length === 0) {
      this.#complain(script.path, 'it boots nothing')
    }
    for (const entry of parsed.entries) await this.#entry(script, entry)
  }

  /** Its turn comes. */
  #addNamed(named: string, { path, loader }: OpenScript): void {
    this.#namedCount++
    if (this.#namedCount <= MAX_NAMED_SCRIPT_COUNT) this.add(named, loader)
    else if (this.#namedCount === MAX_NAMED_SCRIPT_COUNT + 1) {
      this.#complain(path, `more than ${MAX_NAMED_SCRIPT_COUNT} scripts are named by others`)
    }
  }

  async #entry(script: OpenScript, entry: BootEntry): Promise<void> {
    const { path, loader } = script
    const kernel = await this.#find(script, entry.kernel)
    const architecture = kernel === undefined ? undefined : await this.#files.kernelArchitecture(kernel)
    if (loader === 'pxelinux' && architecture !== undefined && architecture !== 'x86_64') {
      this.#complain(path, `PXELINUX does not boot kernels for ${architecture}`)
    }
    const initrds: (FoundInitrd | undefined)[] = []
    const findInitramfs = (): FoundInitrd | undefined => initrds.find((facts) => facts?.initramfsVersion !== undefined)
    for (const location of entry.initrds) {
      const found = await this.#find(script, location)
      initrds.push(found === undefined ? undefined : await this.#files.initrd(found, findInitramfs()))
    }
    for (const problem of judgeEntry(entry, initrds)) this.#complain(path, problem)
    const initramfs = findInitramfs()
    if (initramfs) {
      for (const facts of initrds) {
        if (facts?.rootfsVersion !== undefined) await this.#files.verifyRootfs(facts.location, initramfs)
      }
    }
    await this.#rootfsUrl(path, entry, initramfs)
    this.#entries.push({ ...entry, script: path, loader, version: initramfs?.initramfsVersion })
  }

  /** The rootfs that the live system fetches by itself. */
  async #rootfsUrl(path: string, { kargs }: BootEntry, initramfs: FoundInitrd | undefined): Promise<void> {
    const url = kargValues(kargs, ROOTFS_URL_KARG).at(-1)
    if (url === undefined) return
    // Where a folder is served is not known, so its own rootfs is told by the name.
    const name = (/^[^?#]*/.exec(url)?.[0] ?? '').split('/').at(-1) ?? ''
    const isOwn = name !== '' && (await this.#files.lookFor(name)).absence === undefined
    if (isOwn && initramfs) await this.#files.verifyRootfs(name, initramfs)
    if (!isRemote(url) || (isOwn && !this.#files.canSee(url))) return // what is no URL is judged with the entry
    const sight = await this.#lookFor(path, url)
    if (sight && initramfs) await this.#files.verifyRootfs(url, initramfs)
  }

  /** Where a file is that a script names, if it is there and can be looked at; that it can't be had is a problem. */
  async #find({ path, place, loader }: OpenScript, location: string): Promise<string | undefined> {
    const found = resolveLocation(place, loader, location)
    if (found === undefined) {
      this.#complain(path, `${location} is outside of the folder`)
      return undefined
    }
    const sight = await this.#lookFor(path, found)
    if (!sight) return undefined
    if (loader === 'grub' && sight.redirectedTo !== undefined) {
      this.#complain(path, `GRUB does not follow the redirect from ${found} to ${sight.redirectedTo}`)
    }
    return found
  }

  /** `undefined` for what can't be looked at, and for what isn't there, which is a problem of the script. */
  async #lookFor(script: string, location: string): Promise<BootFileSight | undefined> {
    if (!this.#files.canSee(location)) {
      this.#unchecked.add(location)
      return undefined
    }
    const sight = await this.#files.lookFor(location)
    if (sight.absence === undefined) return sight
    this.#complain(script, sight.absence)
    return undefined
  }

  #complain(path: string, problem: string, line?: number): void {
    this.#problems.push({ path, line, problem })
  }
}

function withoutSecrets({ kernel, initrds, kargs, script, ...entry }: CheckedEntry): CheckedEntry {
  return {
    ...entry,
    script: redactUrls(script),
    kernel: redactUrls(kernel),
    initrds: initrds.map(redactUrls),
    kargs: kargs.map(redactUrls),
  }
}
