import type { BootScript, ParsedBootScript } from './boot-entry.ts'
import { formatGrub, grubScriptPath, parseGrub } from './grub.ts'
import { formatIpxe, parseIpxe } from './ipxe.ts'
import { checkEntry, dashedMacAddress } from './locations.ts'
import { formatPxelinux, parsePxelinux } from './pxelinux.ts'

/** A boot loader that fetches its files over the network. */
export type BootLoader = 'ipxe' | 'grub' | 'pxelinux'

/** What is peculiar to a boot loader. */
interface Language {
  /** Where it looks for its script, or for that of one machine. */
  readonly path: (mac?: string) => string
  /** Tells scripts by their paths. */
  readonly pattern: RegExp
  readonly format: (script: BootScript) => string
  readonly parse: (text: string) => ParsedBootScript
}

const LANGUAGES: Readonly<Record<BootLoader, Language>> = {
  ipxe: {
    path: (mac) => (mac === undefined ? 'boot.ipxe' : `mac-${dashedMacAddress(mac)}.ipxe`),
    pattern: /\.ipxe$/i,
    format: formatIpxe,
    parse: parseIpxe,
  },
  grub: {
    path: grubScriptPath,
    pattern: /(?:^|\/)grub\.cfg(?:-[0-9A-Fa-f-]+)?$/,
    format: formatGrub,
    parse: parseGrub,
  },
  pxelinux: {
    path: (mac) => `pxelinux.cfg/${mac === undefined ? 'default' : `01-${dashedMacAddress(mac)}`}`,
    pattern: /(?:^|\/)pxelinux\.cfg\/[^/]+$/,
    format: formatPxelinux,
    parse: parsePxelinux,
  },
}

/** All boot loaders. */
export const BOOT_LOADERS: readonly BootLoader[] = Object.keys(LANGUAGES) as BootLoader[]

/** Where a boot loader looks for its script; with a MAC address, for the one of that machine. */
export function bootScriptPath(loader: BootLoader, mac?: string): string {
  return LANGUAGES[loader].path(mac)
}

/** The boot loader that a file is a script for, by its path; `undefined` for other files. */
export function bootLoaderOf(path: string): BootLoader | undefined {
  return BOOT_LOADERS.find((loader) => LANGUAGES[loader].pattern.test(path))
}

/**
 * Words a boot script.
 *
 * @throws {UsageError} `BOOT_ENTRY_INVALID` for what the boot loader's language can't say.
 */
export function formatBootScript(loader: BootLoader, script: BootScript): string {
  checkEntry(script.entry)
  return LANGUAGES[loader].format(script)
}

/** Finds out what a boot script boots. Never throws: what is wrong is among the problems. */
export function parseBootScript(loader: BootLoader, text: string): ParsedBootScript {
  return LANGUAGES[loader].parse(text)
}
