import { formatIgnitionPath } from '../model/path.ts'
import { isAtLeast, type SpecVersion } from '../model/versions.ts'
import { findVersionNeeds } from '../upgrade/find-version-needs.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import { type IgnitionReport, placeProblem } from '../validate/validate-ignition.ts'

/** How many of the features that are too new are named. */
const MAX_NAMED_COUNT = 5

/** Finds that the version of a config is later than the machine's Ignition knows; that one will refuse it unread. */
export function findVersionAboveMaximum(
  { version, config, text }: IgnitionReport,
  maxVersion: SpecVersion,
): readonly IgnitionFinding[] {
  if (!text || version === undefined || isAtLeast(maxVersion, version)) return []
  const needs = (config ? findVersionNeeds(config) : []).filter(({ since }) => !isAtLeast(maxVersion, since))
  const named = needs
    .slice(0, MAX_NAMED_COUNT)
    .map(({ path, feature, since }) => `${feature} (${since}) at ${formatIgnitionPath(path)}`)
  const more = needs.length > named.length ? [`${needs.length - named.length} more`] : []
  const problem = {
    kind: 'version-above-maximum',
    path: ['ignition', 'version'],
    message: `the config is of spec version ${version}, and ${maxVersion} is the newest that will do`,
    hint:
      needs.length === 0
        ? `Set ignition.version to ${maxVersion}`
        : `Do without ${[...named, ...more].join(', ')}, and set ignition.version to ${maxVersion}`,
  } as const
  return [placeProblem(problem, text, !text.document.hasUnrepresentableNumber)]
}
