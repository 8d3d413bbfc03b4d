import { formatIgnitionPath, type IgnitionFinding, type IgnitionReport, type Severity } from '../../coreos/index.ts'
import { LineIndex } from '../../formats/json/index.ts'
import { countOf } from '../count-of.ts'
import { oneLine } from '../one-line.ts'
import type { Paint, Style } from '../paint.ts'
import { excerptOf } from './excerpt.ts'

/** A config with what was found in it. */
export interface ReviewedConfig {
  /** How reports call the config. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly report: IgnitionReport
}

const SEVERITY_STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', advice: 'cyan' }

/** A config that findings are shown in. */
export interface OpenConfig extends Pick<ReviewedConfig, 'name' | 'bytes'> {
  readonly lines: LineIndex
}

/** Something to show about a config; a {@link IgnitionFinding} is one. */
export interface ShownFinding extends Pick<IgnitionFinding, 'severity' | 'path' | 'span' | 'message' | 'hint'> {
  readonly kind: string
}

/** Makes a config ready for showing any number of findings in it. */
export function openConfig({ name, bytes }: Pick<ReviewedConfig, 'name' | 'bytes'>): OpenConfig {
  return { name, bytes, lines: new LineIndex(bytes) }
}

/** Words findings with an empty line between two. */
export function presentFindings(
  findings: readonly ShownFinding[],
  input: Pick<ReviewedConfig, 'name' | 'bytes'>,
  paint: Paint,
): string {
  const config = openConfig(input)
  return findings.map((finding) => presentFinding(finding, config, paint)).join('\n\n')
}

/**
 * Words a finding as compilers do: with its place, the line and a caret, and what to do about it. Line and column, in bytes,
 * are those where the meant value starts. Nothing secret is shown.
 */
export function presentFinding(finding: ShownFinding, { name, bytes, lines }: OpenConfig, paint: Paint): string {
  const { severity, kind, path, span, message, hint } = finding
  const style = SEVERITY_STYLES[severity]
  const position = span && lines.positionAt(span.start)
  const excerpt =
    span &&
    excerptOf(
      bytes,
      span,
      path?.findLast((step) => typeof step === 'string'),
    )
  const number = `${position?.line ?? ''}`
  const margin = ' '.repeat(Math.max(1, number.length))
  const place = position ? `:${position.line}:${position.column}` : ''
  const pathText = path && path.length > 0 ? ` (${oneLine(formatIgnitionPath(path))})` : ''
  const gutter = (text: string): string => paint('blue', text)
  return [
    `${paint(style, `${severity}[${kind}]`)}: ${paint('bold', oneLine(message))}`,
    `${margin}${gutter('-->')} ${oneLine(name)}${place}${pathText}`,
    ...(excerpt
      ? [
          gutter(` ${margin}|`),
          `${gutter(`${number} |`)} ${excerpt.text}`,
          `${gutter(` ${margin}|`)} ${' '.repeat(excerpt.indent)}${paint(style, '^'.repeat(excerpt.width))}`,
        ]
      : []),
    ...(hint ? [`${gutter(` ${margin}=`)} help: ${oneLine(hint)}`] : []),
  ].join('\n')
}

/**
 * One line about a config as a whole: `config.ign: 2 errors, 1 warning`, or that it is valid.
 *
 * @param options.strict warnings refuse it too.
 */
export function summarizeReview({ name, report }: ReviewedConfig, { strict }: { readonly strict: boolean }): string {
  const { error, warning, advice } = countFindings(report.findings)
  const isRefusedForWarnings = strict && error === 0 && warning > 0
  const parts = [
    error === 0 && !isRefusedForWarnings && `valid${report.version === undefined ? '' : ` (spec ${report.version})`}`,
    error > 0 && countOf(error, 'error'),
    warning > 0 && `${countOf(warning, 'warning')}${isRefusedForWarnings ? ' (refused by --strict)' : ''}`,
    advice > 0 && `${advice} advice`,
  ]
  return `${oneLine(name)}: ${parts.filter((part) => part !== false).join(', ')}`
}

/** How many findings there are of each severity. */
export function countFindings(findings: readonly IgnitionFinding[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, advice: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}
