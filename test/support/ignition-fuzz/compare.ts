import { type FindingKind, formatIgnitionPath, type IgnitionFinding, parseIgnition } from '../../../src/index.ts'
import type { IgnitionVerdict } from '../ignition-validate.ts'
import { findingsOf2_14, otherPlacesOf } from './known-differences.ts'
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
 * of every finding in their order, apart from what is known to differ. Ignition puts several unknown keys of one object in
 * any order.
 */
export function compareWithIgnition(
  bytes: Uint8Array,
  allFindings: readonly IgnitionFinding[],
  verdict: IgnitionVerdict,
): Comparison {
  const findings = findingsOf2_14(allFindings)
  const differ = (difference: string): Comparison => ({ difference, kinds: [] })
  const expectedExitCode = findings.some(({ severity }) => severity === 'error') ? 1 : 0
  if (verdict.exitCode !== expectedExitCode) {
    return differ(`Ignition exits with ${verdict.exitCode}, isokit with ${expectedExitCode}`)
  }
  const entries = verdict.complaint === '' ? verdict.entries : [verdict.complaint]
  if (entries.length !== findings.length)
    return differ(`Ignition has ${entries.length} entries, isokit ${findings.length}`)

  const { config, text } = parseIgnition(bytes)
  const left = [...entries]
  for (const [index, finding] of findings.entries()) {
    const places = otherPlacesOf(finding, config)
    const elsewhere = places.map((path) => ({
      ...finding,
      path,
      position: finding.position && text?.placeOf(path).position,
    }))
    const openings = [finding, ...elsewhere].map(openingOf)
    const candidates =
      finding.kind === 'unused-key' ? left.slice(0, unusedRunLength(findings, index)) : left.slice(0, 1)
    const at = candidates.findIndex((entry) => openings.some((opening) => isAbout(entry, opening, finding.kind)))
    if (at < 0)
      return differ(`isokit has ${finding.kind}: ${openings[0]}\nwhere Ignition has ${candidates.join('\nor ')}`)
    left.splice(at, 1)
  }
  return { difference: undefined, kinds: findings.map(({ kind }) => kind) }
}

function isAbout(entry: string, opening: string, kind: FindingKind): boolean {
  return entry.startsWith(opening) && kindsOfMessage(entry.slice(opening.length)).includes(kind)
}

/** How an entry of Ignition's report begins. */
function openingOf({ severity, path, position }: Pick<IgnitionFinding, 'severity' | 'path' | 'position'>): string {
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
