import type { BootEntry, BootScript, BootScriptProblem, ParsedBootScript } from './boot-entry.ts'
import { type GrubCommand, readGrubCommands } from './grub-commands.ts'
import { dashedMacAddress, isRemote, normalizeLocation, unsayable } from './locations.ts'

/** What GRUB fetches by itself. Some firmware helps it with https, which no script can count on. */
const FETCHED_URL = /^(http|tftp):\/\/([A-Za-z0-9.:-]+|\[[0-9A-Fa-f:.]+\](?::\d+)?)(\/.*)$/i

const GRUB_DEVICE_PATH = /^\((http|tftp)(?:,([^)]*))?\)(.*)$/

/**
 * Words a config file of GRUB, for BIOS, UEFI (also by HTTP boot) and Open Firmware. Paths start at the folder of the config
 * file, wherever that is.
 *
 * Scripts for single machines are also asked for here, since GRUB looks for them by itself only over TFTP.
 *
 * @throws {UsageError} `BOOT_ENTRY_INVALID`
 */
export function formatGrub({ entry, hosts }: BootScript): string {
  for (const karg of entry.kargs) checkKarg(karg)
  const words = (list: readonly string[]): string => list.map((word) => ` ${word}`).join('')
  const lines = [
    'set default=0',
    'set timeout=0',
    // Only known while the file is read, which is before an entry runs.
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: GRUB's
    'set live_directory="${config_directory}"',
    ...hosts.flatMap((mac) => [
      `if [ "\${net_default_mac}" = ${quote(mac)} ]; then`,
      `  configfile "\${config_directory}/${grubScriptPath(mac)}"`,
      'fi',
    ]),
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: GRUB's
    `menuentry ${quote(entry.title === '' ? 'live' : entry.title)} --id live {`,
    `  linux ${grubPath(entry.kernel)}${words(entry.kargs.map(quote))}`,
    ...(entry.initrds.length === 0 ? [] : [`  initrd${words(entry.initrds.map(grubPath))}`]),
    '}',
    '',
  ]
  return lines.join('\n')
}

/** The name of GRUB's config file, for all machines or for one. */
export function grubScriptPath(mac?: string): string {
  // 01 is the hardware type of Ethernet; GRUB's manual leaves it out, and GRUB doesn't.
  return mac === undefined ? 'grub.cfg' : `grub.cfg-01-${dashedMacAddress(mac)}`
}

/** Within single quotes, everything but a single quote stands for itself. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

function grubPath(location: string): string {
  if (!isRemote(location)) return `"\${live_directory}/${location}"`
  const [, scheme = '', host = '', path = ''] = FETCHED_URL.exec(location) ?? []
  if (scheme !== '') return quote(`(${scheme.toLowerCase()},${host})${path}`)
  throw unsayable(`GRUB does not fetch ${location}`, 'Use an http or tftp URL, or leave GRUB out')
}

function checkKarg(karg: string): void {
  const [character] = /['"\\]/.exec(karg) ?? []
  if (!character) return
  throw unsayable(
    `GRUB hands ${character} in the kernel argument ${karg} to the kernel with a backslash before it`,
    'Do without quotes and backslashes, or leave GRUB out',
  )
}

/** Finds out what a config file of GRUB boots. Conditions are passed over, and all of their branches are looked at. */
export function parseGrub(text: string): ParsedBootScript {
  // Wherever the config file is, there is the folder.
  const { commands, problems: syntaxProblems } = readGrubCommands(text, { config_directory: '.', prefix: '.' })
  const problems: BootScriptProblem[] = [...syntaxProblems]
  const entries: BootEntry[] = []
  const scripts: string[] = []
  let title = ''
  let open: (Omit<BootEntry, 'initrds'> & { readonly line: number; initrds: readonly string[] }) | undefined
  const close = (): void => {
    if (open) entries.push({ title: open.title, kernel: open.kernel, initrds: open.initrds, kargs: open.kargs })
    open = undefined
  }
  for (const { name, words, line } of commands) {
    if (name === 'menuentry' || name === 'submenu' || name === '}') {
      close()
      title = name === 'menuentry' ? (words[0] ?? '') : ''
    } else if (/^linux(?:efi|16)?$/.test(name)) {
      close()
      const [kernel, ...kargs] = words
      if (kernel === undefined) problems.push({ line, problem: `${name} names no kernel` })
      else open = { title, kernel: fromGrubPath(kernel), kargs, initrds: [], line }
    } else if (/^initrd(?:efi|16)?$/.test(name)) {
      if (open) open.initrds = words.map(fromGrubPath)
      else problems.push({ line, problem: `${name} comes without a kernel before it` })
    } else if (name === 'configfile' || name === 'source' || name === '.') scripts.push(...scriptOf(words))
  }
  close()
  return { entries, scripts, problems }
}

function scriptOf(words: GrubCommand['words']): readonly string[] {
  return words.slice(0, 1).map(fromGrubPath)
}

function fromGrubPath(path: string): string {
  const [, scheme, server, rest = ''] = GRUB_DEVICE_PATH.exec(path) ?? []
  if (scheme === undefined) return normalizeLocation(path)
  // Without a server it is the one that GRUB came from.
  return server ? `${scheme}://${server}${rest}` : rest
}
