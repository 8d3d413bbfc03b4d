import type { Ignition, Provisioning } from '../../coreos/index.ts'
import { formatSize } from '../format-size.ts'
import { oneLine } from '../one-line.ts'
import { verdictLines } from './step-text.ts'

/** What the column says about what may be at a path. */
const PRESENCE_WORDS: Readonly<Partial<Record<Provisioning.Effect, string>>> = {
  fail: 'fails',
  replace: 'replaced',
  keep: 'kept',
  change: 'changed',
}

const HEADINGS = ['type', 'mode', 'owner', 'size', 'if there']

/**
 * Files, directories and links: a line each, and more lines where there is more to say.
 *
 * @param told conditions that a column tells about.
 */
export function nodeTable(
  steps: readonly Provisioning.NodeStep[],
  told: ReadonlySet<Provisioning.ConditionKind>,
): readonly string[] {
  const rows = steps.map(cellsOf)
  const widths = HEADINGS.map((heading, column) =>
    rows.reduce((width, cells) => Math.max(width, cells[column]?.length ?? 0), heading.length),
  )
  const layOut = (cells: readonly string[], last: string): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}  ${last}`.trimEnd()
  return [
    layOut(HEADINGS, 'path'),
    ...steps.flatMap((step, index) => [
      layOut(rows[index] ?? [], pathOf(step)),
      ...(step.kind === 'file' ? contentsLines(step) : []),
      ...verdictLines(step, told),
    ]),
  ]
}

function cellsOf(step: Provisioning.NodeStep): readonly string[] {
  const isHardLink = step.kind === 'link' && step.isHard
  return [
    isHardLink ? 'hard link' : step.kind,
    step.kind === 'link' ? '' : step.mode,
    isHardLink ? '' : `${ownerText(step.user)}:${ownerText(step.group)}`,
    step.kind === 'file' ? (step.byteLength === undefined ? '?' : formatSize(step.byteLength)) : '',
    presenceText(step),
  ]
}

function ownerText(owner: Ignition.Integer | string): string {
  return owner === 0 ? 'root' : oneLine(String(owner))
}

function presenceText({ outcomes }: Provisioning.NodeStep): string {
  const found = outcomes.find(({ condition }) => condition === 'path-taken' || condition === 'path-alike')
  return (found && PRESENCE_WORDS[found.effect]) ?? '-'
}

function pathOf(step: Provisioning.NodeStep): string {
  const path = oneLine(step.path)
  const place = step.resolvedPath === undefined ? path : `${path} (${oneLine(step.resolvedPath)})`
  if (step.kind === 'link') return `${place} -> ${oneLine(step.target)}`
  return step.kind === 'directory' && step.isImplied ? `${place} (implied)` : place
}

function contentsLines({ contents, appended }: Extract<Provisioning.NodeStep, { kind: 'file' }>): readonly string[] {
  return [...(contents ? [contents] : []), ...appended].flatMap(({ url, sha256, verification }, index) => {
    const prefix = `      ${index > 0 || !contents ? 'appended ' : ''}`
    if (url !== undefined)
      return [`${prefix}from ${oneLine(url)}`, ...(verification === undefined ? [] : [`${prefix}${verification}`])]
    return sha256 === undefined ? [] : [`${prefix}sha256 ${sha256}`]
  })
}
