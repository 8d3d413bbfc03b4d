import { UsageError } from '../../errors.ts'
import { parseMacAddress } from '../../formats/boot-script/index.ts'
import type { PxeCustomization, PxeHost } from '../../operations/index.ts'
import type { CommandContext } from '../context.ts'
import { checkStdinIsNamedOnce } from '../read-ignition-input.ts'
import { readIgnitionToEmbed } from '../read-ignition-to-embed.ts'
import { readKeyfileInputs } from '../read-keyfile-inputs.ts'

/** One file for one machine. */
export interface HostFile {
  readonly mac: string
  readonly path: string
}

/** Files by what they are. */
interface Paths {
  readonly configs: readonly string[]
  readonly keyfiles: readonly string[]
}

/** Parses `52:54:00:12:34:56=node1.ign`. The message of what is thrown is a clause. */
export function parseHostFile(text: string): HostFile {
  const equals = text.indexOf('=')
  const mac = parseMacAddress(text.slice(0, Math.max(equals, 0)))
  const path = text.slice(equals + 1)
  if (mac !== undefined && path !== '') return { mac, path }
  throw new UsageError('COMMAND_LINE_INVALID', 'expected a MAC address and a file, as in 52:54:00:12:34:56=node1.ign')
}

/**
 * Reads what all machines get, and what single ones get besides: their configs are merged into those for all, and their
 * keyfiles are added.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`, `KEYFILE_INVALID`
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function readPxeCustomizations(
  common: Paths,
  hostFiles: readonly HostFile[],
  context: CommandContext,
  options: { readonly noValidate: boolean },
): Promise<PxeCustomization & { readonly hosts: readonly PxeHost[] }> {
  const hosts = groupByHost(hostFiles)
  checkStdinIsNamedOnce([
    ...common.configs.flatMap((path) => (hosts.size > 0 && path === '-' ? ['-', '-'] : [path])),
    ...hostFiles.map(({ path }) => path),
  ])
  const all = await read(common, context, options)
  const own: PxeHost[] = []
  for (const [mac, { configs, keyfiles }] of hosts) {
    const paths = {
      configs: [...common.configs, ...configs],
      keyfiles: [...common.keyfiles, ...keyfiles],
    }
    own.push({ mac, ...(await read(paths, context, options)) })
  }
  return { ...all, hosts: own }
}

function groupByHost(files: readonly HostFile[]): ReadonlyMap<string, Paths> {
  const hosts = new Map<string, Paths>()
  for (const { mac, path } of files) {
    const { configs = [], keyfiles = [] } = hosts.get(mac) ?? {}
    const isKeyfile = path.endsWith('.nmconnection')
    hosts.set(mac, isKeyfile ? { configs, keyfiles: [...keyfiles, path] } : { configs: [...configs, path], keyfiles })
  }
  return hosts
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
