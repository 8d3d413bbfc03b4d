import type { ConfigProblem } from './finding.ts'
import { FINDING_KINDS } from './kinds.ts'

/** More problems are counted, but not kept: a config of some megabytes can have more than fit in memory. */
export const MAX_PROBLEM_COUNT = 100_000

/** Problems in the order in which they are found. Beyond the limit, only the first error is kept, as it decides. */
export class ProblemList {
  readonly problems: ConfigProblem[] = []
  /** How many were not kept. */
  omittedCount = 0
  hasError = false

  add(problem: ConfigProblem): void {
    const isDecisive = !this.hasError && FINDING_KINDS[problem.kind] === 'error'
    if (isDecisive) this.hasError = true
    if (isDecisive || this.problems.length < MAX_PROBLEM_COUNT) this.problems.push(problem)
    else this.omittedCount++
  }
}
