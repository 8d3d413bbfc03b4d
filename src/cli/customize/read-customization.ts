import { basename } from 'node:path'
import { formatIgnitionFinding, ignitionErrorOf, reviewIgnition } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { readInput } from '../../node/index.ts'
import type { Customization, CustomizationChecks, NamedInput } from '../../operations/index.ts'
import type { CommandContext } from '../context.ts'
import { checkStdinIsNamedOnce, readIgnitionInput } from '../ignition/read-ignition-input.ts'
import { MAX_TOLD_COUNT, tellFindings } from '../ignition/tell-findings.ts'
import { readKeyfileInputs } from '../read-keyfile-inputs.ts'

/** The values of the options that ISO images and PXE initramfs have in common. */
export interface CustomizeValues {
  readonly destIgnition: readonly string[]
  readonly destDevice: string | undefined
  readonly destConsole: readonly string[]
  readonly destKargAppend: readonly string[]
  readonly destKargDelete: readonly string[]
  readonly networkKeyfile: readonly string[]
  readonly networkNmstate: readonly string[]
  readonly ignitionCa: readonly string[]
  readonly preInstall: readonly string[]
  readonly postInstall: readonly string[]
  readonly installerConfig: readonly string[]
  readonly liveIgnition: readonly string[]
  readonly noValidate: boolean
}

/** A customization as it was asked for on the command line. */
export interface CustomizationRequest {
  readonly customization: Customization
  readonly checks: CustomizationChecks
}

/**
 * Reads the files that a customization is made of. Findings about Ignition configs are told on stderr, those of all configs
 * before one is refused.
 *
 * @throws {UsageError} `NMSTATE_UNSUPPORTED`, `KEYFILE_INVALID`, `COMMAND_LINE_INVALID` when stdin is named twice.
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function readCustomization(
  values: CustomizeValues,
  context: CommandContext,
): Promise<CustomizationRequest> {
  refuseNmstate(values.networkNmstate)
  if (context.persona === 'isokit') checkStdinIsNamedOnce([...values.destIgnition, ...values.liveIgnition])
  const checks = values.noValidate ? 'none' : context.persona === 'coreos-installer' ? 'format' : 'all'
  const destIgnition = await readConfigs(values.destIgnition, context)
  const liveIgnition = await readConfigs(values.liveIgnition, context)
  const customization = {
    destIgnition,
    destDevice: values.destDevice,
    destConsoles: values.destConsole,
    destKargsAppend: values.destKargAppend,
    destKargsDelete: values.destKargDelete,
    keyfiles: await readKeyfileInputs(values.networkKeyfile, context),
    certificateAuthorities: await readFiles(values.ignitionCa, context),
    preInstall: await readFiles(values.preInstall, context),
    postInstall: await readFiles(values.postInstall, context),
    installerConfigs: await readFiles(values.installerConfig, context),
    liveIgnition,
  }
  if (checks !== 'none') await tellAboutConfigs({ destIgnition, liveIgnition }, context)
  return { customization, checks }
}

function refuseNmstate([path]: readonly string[]): void {
  if (path === undefined) return
  throw new UsageError(
    'NMSTATE_UNSUPPORTED',
    `Cannot use ${path}: nmstate documents cannot be made into keyfiles yet`,
    {
      hint: 'Give NetworkManager keyfiles with --network-keyfile; `nmstatectl gc FILE` makes them',
    },
  )
}

async function readConfigs(paths: readonly string[], context: CommandContext): Promise<readonly NamedInput[]> {
  const inputs: NamedInput[] = []
  for (const path of paths) {
    const { name, bytes } = await readIgnitionInput(path, context)
    inputs.push({ name, bytes })
  }
  return inputs
}

async function readFiles(paths: readonly string[], { signal }: CommandContext): Promise<readonly NamedInput[]> {
  const inputs: NamedInput[] = []
  for (const path of paths) inputs.push({ name: basename(path), label: path, bytes: await readInput(path, { signal }) })
  return inputs
}

async function tellAboutConfigs(
  {
    destIgnition,
    liveIgnition,
  }: { readonly destIgnition: readonly NamedInput[]; readonly liveIgnition: readonly NamedInput[] },
  context: CommandContext,
): Promise<void> {
  const errors = []
  for (const input of [...destIgnition, ...liveIgnition]) {
    const { findings: all } = reviewIgnition(input.bytes, { advice: 'boot-failures' })
    // What Ignition takes is refused by the plan; it knows what else there is to say about kernel arguments.
    const findings = all.slice(0, MAX_TOLD_COUNT)
    if (context.persona === 'isokit') {
      await tellFindings(findings, input, context)
      const error = ignitionErrorOf(findings, input.bytes, input.name)
      if (error) errors.push(error)
      continue
    }
    for (const finding of findings) context.warn(formatIgnitionFinding(finding, input.bytes, input.name))
  }
  if (errors[0]) throw errors[0]
}
