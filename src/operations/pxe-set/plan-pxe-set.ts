import type { Source } from '../../bytes/index.ts'
import { encodeUtf8 } from '../../bytes/index.ts'
import { IGNITION_CONFIG_PATH, type Keyfile, keyfileMembers } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import {
  BOOT_LOADERS,
  type BootEntry,
  type BootLoader,
  bootScriptPath,
  formatBootScript,
  parseMacAddress,
} from '../../formats/boot-script/index.ts'
import { encodeInitrd } from '../../formats/initrd/index.ts'
import { checkKeyfiles } from '../plan-network.ts'
import type { CodecOptions } from '../read-customizations.ts'
import type { PxeArtifact, PxeArtifacts } from './pxe-artifacts.ts'
import { checkCommandLine, pxeKargs } from './pxe-kargs.ts'

/** What the initramfs of one machine, or of all, gets on its way. */
export interface PxeCustomization {
  /** The Ignition config, as it is. */
  readonly config?: Uint8Array | undefined
  readonly keyfiles?: readonly Keyfile[] | undefined
}

/** What one machine gets: config and keyfiles are in place of those for all. */
export interface PxeHost extends PxeCustomization {
  /** As `52:54:00:12:34:56`. */
  readonly mac: string
  /** Kernel arguments to add behind those that all get. */
  readonly kargs?: readonly string[] | undefined
}

/** Options of {@link planPxeSet}. */
export interface PxeSetOptions extends CodecOptions, PxeCustomization {
  /** Machines with boot scripts of their own. */
  readonly hosts?: readonly PxeHost[] | undefined
  /** The boot loaders to write scripts for; all that the architecture has unless given. */
  readonly loaders?: readonly BootLoader[] | undefined
  /** Where the set will be served. Without it, a rootfs of the set is loaded by the boot loader, as an initrd. */
  readonly baseUrl?: string | undefined
  /** Kernel arguments to add. */
  readonly kargs?: readonly string[] | undefined
}

/** One file of a set. */
export interface PxeSetFile {
  /** Where it belongs in the set's folder, with slashes. */
  readonly path: string
  readonly content: Source | Uint8Array
  /** Whether it carries a config or keyfiles, which have secrets. */
  readonly isSecret: boolean
}

/** A set of files that boots machines over the network. */
export interface PxeSet {
  /** In the order of their paths. */
  readonly files: readonly PxeSetFile[]
  /** The kernel's arguments in the scripts for all machines. */
  readonly kargs: readonly string[]
  readonly loaders: readonly BootLoader[]
  /** What a person should know before serving it, as sentences without full stops. */
  readonly notices: readonly string[]
}

/** The boot loaders that there are for an architecture. */
const LOADERS: Readonly<Record<string, readonly BootLoader[]>> = {
  x86_64: BOOT_LOADERS,
  aarch64: ['ipxe', 'grub'],
  ppc64le: ['grub'],
}

/**
 * Plans a set of files that boots a live system over the network: kernel, initramfs and rootfs where they aren't loaded from
 * elsewhere, an archive with the config and the keyfiles, and a script for each boot loader. The same each time.
 *
 * @throws {UsageError} `BOOT_ENTRY_INVALID` when there is no boot loader for it, or a script can't say it; `KARG_INVALID`,
 *   `KEYFILE_INVALID`, `COMMAND_LINE_INVALID` for hosts.
 * @throws {ImageError} `KARGS_TOO_LONG`
 */
export async function planPxeSet(artifacts: PxeArtifacts, options: PxeSetOptions): Promise<PxeSet> {
  const { config, keyfiles, kargs = [], codecs, signal } = options
  const loaders = chooseLoaders(artifacts.architecture, options.loaders)
  const hosts = checkHosts(options.hosts ?? [])
  const macs = hosts.map(({ mac }) => mac)
  const copied: readonly { readonly path: string; readonly artifact: PxeArtifact }[] = [
    { path: 'vmlinuz', artifact: artifacts.kernel },
    { path: 'initrd.img', artifact: artifacts.initramfs },
    { path: 'rootfs.img', artifact: artifacts.rootfs },
  ]
  const files: PxeSetFile[] = copied.flatMap(({ path, artifact }) =>
    typeof artifact === 'string' ? [] : [{ path, content: artifact, isSecret: false }],
  )
  const entries: { readonly mac: string | undefined; readonly entry: BootEntry }[] = []
  const machines: readonly (PxeCustomization & {
    readonly mac: string | undefined
    readonly kargs: readonly string[]
  })[] = [
    { mac: undefined, config, keyfiles, kargs },
    ...hosts.map((host) => ({ ...host, kargs: [...kargs, ...(host.kargs ?? [])] })),
  ]
  for (const { mac, kargs, ...customization } of machines) {
    signal?.throwIfAborted()
    const archive = await packCustomization(customization, { codecs, signal })
    const path = mac === undefined ? 'config.img' : `config-${mac.replaceAll(':', '-')}.img`
    if (archive) files.push({ path, content: archive, isSecret: true })
    const parts = { archivePath: archive && path, hasConfig: customization.config !== undefined, kargs }
    entries.push({ mac, entry: makeEntry(artifacts, options.baseUrl, parts) })
  }
  for (const loader of loaders) {
    for (const { mac, entry } of entries) {
      const text = formatBootScript(loader, { entry, hosts: mac === undefined ? macs : [] })
      files.push({ path: bootScriptPath(loader, mac), content: encodeUtf8(text), isSecret: false })
    }
  }
  return {
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    kargs: entries[0]?.entry.kargs ?? [],
    loaders,
    notices: listNotices(artifacts, options, files),
  }
}

