import { decodeUtf8, encodeUtf8, equalBytes } from '../../bytes/index.ts'
import { ImageError } from '../../errors.ts'
import { type BlsEntry, formatBlsEntry, initrdsOf, parseBlsEntry } from '../../formats/bls/index.ts'
import { encodeInitrd, portableCodecs } from '../../formats/initrd/index.ts'
import { keyfileMembers } from '../customizations.ts'
import type { BootCustomization } from './boot-customization.ts'
import type { BootChange, BootFiles } from './boot-files.ts'
import { checkBootCustomization } from './check-boot-customization.ts'
import { replaceConsoleSettings } from './console-settings.ts'
import { planBootKargs } from './plan-boot-kargs.ts'
import { type ConsoleSetup, planConsole } from './plan-console.ts'

/** What changes on a boot partition. */
export interface BootChangePlan {
  /** In the order in which they are to be made; at most one a file. */
  readonly changes: readonly BootChange[]
  /** What may not be meant, in sentences. */
  readonly notices: readonly string[]
}

const IGNITION_DIRECTORY = 'ignition'
const CONFIG_FILE = 'config.ign'
const ENTRIES_DIRECTORY = 'loader/entries'
const FIRSTBOOT_FILE = 'ignition.firstboot'
const GRUB_FILES = ['grub2/console.cfg', 'grub2/grub.cfg']
const NETWORK_DIRECTORY = 'coreos-firstboot-network'

/** Both directories hold secrets, and are read by root alone. */
const DIRECTORY_MODE = 0o700
const CONFIG_MODE = 0o600
const INITRD_MODE = 0o600
/** Where the kernel looks for another archive behind the one before. */
const INITRD_ALIGNMENT = 4

/**
 * Plans what an installation changes on a boot partition. Everything that is there is read first, so a list of changes means
 * that all of them can be made.
 *
 * @throws {UsageError} what {@link checkBootCustomization} throws.
 * @throws {ImageError} `ALREADY_EMBEDDED` when the image has a config or network settings of its own; `BOOT_FILES_INVALID`
 *   when a file that has to change is missing, or can't take the change.
 * @throws {FormatError} `BOOT_FILES_INVALID`, `METADATA_INVALID`, `TEXT_NOT_UTF8` for files that are damaged.
 */
export async function planBootChanges(boot: BootFiles, customization: BootCustomization): Promise<BootChangePlan> {
  checkBootCustomization(customization)
  const console = await planConsole(boot, customization)
  const kargs = await planKargs(boot, customization, console)
  return {
    changes: [
      ...(await planIgnition(boot, customization)),
      ...kargs.changes,
      ...(await planFirstbootArgs(boot, customization)),
      ...(await planGrub(boot, console)),
      ...(await planNetwork(boot, customization)),
      ...(await planInitrd(boot, customization)),
    ],
    notices: [...console.notices, ...kargs.notices],
  }
}

/**
 * Paths that {@link planBootChanges} will change or make, as far as they can be known before there is a boot partition to look
 * at: the names of the boot entry and its initramfs can't, nor whether consoles are set up in a file of their own.
 */
export function foreseeBootPaths(customization: BootCustomization): readonly string[] {
  const { ignition, platform, consoles = [], appendKargs = [], deleteKargs = [] } = customization
  const { firstbootArgs, networkFiles = [], isS390x = false } = customization
  const hasConsole = platform !== undefined || consoles.length > 0
  return [
    ...(ignition ? [`${IGNITION_DIRECTORY}/${CONFIG_FILE}`] : []),
    ...(hasConsole || appendKargs.length + deleteKargs.length > 0 ? [`${ENTRIES_DIRECTORY}/*.conf`] : []),
    ...(firstbootArgs === undefined ? [] : [FIRSTBOOT_FILE]),
    ...(hasConsole && !isS390x ? ['grub2/*.cfg'] : []),
    ...networkFiles.map(({ name }) => `${NETWORK_DIRECTORY}/${name}`),
    ...(hasNetworkInInitramfs(customization) ? ['ostree/*/initramfs*.img'] : []),
  ]
}

async function planIgnition(boot: BootFiles, { ignition }: BootCustomization): Promise<readonly BootChange[]> {
  if (!ignition) return []
  const name = CONFIG_FILE
  if ((await boot.list(IGNITION_DIRECTORY))?.includes(name)) throw alreadyThere(`${IGNITION_DIRECTORY}/${name}`)
  return [
    { kind: 'create-directory', path: IGNITION_DIRECTORY, mode: DIRECTORY_MODE },
    { kind: 'create-file', path: `${IGNITION_DIRECTORY}/${name}`, mode: CONFIG_MODE, bytes: ignition },
  ]
}

