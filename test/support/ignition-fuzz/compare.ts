import type { FindingKind, IgnitionFinding } from '../../../src/index.ts'
import { formatIgnitionPath } from '../../../src/index.ts'
import type { IgnitionVerdict } from '../ignition-validate.ts'
import { kindsOfMessage } from './messages.ts'

/** What became of a comparison. */
export interface Comparison {
  /** In what the two differ; `undefined` where they agree. */
  readonly difference: string | undefined
  /** Kinds of what both found. */
  readonly kinds: readonly FindingKind[]
}

/**
 * Compares what isokit finds with what Ignition's validator prints: the verdict, and the severity, path, position and kind
 * of every finding in their order. Ignition puts several unknown keys of one object in any order.
 */
export function compareWithIgnition(findings: readonly IgnitionFinding[], verdict: IgnitionVerdict): Comparison {
  const differ = (difference: string): Comparison => ({ difference, kinds: [] })
  const expectedExitCode = findings.some(({ severity }) => severity === 'error') ? 1 : 0
  if (verdict.exitCode !== expectedExitCode) {
    return differ(`Ignition exits with ${verdict.exitCode}, isokit with ${expectedExitCode}`)
  }
  const entries = verdict.complaint === '' ? verdict.entries : [verdict.complaint]
  if (entries.length !== findings.length)
    return differ(`Ignition has ${entries.length} entries, isokit ${findings.length}`)

  const left = [...entries]
  for (const [index, finding] of findings.entries()) {
    const opening = openingOf(finding)
    const candidates =
      finding.kind === 'unused-key' ? left.slice(0, unusedRunLength(findings, index)) : left.slice(0, 1)
    const at = candidates.findIndex(
      (entry) => entry.startsWith(opening) && kindsOfMessage(entry.slice(opening.length)).includes(finding.kind),
    )
    if (at < 0) return differ(`isokit has ${finding.kind}: ${opening}\nwhere Ignition has ${candidates.join('\nor ')}`)
    left.splice(at, 1)
  }
  return { difference: undefined, kinds: findings.map(({ kind }) => kind) }
}

/** How an entry of Ignition's report begins. */
function openingOf({ severity, path, position }: IgnitionFinding): string {
  if (!path && !position) return ''
  const places = [
    ...(path ? [formatIgnitionPath(path)] : []),
    ...(position ? [`line ${position.line} col ${position.column}`] : []),
  ]
  return garble(`${severity} at ${places.join(', ')}: `)
}

/** What Ignition's report goes through: its text is taken for a format of Go's `Printf`, to which nothing is given. */
function garble(text: string): string {
  return text.replace(/%[-+# 0]*[0-9]*(?:\.[0-9]*)?(\P{Cs}|$)/gu, (_, verb: string) => {
    if (verb === '%') return '%'
    return verb === '' ? '%!(NOVERB)' : `%!${verb}(MISSING)`
  })
}

/** How many findings from here on are unknown keys of the same object. */
function unusedRunLength(findings: readonly IgnitionFinding[], start: number): number {
  const parentOf = ({ path }: IgnitionFinding): string => formatIgnitionPath(path?.slice(0, -1) ?? [])
  const parent = parentOf(findings[start]!)
  const end = findings.findIndex(
    (finding, index) => index > start && (finding.kind !== 'unused-key' || parentOf(finding) !== parent),
  )
  return (end < 0 ? findings.length : end) - start
}
