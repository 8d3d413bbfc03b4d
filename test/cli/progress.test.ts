import { describe, expect, it } from 'vitest'
import type { ProgressChoice } from '../../src/cli/global-options.ts'
import { createProgressDisplay } from '../../src/cli/progress.ts'
import type { Progress } from '../../src/node/index.ts'

/** What appears when an operation reports at these milliseconds. */
function display(
  reports: readonly (readonly [ms: number, progress: Progress])[],
  options: { readonly choice?: ProgressChoice; readonly quiet?: boolean; readonly isTerminal?: boolean } = {},
): string {
  const { choice = 'auto', quiet = false, isTerminal = false } = options
  let text = ''
  let nowMs = 0
  const stderr = {
    isTerminal,
    columns: 60,
    write(more: string) {
      text += more
    },
  }
  const { onProgress, finish } = createProgressDisplay({ progress: choice, quiet }, stderr, () => nowMs)
  for (const [ms, progress] of reports) {
    nowMs = ms
    onProgress(progress)
  }
  finish()
  return text
}

/** An operation over 1 MiB that reports every `stepMs`. */
function reportsEvery(stepMs: number, endMs: number): readonly (readonly [number, Progress])[] {
  const bytesTotal = 1024 * 1024
  return Array.from({ length: endMs / stepMs + 1 }, (_, index) => {
    const ms = index * stepMs
    return [ms, { bytesDone: Math.ceil((ms / endMs) * bytesTotal), bytesTotal }] as const
  })
}

const MIB = 1024 * 1024

/** One phase, then another that is over at once, then one without an end. */
const PHASES: readonly (readonly [number, Progress])[] = [
  [0, { phase: 'write', bytesDone: 0, bytesTotal: 100 * MIB }],
  [1000, { phase: 'write', bytesDone: 20 * MIB, bytesTotal: 100 * MIB }],
  [2000, { phase: 'write', bytesDone: 40 * MIB, bytesTotal: 100 * MIB }],
  [2100, { phase: 'write', bytesDone: 44 * MIB, bytesTotal: 100 * MIB }],
  [2200, { phase: 'verify', bytesDone: 1, bytesTotal: 1 }],
  [2300, { phase: 'read', bytesDone: 0 }],
  [9000, { phase: 'read', bytesDone: 67 * MIB }],
  [9001, { phase: 'read', bytesDone: 68 * MIB }],
]

describe('createProgressDisplay', () => {
  it('prints a line a second in a log, and the last one', () => {
    expect(display(reportsEvery(50, 2500)).split('\n')).toEqual([
      '409.6 KiB/1.0 MiB (40%)',
      '819.2 KiB/1.0 MiB (80%)',
      '1.0 MiB/1.0 MiB (100%)',
      '',
    ])
  })

  it('says nothing about what is done at once', () => {
    expect(display(reportsEvery(50, 900))).toBe('')
    expect(display(reportsEvery(50, 250), { isTerminal: true })).toBe('')
  })

  it('draws a bar on a terminal that fits it, and leaves an empty line', () => {
    const text = display(reportsEvery(50, 1000), { isTerminal: true })
    expect(text).not.toContain('\n')
    const drawn = text.split('\r')
    expect(drawn.every((line) => line.length < 60)).toBe(true)
    expect(drawn).toContain('[============>           ] 512.0 KiB/1.0 MiB (50%)')
    expect(drawn.at(-2)?.trim()).toBe('')
    expect(drawn.at(-1)).toBe('')
  })

  it('prints one JSON object a line when asked', () => {
    const lines = display(reportsEvery(100, 400), { choice: 'json', isTerminal: true }).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).progress.bytesDone)).toEqual([0, 524_288, 1_048_576])
  })

  it('shows sizes alone when nobody knows the end', () => {
    expect(
      display(
        [
          [0, { bytesDone: 1 }],
          [1000, { bytesDone: 1536 }],
        ],
        { choice: 'lines' },
      ),
    ).toBe('1.5 KiB\n')
  })

  it('tells the rate of an operation in phases, and what each phase has come to', () => {
    expect(display(PHASES).split('\n')).toEqual([
      'Writing: 20.0 MiB/100.0 MiB (20%), 20.0 MiB/s, 4 s left',
      'Writing: 40.0 MiB/100.0 MiB (40%), 20.0 MiB/s, 3 s left',
      'Writing: 44.0 MiB/100.0 MiB (44%), 20.0 MiB/s, 3 s left',
      'read: 67.0 MiB, 10.0 MiB/s',
      'read: 68.0 MiB, 10.1 MiB/s',
      '',
    ])
  })

  it('always has the last event of each phase as JSON', () => {
    const events = display(PHASES, { choice: 'json' })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).progress)
    expect(events.map(({ phase, bytesDone }) => [phase, bytesDone / MIB]).slice(-5)).toEqual([
      ['write', 44],
      ['verify', 1 / MIB],
      ['read', 0],
      ['read', 67],
      ['read', 68],
    ])
    expect(events[2]).toEqual({
      phase: 'write',
      bytesDone: 40 * MIB,
      bytesTotal: 100 * MIB,
      bytesPerSecond: 20 * MIB,
      secondsLeft: 3,
    })
  })

  it('measures the last seconds, and tells long times by the clock', () => {
    const bytesTotal = 100_000 * MIB
    const text = display(
      [
        [0, { phase: 'write', bytesDone: 0, bytesTotal }],
        [1000, { phase: 'write', bytesDone: 1000 * MIB, bytesTotal }],
        [20_000, { phase: 'write', bytesDone: 1019 * MIB, bytesTotal }],
        [30_000, { phase: 'write', bytesDone: 1029 * MIB, bytesTotal }],
      ],
      { choice: 'lines' },
    )
    expect(text.split('\n').map((line) => line.replace(/.*%\), /, ''))).toEqual([
      '1000.0 MiB/s, 1:39 left',
      '1.0 MiB/s, 27:29:41 left',
      '1.0 MiB/s, 27:29:31 left',
      '',
    ])
  })

  it('is silent with none, and with --quiet unless something else was asked for', () => {
    expect(display(reportsEvery(50, 2500), { choice: 'none' })).toBe('')
    expect(display(reportsEvery(50, 2500), { quiet: true })).toBe('')
    expect(display(reportsEvery(50, 2500), { quiet: true, choice: 'lines' })).not.toBe('')
  })
})
