import { formatIgnitionPath, type IgnitionFinding } from '../../coreos/index.ts'
import { oneLine } from '../one-line.ts'

/** What `ignition-validate` would print about a config. */
export interface CompatReport {
  /** The report, a line a finding. */
  readonly stdout: string
  /** Why there is no report: the config is empty, or its version unknown. */
  readonly stderr: string
  readonly hasErrors: boolean
}

/**
 * Words findings in the format of Ignition's own validator; the texts are ours, and advice is left out. A finding without a
 * place in the config is what that tool stops at.
 */
export function compatReport(findings: readonly IgnitionFinding[]): CompatReport {
  const native = findings.filter(({ severity }) => severity !== 'advice')
  const isPlaced = ({ path, position }: IgnitionFinding): boolean => path !== undefined || position !== undefined
  return {
    stdout: native
      .filter(isPlaced)
      .map((finding) => `${compatLine(finding)}\n`)
      .join(''),
    stderr: native
      .filter((finding) => !isPlaced(finding))
      .map(({ message }) => `couldn't parse config: ${oneLine(message)}\n`)
      .join(''),
    hasErrors: native.some(({ severity }) => severity === 'error'),
  }
}

function compatLine({ severity, path, position, message }: IgnitionFinding): string {
  const places = [
    ...(path ? [formatIgnitionPath(path)] : []),
    ...(position ? [`line ${position.line} col ${position.column}`] : []),
  ]
  return `${severity} at ${oneLine(places.join(', '))}: ${oneLine(message)}`
}