async function planKargs(
  boot: BootFiles,
  customization: BootCustomization,
  console: ConsoleSetup,
): Promise<BootChangePlan> {
  const { platform, consoles = [], appendKargs = [], deleteKargs = [] } = customization
  const isConcerned = platform !== undefined || consoles.length + appendKargs.length + deleteKargs.length > 0
  if (!isConcerned) return { changes: [], notices: [] }

  const { path, bytes, entry } = await readEntry(boot)
  const { options, notices } = planBootKargs(entry.options, customization, { console, where: describe(path) })
  const changes = options === entry.options ? [] : replaceText(path, bytes, formatBlsEntry({ ...entry, options }))
  return { changes, notices }
}

/** The boot entry that counts: of several, the last one is the newest, as ostree names them. */
async function readEntry(
  boot: BootFiles,
): Promise<{ readonly path: string; readonly bytes: Uint8Array; readonly entry: BlsEntry }> {
  const names = (await boot.list(ENTRIES_DIRECTORY))?.filter((name) => name.endsWith('.conf')) ?? []
  const name = names.at(-1)
  if (name === undefined) throw missing(`${ENTRIES_DIRECTORY}/*.conf`, 'a boot entry')
  const path = `${ENTRIES_DIRECTORY}/${name}`
  const bytes = await boot.read(path)
  if (!bytes) throw missing(path, 'a boot entry')
  return { path, bytes, entry: parseBlsEntry(decodeUtf8(bytes, describe(path)), describe(path)) }
}

async function planFirstbootArgs(
  boot: BootFiles,
  { firstbootArgs }: BootCustomization,
): Promise<readonly BootChange[]> {
  if (firstbootArgs === undefined) return []
  const bytes = await boot.read(FIRSTBOOT_FILE)
  if (!bytes) throw missing(FIRSTBOOT_FILE, 'the file that makes a boot the first one')
  const before = decodeUtf8(bytes, describe(FIRSTBOOT_FILE))
  const separator = before === '' || before.endsWith('\n') ? '' : '\n'
  const line = `set ignition_network_kcmdline="${firstbootArgs}"\n`
  return replaceText(FIRSTBOOT_FILE, bytes, before + separator + line)
}

async function planGrub(boot: BootFiles, { grubCommands }: ConsoleSetup): Promise<readonly BootChange[]> {
  if (!grubCommands) return []
  for (const path of GRUB_FILES) {
    const bytes = await boot.read(path)
    if (!bytes) continue
    const text = decodeUtf8(bytes, describe(path))
    return replaceText(path, bytes, replaceConsoleSettings(text, grubCommands, describe(path)))
  }
  throw missing(GRUB_FILES.join(' or '), "GRUB's config")
}

async function planNetwork(boot: BootFiles, { networkFiles = [] }: BootCustomization): Promise<readonly BootChange[]> {
  if (networkFiles.length === 0) return []
  const present = await boot.list(NETWORK_DIRECTORY)
  const files = networkFiles.map(({ name, mode, bytes }): BootChange => {
    const path = `${NETWORK_DIRECTORY}/${name}`
    if (present?.includes(name)) throw alreadyThere(path)
    return { kind: 'create-file', path, mode, bytes }
  })
  return [{ kind: 'create-directory', path: NETWORK_DIRECTORY, mode: DIRECTORY_MODE }, ...files]
}

async function planInitrd(boot: BootFiles, customization: BootCustomization): Promise<readonly BootChange[]> {
  const { networkFiles = [] } = customization
  if (!hasNetworkInInitramfs(customization)) return []
  const { path: entryPath, entry } = await readEntry(boot)
  const path = initrdsOf(entry).at(-1)?.replace(/^\/+/, '')
  if (path === undefined || !(await boot.isFile(path))) {
    throw missing(path ?? 'initrd', `the initramfs that ${entryPath} should name`)
  }
  const bytes = await encodeInitrd(keyfileMembers(networkFiles), { codecs: portableCodecs })
  return [{ kind: 'append-to-file', path, mode: INITRD_MODE, alignment: INITRD_ALIGNMENT, bytes }]
}

/** On IBM Z the boot loader has a list of the initramfs's blocks, so that what follows them would never be loaded. */
function hasNetworkInInitramfs({
  networkFiles = [],
  isNetworkInInitramfs = false,
  isS390x = false,
}: BootCustomization): boolean {
  return isNetworkInInitramfs && networkFiles.length > 0 && !isS390x
}

function replaceText(path: string, before: Uint8Array, text: string): readonly BootChange[] {
  const bytes = encodeUtf8(text)
  return equalBytes(bytes, before) ? [] : [{ kind: 'replace-contents', path, bytes }]
}

function describe(path: string): string {
  return `${path} on the boot partition`
}

function missing(path: string, what: string): ImageError {
  return new ImageError('BOOT_FILES_INVALID', `The boot partition has no ${path}, ${what}`, {
    hint: 'Use an image of CoreOS for metal',
  })
}

function alreadyThere(path: string): ImageError {
  return new ImageError('ALREADY_EMBEDDED', `The image has its own ${describe(path)}`, {
    hint: 'Use an image that nobody has customized',
  })
}
