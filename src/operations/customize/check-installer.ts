import {
  type Features,
  INSTALLER_KEYS,
  type InstallerConfig,
  type InstallerKey,
  kargValues,
  splitKargs,
} from '../../coreos/index.ts'
import type { CustomizationProblem } from './problems.ts'

/** Settings of the installer, and where they come from. */
export interface InstallerSettings {
  readonly config: InstallerConfig
  /** How messages call their origin. */
  readonly label: string
}

/** What the installer will find on the live system. */
export interface InstallerSurroundings {
  /** In the order in which the installer reads them. */
  readonly settings: readonly InstallerSettings[]
  /** The live system's kernel arguments; `undefined` when nobody knows them. */
  readonly kargs: string | undefined
  /** Something on the live system may name the device, since it runs before the installer. */
  readonly mayBeCompletedLater: boolean
  readonly features: Features
}

/** Keys of which the installer takes one, and the kernel arguments that say the same. */
const EXCLUSIVE: readonly Readonly<Partial<Record<InstallerKey, string | undefined>>>[] = [
  { stream: 'coreos.inst.stream', 'image-url': 'coreos.inst.image_url', 'image-file': undefined },
  { 'ignition-file': undefined, 'ignition-url': 'coreos.inst.ignition_url' },
]

const DEVICE_KARG = 'coreos.inst.install_dev'

/**
 * Finds what would make the installer give up: it puts all configs into one command line, so a device that is named twice, or
 * two origins of the image, are as wrong as a device that is missing.
 */
export function findInstallerProblems(surroundings: InstallerSurroundings): readonly CustomizationProblem[] {
  return [
    ...findDeviceProblems(surroundings),
    ...EXCLUSIVE.flatMap((keys) => findConflict(keys, surroundings)),
    ...surroundings.settings.flatMap(findDashValues),
    ...surroundings.settings.flatMap((settings) => findMissingDirectives(settings, surroundings.features)),
  ]
}

function findDeviceProblems({ settings, kargs, mayBeCompletedLater }: InstallerSurroundings): CustomizationProblem[] {
  const naming = settings.filter(({ config }) => config['dest-device'] !== undefined).map(({ label }) => label)
  if (kargValues(splitKargs(kargs ?? ''), DEVICE_KARG).some((value) => value !== ''))
    naming.push(`the kernel argument ${DEVICE_KARG}`)
  if (naming.length > 1) {
    const message = `the installer takes one destination device, but it is named by ${naming.join(' and by ')}`
    return [{ message, hint: 'Name the device in one place' }]
  }
  // The boot configuration of a PXE boot may name it.
  if (naming.length === 1 || mayBeCompletedLater || kargs === undefined) return []
  const message = 'the installer would run without a destination device, and fail'
  return [{ message, hint: 'Name the device with --dest-device' }]
}

function findConflict(
  keys: Readonly<Partial<Record<InstallerKey, string | undefined>>>,
  { settings, kargs }: InstallerSurroundings,
): readonly CustomizationProblem[] {
  const origins = new Map<string, string>()
  for (const [key, karg] of Object.entries(keys)) {
    const origin = settings.find(({ config }) => config[key as InstallerKey] !== undefined)
    if (origin) origins.set(key, `${key} of ${origin.label}`)
    else if (karg && kargValues(splitKargs(kargs ?? ''), karg).some((value) => value !== '' && value !== 'skip')) {
      origins.set(key, `the kernel argument ${karg}`)
    }
  }
  if (origins.size < 2) return []
  return [
    { message: `the installer takes only one of ${[...origins.values()].join(' and ')}`, hint: 'Give one of them' },
  ]
}

/** The installer takes each value of a config as a word of its command line, where a dash starts an option. */
function findDashValues({ config, label }: InstallerSettings): readonly CustomizationProblem[] {
  return INSTALLER_KEYS.flatMap((key) => {
    const value = config[key]
    const values = typeof value === 'string' ? [value] : typeof value === 'object' ? value : []
    const dashed = key === 'save-partindex' ? undefined : values.find((text) => text.startsWith('-'))
    if (dashed === undefined) return []
    return [{ message: `the installer would take the ${key} ${JSON.stringify(dashed)} of ${label} for an option` }]
  })
}

/** Images tell the keys of their installer since September 2022. */
function findMissingDirectives(
  { config, label }: InstallerSettings,
  { installerConfigDirectives: known }: Features,
): readonly CustomizationProblem[] {
  if (known.length === 0) return []
  return INSTALLER_KEYS.filter((key) => {
    const value = config[key]
    const isSet = value !== undefined && value !== false && !(typeof value === 'object' && value.length === 0)
    return isSet && !known.includes(key)
  }).map((key) => ({
    message: `the installer of this image does not know the key ${key} of ${label}`,
    hint: 'Use a newer image',
  }))
}
