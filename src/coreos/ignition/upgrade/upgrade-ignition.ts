import { UsageError } from '../../../errors.ts'
import { formatIgnitionPath } from '../model/path.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { isAtLeast, SPEC_VERSIONS, type SpecVersion } from '../model/versions.ts'
import { findVersionNeeds, lowestVersion, type VersionNeed } from './find-version-needs.ts'
import { rewriteObjects } from './rewrite-objects.ts'
import type { UpgradeChange } from './upgrade-change.ts'
import { UPGRADE_STEPS } from './upgrade-steps.ts'

/** A config of a later version that means the same, and what is worth knowing about it. */
export interface UpgradedIgnition {
  readonly config: IgnitionConfig
  /** What changed and what changes its meaning, version by version, each in the order of Ignition's own walk. */
  readonly changes: readonly UpgradeChange[]
}

/** How many needs a message lists. */
const LISTED_NEEDS = 5

/**
 * Upgrades a config to a later spec version, one version after the other, as Ignition does before it uses a config; what
 * Ignition loses on the way is kept. Paths stay the same.
 *
 * @throws {UsageError} `IGNITION_DOWNGRADE` for an earlier version, with what needs which.
 */
export function upgradeIgnition(config: IgnitionConfig, to: SpecVersion): UpgradedIgnition {
  const { version: from } = config.ignition
  if (!isAtLeast(to, from)) throw downgrade(config, to)
  const changes: UpgradeChange[] = []
  let upgraded = config
  for (const version of SPEC_VERSIONS.slice(SPEC_VERSIONS.indexOf(from) + 1, SPEC_VERSIONS.indexOf(to) + 1)) {
    const step = UPGRADE_STEPS.get(version)
    if (step) {
      upgraded = rewriteObjects(upgraded, version, (object) => step(object, (change) => changes.push(change)))
    }
    upgraded = { ...upgraded, ignition: { ...upgraded.ignition, version } }
  }
  return { config: upgraded, changes }
}

function downgrade(config: IgnitionConfig, to: SpecVersion): UsageError {
  const { version: from } = config.ignition
  const message = `Cannot turn an Ignition config of ${from} into one of ${to}: configs are only upgraded`
  const needs = findVersionNeeds(config).filter(({ since }) => !isAtLeast(to, since))
  if (needs.length === 0) {
    return new UsageError('IGNITION_DOWNGRADE', `${message}; nothing in it needs more than ${lowestVersion(config)}`, {
      hint: `Set ignition.version to ${to} by hand`,
    })
  }
  const more = needs.length > LISTED_NEEDS ? `, and ${needs.length - LISTED_NEEDS} more` : ''
  const list = needs.slice(0, LISTED_NEEDS).map(describeNeed).join(', ')
  return new UsageError('IGNITION_DOWNGRADE', `${message}; it has ${list}${more}`, {
    hint: `Remove what ${to} does not have, and set ignition.version by hand`,
  })
}

function describeNeed({ path, feature, since }: VersionNeed): string {
  return `${feature} (${formatIgnitionPath(path)}), which needs ${since}`
}
