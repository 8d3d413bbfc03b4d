import { formatIgnitionPath } from '../model/path.ts'
import { NEWEST_VERSION } from '../model/versions.ts'
import { upgradeIgnition } from '../upgrade/upgrade-ignition.ts'
import type { ConfigProblem } from '../validate/finding.ts'
import { FINDING_KINDS } from '../validate/kinds.ts'
import { findRuleProblems } from '../validate/validate-ignition.ts'
import { type Lineage, originsOf } from './lineage.ts'
import type { MergeFinding } from './merge-finding.ts'

/**
 * Validates a merged config as the booting system does: the rules for single values, by the newest version. Before that by
 * its own, which decides when the merged config is what the system is given.
 */
export function revalidate(lineage: Lineage): readonly MergeFinding[] {
  const { config } = lineage
  const problems = findRuleProblems(config)
  const known = new Set(problems.map(identify))
  const later = findRuleProblems(upgradeIgnition(config, NEWEST_VERSION).config, NEWEST_VERSION)
  return [...problems, ...later.filter((problem) => !known.has(identify(problem))).map(fromLaterVersion)].map(
    ({ kind, path, message, hint }) => {
      return { severity: FINDING_KINDS[kind], kind, path, origins: originsOf(lineage, path), message, hint }
    },
  )
}

function identify({ kind, path }: ConfigProblem): string {
  return `${kind} ${formatIgnitionPath(path)}`
}

function fromLaterVersion(problem: ConfigProblem): ConfigProblem {
  return { ...problem, message: `newer releases of Ignition refuse this: ${problem.message}` }
}
