import { readAll } from '../../../bytes/index.ts'
import { IoError } from '../../../errors.ts'
import {
  type BootEntry,
  type BootLoader,
  bootLoaderOf,
  isRemote,
  type ParsedBootScript,
  parseBootScript,
} from '../../../formats/boot-script/index.ts'
import type { InitrdFacts } from './boot-file-facts.ts'
import { BootFiles, type CheckPxeSetOptions, type PxeSetFolder, type PxeSetProblem } from './boot-files.ts'
import { judgeEntry, rootfsUrlOf } from './judge-entry.ts'

/** An entry of a boot script, as it was found. */
export interface CheckedEntry extends BootEntry {
  /** The script, below the folder. */
  readonly script: string
  readonly loader: BootLoader
  /** The build that it boots; `undefined` when its initramfs is elsewhere, or none. */
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

/**
 * Checks whether machines can boot a live system over the network from a set: that each boot script is sound and names files
 * that are there, that initramfs and rootfs belong together, and that the kernel arguments are complete. What is loaded from
 * elsewhere is taken to be in order.
 *
 * Nothing is thrown for what is wrong with the set; all problems come back together.
 */
export async function checkPxeSet(folder: PxeSetFolder, options: CheckPxeSetOptions): Promise<PxeSetReport> {
  const { signal } = options
  const files = new BootFiles(folder, options)
  const check = new SetCheck(files)
  const scripts = folder.paths.flatMap((path) => {
    const loader = bootLoaderOf(path)
    return loader ? [{ path, loader }] : []
  })
  if (scripts.length === 0) {
    check.complain('.', 'there is no boot script: no *.ipxe, grub.cfg or pxelinux.cfg/default')
  }
  for (const { path, loader } of scripts) {
    signal?.throwIfAborted()
    const text = await readScript(folder, path)
    if (typeof text === 'string') await check.script(path, loader, parseBootScript(loader, text))
    else check.complain(path, text.problem)
  }
  return {
    entries: check.entries,
    problems: [...check.problems, ...files.problems],
    unchecked: [...check.unchecked].sort(),
  }
}

async function readScript(folder: PxeSetFolder, path: string): Promise<string | { readonly problem: string }> {
  try {
    return await folder.withFile(path, async (source) => {
      if (source.byteLength > MAX_SCRIPT_BYTE_LENGTH) return { problem: 'it is too large for a boot script' }
      return new TextDecoder().decode(await readAll(source))
    })
  } catch (error) {
    if (error instanceof IoError) return { problem: error.message }
    throw error
  }
}

/** One check: it collects what it finds. */
class SetCheck {
  readonly entries: CheckedEntry[] = []
  readonly problems: PxeSetProblem[] = []
  readonly unchecked = new Set<string>()
  readonly #files: BootFiles

  constructor(files: BootFiles) {
    this.#files = files
  }

  complain(path: string, problem: string, line?: number): void {
    this.problems.push({ path, line, problem })
  }

  async script(path: string, loader: BootLoader, parsed: ParsedBootScript): Promise<void> {
    for (const { line, problem } of parsed.problems) this.complain(path, problem, line)
    for (const script of parsed.scripts) this.#find(path, loader, script)
    if (parsed.entries.length === 0 && parsed.scripts.length === 0 && parsed.problems.length === 0) {
      this.complain(path, 'it boots nothing')
    }
    for (const entry of parsed.entries) await this.#entry(path, loader, entry)
  }

  async #entry(script: string, loader: BootLoader, entry: BootEntry): Promise<void> {
    const kernel = this.#find(script, loader, entry.kernel)
    const architecture = kernel === undefined ? undefined : await this.#files.kernelArchitecture(kernel)
    if (loader === 'pxelinux' && architecture !== undefined && architecture !== 'x86_64') {
      this.complain(script, `PXELINUX does not boot kernels for ${architecture}`)
    }
    const initrds: (InitrdFacts | undefined)[] = []
    for (const location of entry.initrds) {
      const path = this.#find(script, loader, location)
      initrds.push(path === undefined ? undefined : await this.#files.initrd(path))
    }
    for (const problem of judgeEntry(entry, initrds)) this.complain(script, problem)
    const initramfs = initrds.find((facts) => facts?.initramfsVersion !== undefined)
    if (initramfs) await this.#rootfs(entry, initrds, initramfs)
    this.entries.push({ ...entry, script, loader, version: initramfs?.initramfsVersion })
  }

  async #rootfs(
    entry: BootEntry,
    initrds: readonly (InitrdFacts | undefined)[],
    initramfs: InitrdFacts,
  ): Promise<void> {
    for (const facts of initrds) {
      if (facts?.rootfsVersion !== undefined) await this.#files.verifyRootfs(facts.path, initramfs)
    }
    const url = rootfsUrlOf(entry)
    if (url === undefined) return
    // Where the folder is served is not known, so its own rootfs is told by the name.
    const name = (/^[^?#]*/.exec(url)?.[0] ?? '').split('/').at(-1) ?? ''
    if (name !== '' && this.#files.has(name)) await this.#files.verifyRootfs(name, initramfs)
    else this.unchecked.add(url)
  }

  /** The path of a file that a script names, if it is there; that it isn't is a problem. */
  #find(script: string, loader: BootLoader, location: string): string | undefined {
    if (isRemote(location)) {
      this.unchecked.add(location)
      return undefined
    }
    const path = resolve(script, loader, location)
    if (path !== undefined && this.#files.has(path)) return path
    this.complain(script, path === undefined ? `${location} is outside of the folder` : `there is no ${path}`)
    return undefined
  }
}

/** A location as a path below the folder, whose top is taken for that of the server; `undefined` for what leads out of it. */
function resolve(script: string, loader: BootLoader, location: string): string | undefined {
  const folders = script.split('/').slice(0, -1)
  if (loader === 'pxelinux') folders.pop() // its own folder, which is above pxelinux.cfg
  const path = location.startsWith('/') ? [] : folders
  for (const part of location.split('/')) {
    if (part === '..' && path.pop() === undefined) return undefined
    if (part !== '' && part !== '.' && part !== '..') path.push(part)
  }
  return path.join('/')
}
