import { UsageError } from '../../errors.ts'
import { parseMacAddress } from '../../formats/boot-script/index.ts'
import type { PxeCustomization, PxeHost } from '../../operations/index.ts'
import type { CommandContext } from '../context.ts'
import { checkStdinIsNamedOnce } from '../ignition/read-ignition-input.ts'
import { readIgnitionToEmbed } from '../ignition/read-ignition-to-embed.ts'
import { readKeyfileInputs } from '../read-keyfile-inputs.ts'

/** One file for one machine. */
export interface HostFile {
  readonly mac: string
  readonly path: string
}

/** One kernel argument for one machine. */
export interface HostKarg {
  readonly mac: string
  readonly karg: string
}

/** Files by what they are. */
interface Paths {
  readonly configs: readonly string[]
  readonly keyfiles: readonly string[]
}

/** Parses `52:54:00:12:34:56=node1.ign`. The message of what is thrown is a clause. */
export function parseHostFile(text: string): HostFile {
  const { mac, value } = splitHostValue(text, 'a file, as in 52:54:00:12:34:56=node1.ign')
  return { mac, path: value }
}

/** Parses `52:54:00:12:34:56=console=ttyS0`. The message of what is thrown is a clause. */
export function parseHostKarg(text: string): HostKarg {
  const { mac, value } = splitHostValue(text, 'a kernel argument, as in 52:54:00:12:34:56=console=ttyS0')
  return { mac, karg: value }
}

function splitHostValue(text: string, what: string): { readonly mac: string; readonly value: string } {
  const equals = text.indexOf('=')
  const mac = parseMacAddress(text.slice(0, Math.max(equals, 0)))
  const value = text.slice(equals + 1)
  if (mac !== undefined && value !== '') return { mac, value }
  throw new UsageError('COMMAND_LINE_INVALID', `expected a MAC address and ${what}`)
}

/**
 * Reads what all machines get, and what single ones get besides: their configs are merged into those for all, and their
 * keyfiles and kernel arguments are added.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`, `KEYFILE_INVALID`
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function readPxeCustomizations(
  common: Paths,
  own: { readonly files: readonly HostFile[]; readonly kargs: readonly HostKarg[] },
  context: CommandContext,
  options: { readonly noValidate: boolean },
): Promise<PxeCustomization & { readonly hosts: readonly PxeHost[] }> {
  const macs = new Set([...own.files, ...own.kargs].map(({ mac }) => mac))
  checkStdinIsNamedOnce([
    ...common.configs.flatMap((path) => (macs.size > 0 && path === '-' ? ['-', '-'] : [path])),
    ...own.files.map(({ path }) => path),
  ])
  const all = await read(common, context, options)
  const hosts: PxeHost[] = []
  for (const mac of macs) {
    const files = own.files.filter((file) => file.mac === mac).map(({ path }) => path)
    const paths = {
      configs: [...common.configs, ...files.filter((path) => !isKeyfile(path))],
      keyfiles: [...common.keyfiles, ...files.filter(isKeyfile)],
    }
    const kargs = own.kargs.filter((each) => each.mac === mac).map(({ karg }) => karg)
    hosts.push({ mac, kargs, ...(await read(paths, context, options)) })
  }
  return { ...all, hosts }
}

function isKeyfile(path: string): boolean {
  return path.endsWith('.nmconnection')
}

async function read(
  { configs, keyfiles }: Paths,
  context: CommandContext,
  options: { readonly noValidate: boolean },
): Promise<PxeCustomization> {
  return {
    config: configs.length === 0 ? undefined : await readIgnitionToEmbed(configs, context, options),
    keyfiles: await readKeyfileInputs(keyfiles, context),
  }
}
