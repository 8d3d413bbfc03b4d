import { type FilePart, INSTALLER_KEYS, type InstallerConfig, NETWORK_DIRECTORY_PATH } from '../../coreos/index.ts'
import type { LiveConfig } from './build-live-config.ts'
import { labelOf } from './customization.ts'
import type { InstallerPlan } from './plan-installer.ts'
import type { PlannedChange } from './planned-change.ts'
import type { CustomizationInputs } from './read-inputs.ts'

/** The options that the keys of the generated config come from. */
const CAUSES: Readonly<Record<string, string>> = {
  console: '--dest-console',
  'append-karg': '--dest-karg-append',
  'delete-karg': '--dest-karg-delete',
  'dest-device': '--dest-device',
}

/** Lists all that a customization changes: what was asked for, and what follows from it. */
export function describeChanges(
  inputs: CustomizationInputs,
  installer: InstallerPlan,
  live: LiveConfig,
): readonly PlannedChange[] {
  return [
    ...describeMembers(inputs, live),
    ...describePrograms(live),
    ...installer.userFiles.map((file, index) => {
      const input = inputs.installerConfigs[index]?.input
      return fileChange(file, `--installer-config ${input ? labelOf(input) : ''}`, false)
    }),
    ...describeDestination(inputs, live),
    ...(installer.generated
      ? [
          fileChange(installer.generated.file, 'the settings below', true),
          ...describeSettings(installer.generated.config),
        ]
      : []),
    ...inputs.authorities.map(({ input }) => change('certificate', labelOf(input), `--ignition-ca ${labelOf(input)}`)),
    ...inputs.liveConfigs.map(({ input, config }) => {
      const version = config && `version ${config.ignition.version}`
      return { ...change('config', labelOf(input), `--live-ignition ${labelOf(input)}`), detail: version }
    }),
    ...describeBehavior(inputs, installer, live),
  ]
}

function describeMembers({ keyfiles }: CustomizationInputs, { config }: LiveConfig): readonly PlannedChange[] {
  const ofKeyfiles = keyfiles.map(({ name, bytes }) => ({
    ...change('member', `${NETWORK_DIRECTORY_PATH}${name}`, `--network-keyfile ${name}`),
    detail: `mode 0600, ${bytes.byteLength} bytes`,
  }))
  if (!config) return ofKeyfiles
  return [{ ...implied('member', 'config.ign', 'the Ignition settings below'), detail: 'mode 0600' }, ...ofKeyfiles]
}

function describePrograms({ programs }: LiveConfig): readonly PlannedChange[] {
  return programs.flatMap(({ file, unit, phase, label }) => [
    fileChange(file, `--${phase} ${label}`, false),
    { ...implied('unit', unit.name, `--${phase} ${label}`), detail: 'enabled' },
  ])
}

function describeDestination(
  { destConfigs, authorities }: CustomizationInputs,
  { destFile, isDestWrapped }: LiveConfig,
): readonly PlannedChange[] {
  if (!destFile) return []
  return [
    fileChange(destFile, '--dest-ignition', true),
    ...destConfigs.map(({ input, config }) => {
      const version = config && `version ${config.ignition.version}`
      const detail = [version, isDestWrapped ? 'merged' : 'as it is'].filter((part) => part !== undefined).join(', ')
      return { ...change('dest-config', labelOf(input), `--dest-ignition ${labelOf(input)}`), detail }
    }),
    ...authorities.map(({ input }) =>
      implied('dest-certificate', labelOf(input), `--ignition-ca ${labelOf(input)} and --dest-ignition`),
    ),
  ]
}

function describeSettings(config: InstallerConfig): readonly PlannedChange[] {
  return INSTALLER_KEYS.flatMap((key) => {
    const value = config[key]
    if (value === undefined) return []
    const values = typeof value === 'object' ? value : [String(value)]
    const cause = CAUSES[key]
    const impliedBy = key === 'copy-network' ? '--network-keyfile' : '--dest-ignition'
    return values.map((text) =>
      cause === undefined
        ? implied('installer', `${key}: ${text}`, impliedBy)
        : change('installer', `${key}: ${text}`, `${cause} ${text}`),
    )
  })
}

function describeBehavior(
  { keyfiles }: CustomizationInputs,
  { runs }: InstallerPlan,
  { config, programs }: LiveConfig,
): readonly PlannedChange[] {
  return [
    ...(runs ? [implied('behavior', 'The live system runs the installer, then reboots', 'installer settings')] : []),
    ...(programs.length > 0 && !runs
      ? [implied('behavior', 'The scripts run only if something else starts the installer', 'no installer settings')]
      : []),
    ...(config ? [implied('behavior', 'The console of the live system asks for a login', 'config.ign')] : []),
    ...(keyfiles.length > 0
      ? [implied('behavior', 'Network settings among the kernel arguments have no effect', '--network-keyfile')]
      : []),
  ]
}

function fileChange({ path, mode, contents }: FilePart, cause: string, isImplied: boolean): PlannedChange {
  const size = contents instanceof Uint8Array ? `, ${contents.byteLength} bytes` : ''
  return { kind: 'file', subject: path, detail: `mode ${mode}${size}`, cause, isImplied }
}

function change(kind: PlannedChange['kind'], subject: string, cause: string): PlannedChange {
  return { kind, subject, cause, isImplied: false }
}

function implied(kind: PlannedChange['kind'], subject: string, cause: string): PlannedChange {
  return { kind, subject, cause, isImplied: true }
}
