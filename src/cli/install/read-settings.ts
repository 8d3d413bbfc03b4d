import { join } from 'node:path'
import {
  combineInstallerConfigs,
  formatInstallerArguments,
  type InstallerConfig,
  type InstallerConfigLayer,
  installerConfigError,
  parseInstallerConfig,
} from '../../coreos/index.ts'
import { redactUrl } from '../../formats/url/index.ts'
import { listFiles, readInput } from '../../node/index.ts'
import type { CommandContext } from '../context.ts'
import type { SettingValues } from './setting-options.ts'

/** Where settings are read from, beside the command line. */
export interface SettingFiles {
  readonly configFile: readonly string[]
  readonly configDir: readonly string[]
}

/** What is to be done, all config files and the command line together. */
export interface InstallSettings {
  readonly config: InstallerConfig
  /** Whether a file had a say: what is then missing, or wrong, is no wrong call. */
  readonly hasFiles: boolean
}

/**
 * Reads the config files and puts the command line behind them. What came of it is printed as the line that would say the same.
 *
 * @throws {FormatError} `INSTALLER_CONFIG_INVALID`
 * @throws {IoError} `FILE_NOT_FOUND`, `PERMISSION_DENIED`, `INPUT_TOO_LARGE`
 */
export async function readSettings(
  values: SettingValues & SettingFiles,
  context: CommandContext,
): Promise<InstallSettings> {
  const line: InstallerConfigLayer = { name: 'the command line', config: configOf(values) }
  const paths = [...(await filesOf(values.configDir, context)), ...values.configFile]
  if (paths.length === 0) return { config: line.config, hasFiles: false }

  const layers: InstallerConfigLayer[] = []
  for (const path of paths) {
    const { name, bytes } = await readConfigFile(path, context)
    const { config, positions, problems } = await parseInstallerConfig(bytes)
    if (problems.length > 0) throw installerConfigError(problems, name)
    layers.push({ name, config, positions })
  }
  const words = [...layers, line].flatMap(({ config }) => formatInstallerArguments(withoutSecrets(config)))
  const firstbootWords = values.firstbootArgs === undefined ? [] : ['--firstboot-args', values.firstbootArgs]
  await context.printLine(`Running with arguments: ${[...words, ...firstbootWords].join(' ')}`)
  return { config: combineInstallerConfigs([...layers, line]), hasFiles: true }
}

/** As with Ignition configs, `-` is standard input, except for scripts that know a file of that name. */
async function readConfigFile(
  path: string,
  context: CommandContext,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  if (path !== '-' || context.persona === 'coreos-installer')
    return { name: path, bytes: await readInput(path, context) }
  return { name: '<stdin>', bytes: await context.stdin.read({ signal: context.signal }) }
}

async function filesOf(directories: readonly string[], { signal }: CommandContext): Promise<readonly string[]> {
  const paths: string[] = []
  for (const directory of directories) {
    const names = (await listFiles(directory, { signal })) ?? []
    paths.push(...names.map((name) => join(directory, name)))
  }
  return paths
}

function configOf(values: SettingValues): InstallerConfig {
  const { ignition, destDevice } = values
  const texts = {
    stream: values.stream,
    'image-url': values.imageUrl,
    'image-file': values.imageFile,
    'ignition-file': values.ignitionFile ?? ignition,
    'ignition-url': values.ignitionUrl,
    'ignition-hash': values.ignitionHash,
    architecture: values.architecture,
    platform: values.platform,
    'network-dir': values.networkDir,
    'stream-base-url': values.streamBaseUrl,
    'fetch-retries': values.fetchRetries,
    'dest-device': destDevice,
  }
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    console: values.console,
    'append-karg': values.appendKarg,
    'delete-karg': values.deleteKarg,
    'copy-network': values.copyNetwork,
    'save-partlabel': values.savePartlabel,
    'save-partindex': values.savePartindex,
    offline: values.offline,
    insecure: values.insecure,
    'insecure-ignition': values.insecureIgnition,
    'preserve-on-error': values.preserveOnError,
    'secure-ipl': values.secureIpl,
  }
}

/** Logs keep what is printed, and URLs may carry credentials. */
function withoutSecrets(config: InstallerConfig): InstallerConfig {
  const urls = (['image-url', 'ignition-url', 'stream-base-url'] as const).flatMap((key) => {
    const url = config[key]
    return url === undefined ? [] : [[key, redactUrl(url)] as const]
  })
  return { ...config, ...Object.fromEntries(urls) }
}
