import { encodeUtf8 } from '../../bytes/index.ts'
import {
  type FilePart,
  formatConsoleSpec,
  formatInstallerConfig,
  INSTALLER_KEYS,
  type InstallerConfig,
  parseConsoleSpec,
} from '../../coreos/index.ts'
import type { InstallerSettings } from './check-installer.ts'
import { type Customization, labelOf, runsInstaller } from './customization.ts'
import type { CustomizationInputs } from './read-inputs.ts'

/** Where the live system's installer finds its configs, and the installed system's Ignition config among its own files. */
const CONFIG_DIRECTORY_PATH = '/etc/coreos/installer.d'

/** Where the Ignition config for the installed system is put. */
export const DEST_CONFIG_PATH = '/etc/coreos/dest.ign'

/** How messages call the config that is made from options. */
export const GENERATED_LABEL = 'the command line'

/** The installer's part of a customization. */
export interface InstallerPlan {
  /** Whether the live system runs the installer by itself. */
  readonly runs: boolean
  /** The users' configs in the installer's order. */
  readonly userFiles: readonly FilePart[]
  /** What the options say; `undefined` when they say nothing. */
  readonly generated: { readonly file: FilePart; readonly config: InstallerConfig } | undefined
  /** All settings in the installer's order. */
  readonly settings: readonly InstallerSettings[]
}

/**
 * Plans the installer's configs. The one that is made here comes last, so its single values win, and its lists follow those
 * of the others.
 *
 * @throws {UsageError} `CONSOLE_INVALID`
 */
export function planInstaller(customization: Customization, inputs: CustomizationInputs): InstallerPlan {
  const runs = runsInstaller(customization)
  const userFiles = inputs.installerConfigs.map(({ input, bytes }, index) => configFile(index, input.name, bytes))
  const userSettings = inputs.installerConfigs.map(({ input, config }) => ({ config, label: labelOf(input) }))
  const config = generateConfig(customization, inputs, runs)
  if (INSTALLER_KEYS.every((key) => config[key] === undefined)) {
    return { runs, userFiles, generated: undefined, settings: userSettings }
  }
  const file = configFile(userFiles.length, 'customize.yaml', encodeUtf8(formatInstallerConfig(config)))
  const settings = [...userSettings, { config, label: GENERATED_LABEL }]
  return { runs, userFiles, generated: { file, config }, settings }
}

function generateConfig(customization: Customization, inputs: CustomizationInputs, runs: boolean): InstallerConfig {
  const { destDevice, destConsoles = [], destKargsAppend = [], destKargsDelete = [] } = customization
  return {
    ...(inputs.destConfigs.length > 0 && { 'ignition-file': DEST_CONFIG_PATH }),
    ...(destConsoles.length > 0 && { console: destConsoles.map((spec) => formatConsoleSpec(parseConsoleSpec(spec))) }),
    ...(destKargsAppend.length > 0 && { 'append-karg': destKargsAppend }),
    ...(destKargsDelete.length > 0 && { 'delete-karg': destKargsDelete }),
    ...(runs && inputs.keyfiles.length > 0 && { 'copy-network': true }),
    ...(destDevice !== undefined && { 'dest-device': destDevice }),
  }
}

function configFile(index: number, name: string, contents: Uint8Array): FilePart {
  return { path: `${CONFIG_DIRECTORY_PATH}/${String(index).padStart(4, '0')}-${name}`, mode: '0600', contents }
}
