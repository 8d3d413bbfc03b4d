import type { Timing } from './measure.ts'

/** One measured line. */
export interface Row {
  readonly what: string
  /** What was measured, with its unit. */
  readonly measured: string
  /** What it is compared with; empty for a plain figure. */
  readonly against: string
  /** Measured divided by compared, by the median times; or the plain figure in bytes. */
  readonly value: number
  /** The same by the best times and by CPU time, which other work on the machine disturbs less; empty for a plain figure. */
  readonly otherRatios: string
  /** The target, in words. */
  readonly target: string
  readonly isMet: boolean
}

/** A comparison of two timings by their medians. */
export function ratioRow(what: string, ours: Timing, theirs: Timing, maxRatio: number): Row {
  const value = ours.medianMs / theirs.medianMs
  return {
    what,
    measured: tell(ours),
    against: `${theirs.name}: ${tell(theirs)}`,
    value,
    otherRatios: `${(ours.minMs / theirs.minMs).toFixed(2)}, ${(ours.cpuMs / theirs.cpuMs).toFixed(2)}`,
    target: `≤ ${Number(maxRatio.toFixed(2))}`,
    isMet: value <= maxRatio,
  }
}

/** A plain figure with an upper limit in MiB. */
export function sizeRow(what: string, byteLength: number, maxMiB: number): Row {
  const measured = byteLength < 1024 ? `${byteLength} bytes` : `${(byteLength / 1024).toFixed(1)} KiB`
  const isMet = byteLength <= maxMiB * 2 ** 20
  return { what, measured, against: '', value: byteLength, otherRatios: '', target: `≤ ${maxMiB} MiB`, isMet }
}

/** How much more memory a larger input takes than a smaller one. */
export function growthRow(what: string, byteLength: number, smallByteLength: number, maxRatio: number): Row {
  const value = byteLength / smallByteLength
  const mib = (count: number): string => `${(count / 2 ** 20).toFixed(0)} MiB`
  return {
    what,
    measured: mib(byteLength),
    against: mib(smallByteLength),
    value,
    otherRatios: '',
    target: `≤ ${maxRatio}`,
    isMet: value <= maxRatio,
  }
}

/** All rows as an aligned table. */
export function formatReport(rows: readonly Row[]): string {
  const head = ['what', 'measured (median, best, CPU)', 'against', 'ratio', 'best, CPU', 'target', '']
  const cells = rows.map((row) => [
    row.what,
    row.measured,
    row.against,
    row.against === '' ? '' : row.value.toFixed(2),
    row.otherRatios,
    row.target,
    row.isMet ? 'met' : 'MISSED',
  ])
  const lines = [head, ...cells]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function tell({ medianMs, minMs, cpuMs }: Timing): string {
  return `${medianMs.toFixed(0)} ms, ${minMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms`
}
