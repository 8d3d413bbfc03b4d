import {
  type BootCustomization,
  checkBootCustomization,
  type InstallerConfig,
  parseConsoleSpec,
} from '../../coreos/index.ts'
import { type HttpOptions, NETWORK_DIRECTORY, readNetworkDirectory } from '../../node/index.ts'
import type { CommandContext } from '../context.ts'
import { readInstallIgnition } from './read-ignition.ts'

/** What says how the installed system differs from its image. */
export interface CustomizationRequest {
  readonly config: InstallerConfig
  readonly firstbootArgs: string | undefined
  readonly http: HttpOptions
  readonly noValidate: boolean
  readonly isNetworkInInitramfs: boolean
  /** Of the image, as far as anybody knows. */
  readonly architecture: string | undefined
}

/**
 * Reads what goes onto the boot partition, and refuses what could not go there.
 *
 * @returns `undefined` when it stays as it is.
 * @throws {FormatError} `IGNITION_INVALID`, `CHECKSUM_MISMATCH`
 * @throws {UsageError} `KARG_INVALID`, `CUSTOMIZATION_INVALID`, `KEYFILE_INVALID`, `INPUT_TOO_LARGE`, `URL_INSECURE`
 */
export async function readBootCustomization(
  { config, firstbootArgs, http, noValidate, isNetworkInInitramfs, architecture }: CustomizationRequest,
  context: CommandContext,
): Promise<BootCustomization | undefined> {
  const ignition = await readInstallIgnition(config, context, { http, noValidate })
  const networkFiles = await readNetwork(config, context)
  if (isNetworkInInitramfs && !networkFiles) context.warn('--network-initramfs does nothing without --copy-network')
  const { platform, console: consoles = [], 'append-karg': appendKargs = [], 'delete-karg': deleteKargs = [] } = config
  const isUnchanged =
    !(ignition || platform !== undefined || firstbootArgs !== undefined || networkFiles) &&
    consoles.length + appendKargs.length + deleteKargs.length === 0
  if (isUnchanged) return undefined
  const customization: BootCustomization = {
    ignition: ignition?.bytes,
    firstbootArgs,
    platform,
    consoles: consoles.map(parseConsoleSpec),
    appendKargs,
    deleteKargs,
    networkFiles,
    isNetworkInInitramfs,
    isS390x: architecture === 's390x',
  }
  checkBootCustomization(customization)
  return customization
}

async function readNetwork(
  config: InstallerConfig,
  { signal, note, warn }: CommandContext,
): Promise<BootCustomization['networkFiles']> {
  if (!config['copy-network']) {
    if (config['network-dir'] !== undefined) warn('--network-dir does nothing without --copy-network')
    return undefined
  }
  const directory = config['network-dir'] ?? NETWORK_DIRECTORY
  const files = await readNetworkDirectory(directory, signal)
  for (const { name } of files) note(`Copying ${name} from ${directory}`)
  if (files.length === 0) warn(`There are no files in ${directory} that --copy-network could copy`)
  return files
}
