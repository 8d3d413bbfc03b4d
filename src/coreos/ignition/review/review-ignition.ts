import { type AdviceOptions, findAdvice } from '../advice/find-advice.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import { type IgnitionReport, placeProblem, validateIgnition } from '../validate/validate-ignition.ts'
import { findVersionAboveMaximum } from './version-maximum.ts'

/** Options of {@link reviewIgnition}. */
export interface ReviewOptions extends AdviceOptions {
  /** The newest spec version that the machine's Ignition knows; later ones are an error. */
  readonly maxVersion?: SpecVersion | undefined
  /** Whether to give advice on a config that has no errors. */
  readonly withAdvice?: boolean | undefined
}

/**
 * Validates a config, and looks at it with isokit's own eyes as well. Findings about the version come before those of
 * Ignition's validator, and advice comes after them.
 */
export function reviewIgnition(bytes: Uint8Array, options: ReviewOptions = {}): IgnitionReport {
  const { maxVersion, withAdvice = false } = options
  const report = validateIgnition(bytes)
  const aboveMaximum = maxVersion === undefined ? [] : findVersionAboveMaximum(report, maxVersion)
  const findings = [...aboveMaximum, ...report.findings, ...(withAdvice ? placeAdvice(report, options) : [])]
  return { ...report, findings, config: aboveMaximum.length > 0 ? undefined : report.config }
}

function placeAdvice({ config, text }: IgnitionReport, options: AdviceOptions): readonly IgnitionFinding[] {
  if (!config || !text) return []
  const hasPositions = !text.document.hasUnrepresentableNumber
  return findAdvice(config, options).map((problem) => placeProblem(problem, text, hasPositions))
}
