import { FormatError } from '../../errors.ts'
import { formatConsoleSpec, parseConsoleSpec } from './console-spec.ts'
import { INSTALLER_KEYS, type InstallerConfig, type InstallerKey } from './directives.ts'
import type { ParsedInstallerConfig } from './parse-installer-config.ts'

/** Settings from one place: a config file, or the command line. */
export interface InstallerConfigLayer extends Pick<ParsedInstallerConfig, 'config'> {
  /** How messages call the place. */
  readonly name: string
  /** Where each key stands; `undefined` for a place without lines. */
  readonly positions?: ParsedInstallerConfig['positions'] | undefined
}

/** Keys of which the installer takes one. */
const EXCLUSIVE: readonly (readonly InstallerKey[])[] = [
  ['stream', 'image-url', 'image-file'],
  ['ignition-file', 'ignition-url'],
]

/**
 * Combines settings in their order: of single values the last one counts, lists are joined, and what is true stays true.
 * A device that is named twice has to be the same one, so that no file redirects an installation unseen; and origins of the
 * image, or of the Ignition config, that exclude each other are not decided by their order.
 *
 * @throws {FormatError} `INSTALLER_CONFIG_INVALID` with everything that contradicts itself, and where.
 */
export function combineInstallerConfigs(layers: readonly InstallerConfigLayer[]): InstallerConfig {
  const problems = [...findTwoDevices(layers), ...EXCLUSIVE.flatMap((keys) => findConflicts(keys, layers))]
  if (problems.length > 0) {
    throw new FormatError('INSTALLER_CONFIG_INVALID', `combining installer configs: ${problems.join('\n    ')}`, {
      hint: 'Say it in one place',
    })
  }
  const combined: Partial<Record<InstallerKey, string | boolean | readonly string[]>> = {}
  for (const { config } of layers) {
    for (const key of INSTALLER_KEYS) {
      const [before, value] = [combined[key], config[key]]
      if (value === undefined || value === false) continue
      combined[key] = typeof value === 'object' && typeof before === 'object' ? [...before, ...value] : value
    }
  }
  return combined as InstallerConfig
}

/**
 * The settings as words of the installer's command line: options in the order in which the installer writes them, then the
 * device.
 */
export function formatInstallerArguments(config: InstallerConfig): readonly string[] {
  return INSTALLER_KEYS.flatMap((key) => {
    const value = config[key]
    if (value === undefined || value === false) return []
    if (key === 'dest-device') return [String(value)]
    if (value === true) return [`--${key}`]
    return (typeof value === 'string' ? [value] : value).flatMap((text) => [`--${key}`, usualForm(key, text)])
  })
}

/** As coreos-installer prints it: consoles have all their parts. */
function usualForm(key: InstallerKey, text: string): string {
  return key === 'console' ? formatConsoleSpec(parseConsoleSpec(text)) : text
}

function findTwoDevices(layers: readonly InstallerConfigLayer[]): readonly string[] {
  const naming = layers.filter(({ config }) => config['dest-device'] !== undefined)
  const devices = new Set(naming.map(({ config }) => config['dest-device']))
  if (devices.size < 2) return []
  const places = naming.map((layer) => `${layer.config['dest-device']} (${placeOf(layer, 'dest-device')})`)
  return [`there is one destination device, and several are named: ${places.join(', ')}`]
}

function findConflicts(keys: readonly InstallerKey[], layers: readonly InstallerConfigLayer[]): readonly string[] {
  const given = keys.flatMap((key) => {
    const layer = layers.filter(({ config }) => config[key] !== undefined).at(-1)
    return layer ? [`${key} (${placeOf(layer, key)})`] : []
  })
  return given.length < 2 ? [] : [`only one can be given of ${given.join(' and ')}`]
}

function placeOf({ name, positions }: InstallerConfigLayer, key: InstallerKey): string {
  const position = positions?.get(key)
  return position ? `${name}:${position.line}` : name
}