function chooseLoaders(architecture: string | undefined, wanted: readonly BootLoader[] = []): readonly BootLoader[] {
  if (architecture === undefined) {
    throw new UsageError('BOOT_ENTRY_INVALID', 'Cannot tell which architecture the kernel is for', {
      hint: 'Name it with --architecture',
    })
  }
  const available = LOADERS[architecture] ?? []
  const missing = wanted.filter((loader) => !available.includes(loader))
  if (available.length > 0 && missing.length === 0) {
    return wanted.length === 0 ? available : available.filter((loader) => wanted.includes(loader))
  }
  const what = available.length === 0 ? 'none of the boot loaders' : missing.join(', ')
  throw new UsageError('BOOT_ENTRY_INVALID', `There is no network boot by ${what} on ${architecture}`, {
    hint:
      available.length === 0
        ? 'Extract the files with `isokit iso extract pxe`, and write the boot configuration of the machine'
        : `Use ${available.join(' or ')}`,
  })
}

/** The hosts in the order of their addresses, which are as they stand in scripts. */
function checkHosts(given: readonly PxeHost[]): readonly PxeHost[] {
  const hosts = given.map((host) => {
    const mac = parseMacAddress(host.mac)
    if (mac !== undefined) return { ...host, mac }
    throw new UsageError('COMMAND_LINE_INVALID', `${JSON.stringify(host.mac)} is not a MAC address`, {
      hint: 'Write it as 52:54:00:12:34:56',
    })
  })
  const repeated = hosts.find(({ mac }, index) => hosts.findIndex((other) => other.mac === mac) !== index)
  if (!repeated) return hosts.toSorted((a, b) => (a.mac < b.mac ? -1 : 1))
  throw new UsageError('COMMAND_LINE_INVALID', `The host ${repeated.mac} is given more than once`)
}

/** One archive with all, which the kernel unpacks over the initramfs; `undefined` when there is nothing to pack. */
async function packCustomization(
  { config, keyfiles = [] }: PxeCustomization,
  options: CodecOptions,
): Promise<Uint8Array | undefined> {
  checkKeyfiles(keyfiles)
  const members = [...(config ? [{ path: IGNITION_CONFIG_PATH, bytes: config }] : []), ...keyfileMembers(keyfiles)]
  return members.length === 0 ? undefined : encodeInitrd(members, options)
}

function makeEntry(
  artifacts: PxeArtifacts,
  baseUrl: string | undefined,
  {
    archivePath,
    hasConfig,
    kargs,
  }: { readonly archivePath: string | undefined; readonly hasConfig: boolean; readonly kargs: readonly string[] },
): BootEntry {
  const { rootfs } = artifacts
  const rootfsUrl = typeof rootfs === 'string' ? rootfs : baseUrl && `${baseUrl.replace(/\/+$/, '')}/rootfs.img`
  const initrds = [
    typeof artifacts.initramfs === 'string' ? artifacts.initramfs : 'initrd.img',
    ...(rootfsUrl === undefined ? ['rootfs.img'] : []),
    ...(archivePath === undefined ? [] : [archivePath]),
  ]
  const entry = {
    title: artifacts.title,
    kernel: typeof artifacts.kernel === 'string' ? artifacts.kernel : 'vmlinuz',
    initrds,
    kargs: pxeKargs({ defaults: artifacts.defaultKargs ?? '', rootfsUrl, hasConfig, extra: kargs }),
  }
  // As long as any boot loader makes it: GRUB and PXELINUX add their own words.
  checkCommandLine([`BOOT_IMAGE=${entry.kernel}`, `initrd=${initrds.join(',')}`, ...entry.kargs])
  return entry
}

function listNotices(
  { rootfs, defaultKargs }: PxeArtifacts,
  { baseUrl }: PxeSetOptions,
  files: readonly PxeSetFile[],
): readonly string[] {
  const notices: string[] = []
  if (defaultKargs === undefined) {
    notices.push('The default kernel arguments of the image are not known; add what it needs as kernel arguments')
  }
  if (typeof rootfs !== 'string' && baseUrl === undefined) {
    notices.push('The rootfs is loaded by the boot loader: machines need 4 GiB of memory, or a base URL in place of 2')
  }
  const secrets = files.filter(({ isSecret }) => isSecret).map(({ path }) => path)
  if (secrets.length > 0) {
    notices.push(`Let the server read ${secrets.join(', ')}: configs carry secrets, so only you can read them now`)
  }
  return notices
}
