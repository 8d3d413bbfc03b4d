import type { OnProgress, Progress } from '../node/index.ts'
import type { MessageOutput } from './context.ts'
import { formatSize } from './format-size.ts'
import type { GlobalValues } from './global-options.ts'

/** Shows how far an operation is. */
export interface ProgressDisplay {
  readonly onProgress: OnProgress
  /** Takes an unfinished line from the terminal, so that a message can be written in its place. */
  clear(): void
}

/** Work that is done sooner is not worth a bar, nor a line in a log. */
const FIRST_MS: Readonly<Record<Style, number>> = { bar: 300, lines: 1000, json: 0 }

/** Time from one report to the next. The last report of an operation always appears if one has before. */
const INTERVAL_MS: Readonly<Record<Style, number>> = { bar: 100, lines: 1000, json: 200 }

const BAR_WIDTH = 24
const DEFAULT_COLUMNS = 80

type Style = 'bar' | 'lines' | 'json'

/**
 * Decides what becomes of an operation's reports: a bar that is redrawn on a terminal, a line every second in a log, one
 * JSON object a line, or nothing.
 *
 * @param now Milliseconds on a clock that only goes forward.
 */
export function createProgressDisplay(
  { progress: choice, quiet }: Pick<GlobalValues, 'progress' | 'quiet'>,
  stderr: MessageOutput,
  now: () => number = () => process.uptime() * 1000, // `performance` takes a millisecond to load
): ProgressDisplay {
  if (choice === 'none' || (quiet && choice === 'auto')) return { onProgress() {}, clear() {} }
  const startMs = now()
  let style: Style | undefined
  let reportedMs: number | undefined
  let drawnLength = 0

  function clear(): void {
    if (drawnLength > 0) stderr.write(`\r${' '.repeat(drawnLength)}\r`)
    drawnLength = 0
  }

  function report(shown: Style, progress: Progress): void {
    if (shown === 'json') stderr.write(`${JSON.stringify({ progress })}\n`)
    else if (shown === 'lines') stderr.write(`${formatProgress(progress)}\n`)
    else {
      const text = formatBar(progress).slice(0, (stderr.columns ?? DEFAULT_COLUMNS) - 1)
      stderr.write(`\r${text.padEnd(drawnLength)}`)
      drawnLength = text.length
    }
  }

  return {
    onProgress(progress) {
      // Asked for with the first report: a terminal takes milliseconds to know, and most commands report nothing.
      style ??= choice === 'auto' ? (stderr.isTerminal ? 'bar' : 'lines') : choice
      const nowMs = now()
      const isLast = progress.bytesDone === progress.bytesTotal && reportedMs !== undefined
      const dueMs = reportedMs === undefined ? startMs + FIRST_MS[style] : reportedMs + INTERVAL_MS[style]
      if (nowMs < dueMs && !isLast) return
      reportedMs = nowMs
      report(style, progress)
    },
    clear,
  }
}

/** `[=====>      ]  41%  1.6 GiB/4.0 GiB`, or only the sizes when nobody knows how much there will be. */
function formatBar(progress: Progress): string {
  const { bytesDone, bytesTotal } = progress
  if (!bytesTotal) return formatProgress(progress)
  const filled = Math.min(BAR_WIDTH, Math.floor((bytesDone / bytesTotal) * BAR_WIDTH))
  const bar = '='.repeat(filled) + (filled < BAR_WIDTH ? '>' : '')
  return `[${bar.padEnd(BAR_WIDTH)}] ${formatProgress(progress)}`
}

function formatProgress({ bytesDone, bytesTotal }: Progress): string {
  if (!bytesTotal) return formatSize(bytesDone)
  const percent = Math.floor((bytesDone / bytesTotal) * 100)
  return `${formatSize(bytesDone)}/${formatSize(bytesTotal)} (${percent}%)`
}
