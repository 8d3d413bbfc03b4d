import { type InstallerConfig, type Keyfile, readInstallerConfig } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { checkKeyfiles } from '../plan-network.ts'
import { type Customization, type CustomizationChecks, labelOf, type NamedInput } from './customization.ts'
import {
  distinct,
  readCertificateInputs,
  readConfigInputs,
  type UsedConfig,
  type UsedInput,
} from './distinct-inputs.ts'
import { findScriptNameProblem, type InstallPhase } from './install-units.ts'

/** An installer config of the user's, with what it says. */
export interface UsedInstallerConfig extends UsedInput {
  readonly config: InstallerConfig
}

/** A customization whose inputs have been read, with every config once. */
export interface CustomizationInputs {
  readonly destConfigs: readonly UsedConfig[]
  readonly liveConfigs: readonly UsedConfig[]
  readonly authorities: readonly UsedInput[]
  readonly preInstall: readonly NamedInput[]
  readonly postInstall: readonly NamedInput[]
  readonly installerConfigs: readonly UsedInstallerConfig[]
  readonly keyfiles: readonly Keyfile[]
  /** What was left out because an earlier input says it, as sentences. */
  readonly repeats: readonly string[]
}

/**
 * Reads what a customization consists of.
 *
 * @throws {FormatError} `IGNITION_INVALID`, `INSTALLER_CONFIG_INVALID`
 * @throws {UsageError} `KEYFILE_INVALID`; `CUSTOMIZATION_INVALID` for certificates that can't be used, and for names that
 *   come twice or that no systemd unit can have.
 */
export async function readCustomizationInputs(
  customization: Customization,
  checks: CustomizationChecks,
): Promise<CustomizationInputs> {
  const { keyfiles = [], preInstall = [], postInstall = [] } = customization
  const dest = readConfigInputs(customization.destIgnition ?? [], checks)
  checkKeyfiles(keyfiles)
  const authorities = readCertificateInputs(customization.certificateAuthorities ?? [])
  checkScriptNames('pre-install', preInstall)
  checkScriptNames('post-install', postInstall)
  const installer = distinct(await readInstallerConfigs(customization.installerConfigs ?? []))
  const live = readConfigInputs(customization.liveIgnition ?? [], checks)
  const repeats = [dest, authorities, installer, live].flatMap((inputs) => inputs.repeats)
  return {
    destConfigs: dest.used,
    liveConfigs: live.used,
    authorities: authorities.used,
    preInstall,
    postInstall,
    installerConfigs: installer.used,
    keyfiles,
    repeats: repeats.map(({ input, earlier }) =>
      labelOf(input) === labelOf(earlier)
        ? `${labelOf(input)} is given twice, and used once`
        : `${labelOf(input)} says the same as ${labelOf(earlier)}, and is left out`,
    ),
  }
}

async function readInstallerConfigs(inputs: readonly NamedInput[]): Promise<readonly UsedInstallerConfig[]> {
  const configs: UsedInstallerConfig[] = []
  for (const input of inputs) {
    const { name, bytes } = input
    const label = labelOf(input)
    if (name === '' || name === '.' || name === '..' || /[/\p{Cc}]/u.test(name)) {
      const message = `Cannot use the installer config ${label}: ${JSON.stringify(name)} cannot be the name of a file`
      throw new UsageError('CUSTOMIZATION_INVALID', message)
    }
    configs.push({ input, bytes, config: await readInstallerConfig(bytes, label) })
  }
  return configs
}

function checkScriptNames(phase: InstallPhase, scripts: readonly NamedInput[]): void {
  const names = new Set<string>()
  for (const script of scripts) {
    const { name } = script
    const problem = findScriptNameProblem(phase, name)
    if (problem !== undefined) {
      throw new UsageError('CUSTOMIZATION_INVALID', `Cannot run ${labelOf(script)} as a ${phase} script: ${problem}`, {
        hint: 'Rename the file, with letters, digits, dots, dashes and underscores only',
      })
    }
    if (names.has(name)) {
      const message = `The configuration already specifies path /usr/local/bin/${phase}-${name}`
      throw new UsageError('CUSTOMIZATION_INVALID', message, {
        hint: 'Give each script a name of its own: the directories that they come from are not kept',
      })
    }
    names.add(name)
  }
}
