import { encodeUtf8 } from '../../../bytes/index.ts'
import { findAdvice } from '../advice/find-advice.ts'
import { formatIgnition } from '../format/format-ignition.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { isAtLeast, NEWEST_VERSION, type SpecVersion } from '../model/versions.ts'
import { findVersionNeeds, lowestVersion } from '../upgrade/find-version-needs.ts'
import { upgradeIgnition } from '../upgrade/upgrade-ignition.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import type { Severity } from '../validate/kinds.ts'
import { validateIgnition } from '../validate/validate-ignition.ts'
import { BuildContext } from './build-context.ts'
import { buildIgnitionSection } from './build-ignition-section.ts'
import { buildKernelArguments } from './build-kernel-arguments.ts'
import { buildPasswd } from './build-passwd.ts'
import { buildStorage } from './build-storage.ts'
import { buildSystemd } from './build-systemd.ts'
import type { EncodeContentsOptions } from './encode-contents.ts'
import type { IgnitionParts } from './ignition-parts.ts'
import { type BuildProblem, problemsError } from './problems.ts'

/** Options of {@link buildIgnition}. */
export interface BuildIgnitionOptions extends EncodeContentsOptions {
  /**
   * The spec version; by default the lowest that has all that is used, since every Ignition takes the versions before its
   * own. Images of unknown age take 3.3.0 (Ignition 2.11, June 2021).
   */
  readonly version?: SpecVersion | undefined
  /** Stops between two contents. */
  readonly signal?: AbortSignal | undefined
}

/** Something about a config that its author should know. */
export interface BuildNote extends BuildProblem {
  /** `warning` when Ignition's own validator says it. */
  readonly severity: Exclude<Severity, 'error'>
}

/** A config that Ignition takes. */
export interface BuiltIgnition {
  readonly config: IgnitionConfig
  readonly notes: readonly BuildNote[]
}

/**
 * Builds a config from its parts, the same one each time. Entries keep their order, contents are encoded as short as can be,
 * and the result has been validated; write it with `formatIgnition`.
 *
 * ```ts
 * const { config } = await buildIgnition(
 *   {
 *     files: [{ path: '/etc/hostname', contents: 'node1\n', mode: '0644', overwrite: true }],
 *     users: [{ name: 'core', sshAuthorizedKeys: ['ssh-ed25519 AAAA… me@desk'] }],
 *   },
 *   { gzip: encodeGzip },
 * )
 * ```
 *
 * Contents of referenced configs and certificates are compressed where that is shorter, which takes 3.1.0.
 *
 * @throws {UsageError} `IGNITION_INVALID` with all problems, each with its path: what Ignition would refuse, such as two
 *   entries for one path, and what the spec version does not have; `CODEC_MISSING`.
 */
export async function buildIgnition(parts: IgnitionParts, options: BuildIgnitionOptions = {}): Promise<BuiltIgnition> {
  const draft = await assemble(parts, options)
  const version = chooseVersion(draft, options.version)
  const { config, findings } = validateIgnition(encodeUtf8(formatIgnition(atVersion(draft, version))))
  if (!config) throw problemsError(CANNOT, problemsOf(findings, 'error'), draft)
  const advice = findAdvice(config)
  const bootFailures = advice.filter(({ kind }) => kind === 'refused-at-boot')
  if (bootFailures.length > 0) throw problemsError(CANNOT, bootFailures, draft)
  return { config, notes: [...notesOf(problemsOf(findings, 'warning'), 'warning'), ...notesOf(advice, 'advice')] }
}

const CANNOT = 'Cannot build the Ignition config'

/** The config with everything in it, of the version that has it all. */
async function assemble(parts: IgnitionParts, options: BuildIgnitionOptions): Promise<IgnitionConfig> {
  // What has no effect in the version of the base may have one in later versions.
  const base = parts.base && upgradeIgnition(parts.base, NEWEST_VERSION).config
  const lowest = options.version ?? '3.1.0'
  const context = new BuildContext({ ...options, canCompressReferences: isAtLeast(lowest, '3.1.0') })
  const all = { ...parts, base }
  const config: IgnitionConfig = {
    ignition: await buildIgnitionSection(all, NEWEST_VERSION, context),
    kernelArguments: buildKernelArguments(all, context),
    passwd: buildPasswd(all, context),
    storage: await buildStorage(all, context),
    systemd: buildSystemd(all),
  }
  if (context.problems.length > 0) throw problemsError(CANNOT, context.problems, config)
  return config
}

function chooseVersion(draft: IgnitionConfig, wanted: SpecVersion | undefined): SpecVersion {
  const lowest = lowestVersion(draft)
  if (wanted === undefined || isAtLeast(wanted, lowest)) return wanted ?? lowest
  const problems = findVersionNeeds(draft)
    .filter(({ since }) => !isAtLeast(wanted, since))
    .map(({ path, feature, since }) => ({
      path,
      message: `${feature} needs spec ${since}`,
      hint: `Use spec ${lowest}`,
    }))
  throw problemsError(`${CANNOT} as spec ${wanted}`, problems, draft)
}

function atVersion(draft: IgnitionConfig, version: SpecVersion): IgnitionConfig {
  return { ...draft, ignition: { ...draft.ignition, version } }
}

function problemsOf(findings: readonly IgnitionFinding[], wanted: Severity): readonly BuildProblem[] {
  return findings
    .filter(({ severity }) => severity === wanted)
    .map(({ path = [], message, hint }) => ({ path, message, hint }))
}

function notesOf(problems: readonly BuildProblem[], severity: BuildNote['severity']): readonly BuildNote[] {
  return problems.map(({ path, message, hint }) => ({ severity, path, message, hint }))
}
