import { formatIgnitionPath, type MergeFinding } from '../../coreos/index.ts'
import { FormatError } from '../../errors.ts'
import type { CommandContext } from '../context.ts'
import { mergeFindingToJson, presentMergeFinding } from '../ignition-report/present-merge.ts'
import { MAX_TOLD_COUNT } from './tell-findings.ts'

/** Tells findings in a merged config on stderr, with the places that they come from. */
export function tellMergeFindings(findings: readonly MergeFinding[], context: CommandContext): void {
  for (const finding of findings.slice(0, MAX_TOLD_COUNT)) {
    context.report({ finding: mergeFindingToJson(finding) }, (paint) => `${presentMergeFinding(finding, paint)}\n`)
  }
  const untold = findings.length - MAX_TOLD_COUNT
  if (untold > 0) context.note(`There are ${untold} more findings`)
}

/** The error for a merged config that machines would refuse: `IGNITION_INVALID`. `undefined` when no finding is an error. */
export function mergeErrorOf(findings: readonly MergeFinding[], names: readonly string[]): FormatError | undefined {
  const error = findings.find(({ severity }) => severity === 'error')
  if (!error) return undefined
  const { path, message, hint } = error
  const place = path ? ` (${formatIgnitionPath(path)})` : ''
  return new FormatError('IGNITION_INVALID', `Cannot use ${names.join(', ')} merged into one${place}: ${message}`, {
    ...(hint !== undefined && { hint }),
  })
}
