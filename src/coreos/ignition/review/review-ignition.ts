import { findAdvice } from '../advice/find-advice.ts'
import { type AdviceOptions, findBootFailures } from '../advice/find-boot-failures.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import { type IgnitionReport, placeProblem, validateIgnition } from '../validate/validate-ignition.ts'
import { findVersionAboveMaximum } from './version-maximum.ts'

/** Options of {@link reviewIgnition}. */
export interface ReviewOptions extends AdviceOptions {
  /** The newest spec version that the machine's Ignition knows; later ones are an error. */
  readonly maxVersion?: SpecVersion | undefined
  /** The advice to give on a config that has no errors: none unless asked for, what keeps a machine from booting, or all. */
  readonly advice?: 'none' | 'boot-failures' | 'all' | undefined
}

/**
 * Validates a config, and looks at it with isokit's own eyes as well. Findings about the version come before those of
 * Ignition's validator, and advice comes after them.
 */
export function reviewIgnition(bytes: Uint8Array, options: ReviewOptions = {}): IgnitionReport {
  const { maxVersion } = options
  const report = validateIgnition(bytes)
  const aboveMaximum = maxVersion === undefined ? [] : findVersionAboveMaximum(report, maxVersion)
  const findings = [...aboveMaximum, ...report.findings, ...placeAdvice(report, options)]
  return { ...report, findings, config: aboveMaximum.length > 0 ? undefined : report.config }
}

function placeAdvice({ config, text }: IgnitionReport, options: ReviewOptions): readonly IgnitionFinding[] {
  const { advice = 'none' } = options
  if (!config || !text || advice === 'none') return []
  const problems = advice === 'all' ? findAdvice(config, options) : findBootFailures(config, options)
  const hasPositions = !text.document.hasUnrepresentableNumber
  return problems.map((problem) => placeProblem(problem, text, hasPositions))
}
