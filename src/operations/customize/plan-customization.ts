import { encodeUtf8 } from '../../bytes/index.ts'
import {
  adviseConsoles,
  type Features,
  formatIgnition,
  type GzipEncoder,
  IGNITION_CONFIG_PATH,
  keyfileMembers,
} from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import type { InitrdFile } from '../../formats/initrd/index.ts'
import { buildLiveConfig } from './build-live-config.ts'
import { checkFeatures } from './check-features.ts'
import { findInstallerProblems } from './check-installer.ts'
import { type Customization, type CustomizationChecks, labelOf } from './customization.ts'
import { describeChanges } from './describe-changes.ts'
import { findKargsMismatch, findLiveKargsProblems, findReplacedNetworkKargs } from './find-karg-problems.ts'
import { findProgramProblem } from './install-units.ts'
import { type InstallerPlan, planInstaller } from './plan-installer.ts'
import type { PlannedChange } from './planned-change.ts'
import { asSentence, type CustomizationProblem, customizationError } from './problems.ts'
import { type CustomizationInputs, readCustomizationInputs } from './read-inputs.ts'

const CONSOLE_OPTIONS = { console: '--dest-console', karg: '--dest-karg-append' }

/** What a customization is made for. */
export interface CustomizationTarget {
  /** How messages call the image. */
  readonly name: string
  readonly features: Features
  /** The kernel arguments that the live system will have; `undefined` when nobody knows them. */
  readonly kargs: string | undefined
  /** Whether it is an ISO image, rather than an initramfs for booting over the network. */
  readonly isIso: boolean
}

/** Options of {@link planCustomization}. */
export interface CustomizationOptions {
  /** How contents inside the Ignition config are compressed. */
  readonly gzip: GzipEncoder
  /** How closely the customization is looked at; `all` unless given. */
  readonly checks?: CustomizationChecks | undefined
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What has to go into the embed area, or into an archive behind the initramfs. */
export interface CustomizationPlan {
  /** The members; none for a customization that asks for nothing. */
  readonly files: readonly InitrdFile[]
  /** All that changes, for people. */
  readonly changes: readonly PlannedChange[]
  /** What a person should know before booting the result, as sentences without full stops. */
  readonly notices: readonly string[]
  /** What is probably wrong, as sentences without full stops. */
  readonly warnings: readonly string[]
}

/**
 * Plans what a customization puts into a live system, the same bytes each time: an Ignition config of spec 3.3.0 that carries
 * scripts with their units, installer configs, the installed system's config, certificates and the user's own configs; and
 * network keyfiles. ISO images and initramfs take the same.
 *
 * @throws {ImageError} `INSTALLER_UNSUPPORTED`, `NETWORK_UNSUPPORTED` when the image can't do it.
 * @throws {FormatError} `IGNITION_INVALID`, `INSTALLER_CONFIG_INVALID`
 * @throws {UsageError} `CUSTOMIZATION_INVALID` for what would not boot or install, with all reasons; with fewer checks
 *   than `all`, such reasons are warnings. `KEYFILE_INVALID`, `KARG_INVALID`, `CONSOLE_INVALID`.
 */
export async function planCustomization(
  customization: Customization,
  target: CustomizationTarget,
  options: CustomizationOptions,
): Promise<CustomizationPlan> {
  const { checks = 'all' } = options
  checkFeatures(customization, target.features, target.name)
  for (const karg of [...(customization.destKargsAppend ?? []), ...(customization.destKargsDelete ?? [])]) {
    checkDestKarg(karg)
  }
  const inputs = await readCustomizationInputs(customization, checks)
  const installer = planInstaller(customization, inputs)
  const live = await buildLiveConfig(inputs, installer, options)
  const hasConfig = live.config !== undefined

  const problems = findProblems(inputs, installer, { ...target, hasConfig })
  if (checks === 'all' && problems.length > 0) throw customizationError(target.name, problems)
  const config = live.config && { path: IGNITION_CONFIG_PATH, bytes: encodeUtf8(formatIgnition(live.config)) }
  return {
    files: [...(config ? [config] : []), ...keyfileMembers(inputs.keyfiles)],
    changes: describeChanges(inputs, installer, live),
    notices: listNotices(customization, inputs, { installer, isPxeWithConfig: !target.isIso && hasConfig }),
    warnings: [
      ...problems.map(asSentence),
      ...reviewPrograms(inputs),
      ...reviewNetwork(inputs, target.kargs),
      ...live.notes.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
    ],
  }
}

function findProblems(
  inputs: CustomizationInputs,
  { settings, runs }: InstallerPlan,
  { kargs, features, isIso, hasConfig }: CustomizationTarget & { readonly hasConfig: boolean },
): readonly CustomizationProblem[] {
  const { preInstall, liveConfigs } = inputs
  const mayBeCompletedLater = preInstall.length + liveConfigs.length > 0
  const ofInstaller = runs ? findInstallerProblems({ settings, kargs, mayBeCompletedLater, features }) : []
  if (kargs === undefined) return ofInstaller
  return [
    ...ofInstaller,
    ...findLiveKargsProblems(kargs, { hasConfig, runsInstaller: runs, isIso }),
    ...liveConfigs.flatMap(({ input, config }) =>
      config ? findKargsMismatch(config, { label: labelOf(input), kargs }) : [],
    ),
  ]
}

function listNotices(
  { destKargsAppend = [], destDevice }: Customization,
  { repeats, preInstall, liveConfigs }: CustomizationInputs,
  { installer, isPxeWithConfig }: { readonly installer: InstallerPlan; readonly isPxeWithConfig: boolean },
): readonly string[] {
  const { runs, settings } = installer
  const device = destDevice ?? settings.map(({ config }) => config['dest-device']).find((name) => name !== undefined)
  const notices = [...repeats, ...adviseConsoles(destKargsAppend, CONSOLE_OPTIONS)]
  if (runs && device !== undefined) {
    notices.push(`Boot media will automatically install to ${device} without confirmation`)
  } else if (runs) {
    const later = preInstall.length + liveConfigs.length > 0 ? 'a script or config of the live system, or ' : ''
    notices.push(
      `Boot media will automatically run the installer; ${later}coreos.inst.install_dev has to name the device`,
    )
  }
  if (isPxeWithConfig) {
    notices.push('The boot configuration must have the kernel arguments ignition.firstboot ignition.platform.id=metal')
  }
  return notices
}

function reviewPrograms({ preInstall, postInstall }: CustomizationInputs): readonly string[] {
  return [...preInstall, ...postInstall].flatMap((script) => {
    const problem = findProgramProblem(script.bytes)
    return problem === undefined ? [] : [`The script ${labelOf(script)} will probably fail: ${problem}`]
  })
}

function reviewNetwork({ keyfiles }: CustomizationInputs, kargs: string | undefined): readonly string[] {
  const replaced = keyfiles.length > 0 ? findReplacedNetworkKargs(kargs ?? '') : []
  if (replaced.length === 0) return []
  return [`With network keyfiles, the live system makes no connections of ${replaced.join(' ')}`]
}

function checkDestKarg(karg: string): void {
  if (karg.trim() !== '' && !/[\n\r\0]/.test(karg)) return
  const problem = karg.trim() === '' ? 'is empty' : 'contains a newline or NUL'
  throw new UsageError('KARG_INVALID', `The kernel argument ${JSON.stringify(karg)} ${problem}`, {
    hint: 'Give each argument on its own, without line breaks',
  })
}
