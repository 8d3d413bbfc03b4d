import { encodeUtf8 } from '../../bytes/index.ts'
import {
  type BuildNote,
  buildIgnition,
  type FilePart,
  formatIgnition,
  type GzipEncoder,
  type IgnitionConfig,
  type IgnitionParts,
} from '../../coreos/index.ts'
import { type InstallPhase, type InstallProgram, installProgram } from './install-units.ts'
import { DEST_CONFIG_PATH, type InstallerPlan } from './plan-installer.ts'
import type { CustomizationInputs } from './read-inputs.ts'

/** The version that every image understands that has a live Ignition config at all: Ignition 2.11 of June 2021. */
const VERSION = '3.3.0'

/** What goes into a live system's Ignition config. */
export interface LiveConfig {
  /** `undefined` when there is nothing to say: the mere presence of a config switches off the login on the console. */
  readonly config: IgnitionConfig | undefined
  readonly programs: readonly (InstallProgram & { readonly phase: InstallPhase; readonly label: string })[]
  /** The Ignition config for the installed system. */
  readonly destFile: FilePart | undefined
  /** Whether that config carries the users' configs, rather than being the one that was given. */
  readonly isDestWrapped: boolean
  /** What Ignition's validator has to say about the config. */
  readonly notes: readonly BuildNote[]
}

/** Builds the live system's config, and the installed system's inside it. The same inputs give the same bytes. */
export async function buildLiveConfig(
  inputs: CustomizationInputs,
  installer: InstallerPlan,
  options: { readonly gzip: GzipEncoder; readonly signal?: AbortSignal | undefined },
): Promise<LiveConfig> {
  const programs = (['pre-install', 'post-install'] as const).flatMap((phase) =>
    (phase === 'pre-install' ? inputs.preInstall : inputs.postInstall).map((script) => {
      return { ...installProgram(phase, script), phase, label: script.label ?? script.name }
    }),
  )
  const { destConfigs, authorities, liveConfigs } = inputs
  const [onlyConfig] = destConfigs
  const isDestWrapped = destConfigs.length > 1 || (destConfigs.length === 1 && authorities.length > 0)
  const destBytes = isDestWrapped ? await buildDestConfig(inputs, options) : onlyConfig?.bytes
  const destFile = destBytes && { path: DEST_CONFIG_PATH, mode: '0600', contents: destBytes }
  const files = [
    ...programs.map(({ file }) => file),
    ...installer.userFiles,
    ...(destFile ? [destFile] : []),
    ...(installer.generated ? [installer.generated.file] : []),
  ]
  const result = { programs, destFile, isDestWrapped }
  if (files.length + authorities.length + liveConfigs.length === 0) return { ...result, config: undefined, notes: [] }

  const parts: IgnitionParts = {
    files,
    units: programs.map(({ unit }) => unit),
    certificateAuthorities: authorities.map(({ bytes }) => bytes),
    mergedConfigs: liveConfigs.map(({ bytes }) => bytes),
  }
  const { config, notes } = await buildIgnition(parts, { ...options, isCanonical: true, version: VERSION })
  return { ...result, config, notes }
}

async function buildDestConfig(
  { destConfigs, authorities }: CustomizationInputs,
  options: { readonly gzip: GzipEncoder; readonly signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  const parts: IgnitionParts = {
    certificateAuthorities: authorities.map(({ bytes }) => bytes),
    mergedConfigs: destConfigs.map(({ bytes }) => bytes),
  }
  const { config } = await buildIgnition(parts, { ...options, isCanonical: true, version: VERSION })
  return encodeUtf8(formatIgnition(config))
}
