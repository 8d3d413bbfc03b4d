import { access } from 'node:fs/promises'
import type { ByteReader } from '../../bytes/index.ts'
import { type InstallerConfig, streamArchitecture } from '../../coreos/index.ts'
import { FormatError, ImageError, UsageError } from '../../errors.ts'
import type { ImageRequest, InstallRequest, TargetRequest } from '../../node/index.ts'
import { partitionFilter } from '../../operations/index.ts'
import type { CommandValues } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { httpOptions, parseRetries } from '../http-options.ts'
import { checkStdinIsNamedOnce } from '../ignition/read-ignition-input.ts'
import type { INSTALL_OPTIONS } from './options.ts'
import { readBootCustomization } from './read-customization.ts'
import type { InstallSettings } from './read-settings.ts'
import type { SettingValues } from './setting-options.ts'

/** What only the command line says. */
export type InstallValues = CommandValues<Record<never, never>, typeof INSTALL_OPTIONS> &
  Pick<SettingValues, 'destDevice' | 'firstbootArgs'>

const DEFAULT_STREAM = 'stable'

/** Where live systems have the image that they were made from. */
const OSMET_DIRECTORY = '/run/coreos-installer/osmet'

/**
 * Makes of the settings what is to be installed, where, and how. The Ignition config and network settings are read, and
 * whatever is known to fail is refused.
 *
 * @throws {FormatError} `INSTALLER_CONFIG_INVALID` when config files name no device.
 * @throws {ImageError} `INSTALL_UNSUPPORTED`
 * @throws {UsageError} `COMMAND_LINE_INVALID`, and what {@link readBootCustomization} throws.
 */
export async function readRequest(
  settings: InstallSettings,
  values: InstallValues,
  context: CommandContext,
): Promise<InstallRequest> {
  const { config } = settings
  const target = targetOf(settings, values, context)
  if (context.persona === 'isokit') {
    checkStdinIsNamedOnce([config['image-file'] ?? '', config['ignition-file'] ?? '', ...values.configFile])
  }
  const architecture = config.architecture ?? streamArchitecture(process.arch)
  checkSupport(config, target, architecture)
  const filter = partitionFilter({ labels: config['save-partlabel'], indexes: config['save-partindex'] })
  if (target.kind === 'file' && !filter.isEmpty) context.note('No partitions are saved: a new file has none')
  const retries = parseRetries(config['fetch-retries'] ?? '0')
  const http = httpOptions({ fetchRetries: retries, caFile: values.caFile }, context)
  const { firstbootArgs, noValidate, networkInitramfs: isNetworkInInitramfs } = values
  const customization = { config, firstbootArgs, http, noValidate, isNetworkInInitramfs, architecture }
  return {
    target,
    image: await imageOf(config, architecture, context),
    trust: {
      anchor: values.trust,
      checksum: values.checksum,
      insecure: config.insecure ?? false,
      keyrings: values.keyring,
      environment: context.env,
    },
    filter,
    boot: await readBootCustomization(customization, context),
    http,
    memoryBudget: values.memory,
    skipReadBack: values.noVerifyWrite,
    preserveOnError: config['preserve-on-error'] ?? false,
    partitionBackup: values.partitionBackup,
  }
}

function targetOf(
  { config, hasFiles }: InstallSettings,
  values: InstallValues,
  { fastPaths }: CommandContext,
): TargetRequest {
  const { destDevice, toFile, size, overwrite } = values
  if (toFile === '-') {
    throw new UsageError('COMMAND_LINE_INVALID', 'Cannot make a disk on standard output: it is not written in order', {
      hint: 'Name a new file',
    })
  }
  if (toFile !== undefined) {
    if (destDevice === undefined) return { kind: 'file', path: toFile, byteLength: size, overwrite }
    throw new UsageError('COMMAND_LINE_INVALID', `Cannot install on ${destDevice} and to a file at the same time`, {
      hint: 'Leave out the device, or --to-file',
    })
  }
  if (size !== undefined || overwrite) {
    throw new UsageError('COMMAND_LINE_INVALID', `${size === undefined ? '--overwrite' : '--size'} needs --to-file`, {
      hint: 'Add --to-file, or leave it out',
    })
  }
  const path = config['dest-device']
  if (path !== undefined) return { kind: 'device', path, fastPaths }
  const hint = 'Name the disk, or a new file with --to-file'
  if (hasFiles)
    throw new FormatError('INSTALLER_CONFIG_INVALID', 'No installer config names the destination device', { hint })
  throw new UsageError('COMMAND_LINE_INVALID', 'The destination device is missing', { hint })
}

async function imageOf(
  config: InstallerConfig,
  architecture: string | undefined,
  context: CommandContext,
): Promise<ImageRequest> {
  const path = config['image-file']
  if (path === '-' && context.persona === 'isokit') {
    return { kind: 'bytes', name: 'standard input', bytes: bytesOf(context.stdin.reader()) }
  }
  if (path !== undefined) return { kind: 'file', path }
  const url = config['image-url']
  if (url !== undefined) return { kind: 'url', url }
  if (architecture === undefined) {
    throw new UsageError('COMMAND_LINE_INVALID', `Streams have no images for this machine (${process.arch})`, {
      hint: 'Give --architecture',
    })
  }
  if (config.stream === undefined && (await isThere(OSMET_DIRECTORY))) {
    context.note(`The image comes from the stream ${DEFAULT_STREAM}: that of this live system (osmet) is not read`)
  }
  const stream = config.stream ?? DEFAULT_STREAM
  return { kind: 'stream', stream, baseUrl: config['stream-base-url'], architecture }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

async function* bytesOf(reader: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (let bytes = await reader.takeSome(); bytes; bytes = await reader.takeSome()) yield bytes
  } finally {
    await reader.close()
  }
}

function checkSupport(config: InstallerConfig, target: TargetRequest, architecture: string | undefined): void {
  const isOffline = config.offline && config['image-file'] === undefined && config['image-url'] === undefined
  if (isOffline) {
    throw new ImageError(
      'INSTALL_UNSUPPORTED',
      'Cannot install offline: isokit does not read the image that live systems carry (osmet)',
      { hint: 'Give an image with --image-file' },
    )
  }
  const isZ = architecture === 's390x' && target.kind === 'device'
  if (!isZ && !config['secure-ipl']) return
  throw new ImageError(
    'INSTALL_UNSUPPORTED',
    `Cannot install ${config['secure-ipl'] ? 'for secure IPL' : `on ${target.path}`}: isokit does not write the boot loader of IBM Z`,
    { hint: 'Use coreos-installer there' },
  )
}
