import { formatIgnitionPath, type IgnitionFinding } from '../../coreos/index.ts'
import { countFindings, type ReviewedConfig } from './present-report.ts'

/** A finding as `--json` gives it. Line and column are those of Ignition's own validator; the span is in bytes. */
export interface FindingJson extends Pick<IgnitionFinding, 'severity' | 'kind' | 'message'> {
  readonly path: string | null
  readonly line: number | null
  readonly column: number | null
  readonly span: { readonly start: number; readonly end: number } | null
  readonly hint: string | null
}

/** A config with its findings as `--json` gives it. */
export interface ReviewJson {
  readonly file: string
  /** The spec version; `null` when none is known. */
  readonly version: string | null
  readonly verdict: 'valid' | 'invalid'
  readonly errorCount: number
  readonly warningCount: number
  readonly adviceCount: number
  readonly findings: readonly FindingJson[]
}

/** Gives what was found in a config to programs. */
export function reviewToJson({ name, report }: ReviewedConfig): ReviewJson {
  const { version = null, findings } = report
  const counts = countFindings(findings)
  return {
    file: name,
    version,
    verdict: counts.error === 0 ? 'valid' : 'invalid',
    errorCount: counts.error,
    warningCount: counts.warning,
    adviceCount: counts.advice,
    findings: findings.map(findingToJson),
  }
}

/** Gives a finding to programs. Its path is that of {@link formatIgnitionPath}. */
export function findingToJson({ severity, kind, path, position, span, message, hint }: IgnitionFinding): FindingJson {
  return {
    severity,
    kind,
    path: path ? formatIgnitionPath(path) : null,
    line: position?.line ?? null,
    column: position?.column ?? null,
    span: span ? { start: span.start, end: span.end } : null,
    message,
    hint: hint ?? null,
  }
}
