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
  const { onProgress, clear } = createProgressDisplay({ progress: choice, quiet }, stderr, () => nowMs)
  for (const [ms, progress] of reports) {
    nowMs = ms
    onProgress(progress)
  }
  clear()
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

  it('is silent with none, and with --quiet unless something else was asked for', () => {
    expect(display(reportsEvery(50, 2500), { choice: 'none' })).toBe('')
    expect(display(reportsEvery(50, 2500), { quiet: true })).toBe('')
    expect(display(reportsEvery(50, 2500), { quiet: true, choice: 'lines' })).not.toBe('')
  })
})
