import { isAtLeast, type SpecVersion } from '../model/versions.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import { type IgnitionReport, placeProblem } from '../validate/validate-ignition.ts'

/** Finds that the version of a config is later than the machine's Ignition knows; that one will refuse it unread. */
export function findVersionAboveMaximum(
  { version, text }: IgnitionReport,
  maxVersion: SpecVersion,
): readonly IgnitionFinding[] {
  if (!text || version === undefined || isAtLeast(maxVersion, version)) return []
  const problem = {
    kind: 'version-above-maximum',
    path: ['ignition', 'version'],
    message: `the config is of spec version ${version}, and ${maxVersion} is the newest that will do`,
    hint: `Set ignition.version to ${maxVersion}`,
  } as const
  return [placeProblem(problem, text, !text.document.hasUnrepresentableNumber)]
}
