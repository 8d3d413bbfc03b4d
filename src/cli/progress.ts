import type { OnProgress, Progress } from '../node/index.ts'
import type { MessageOutput } from './context.ts'
import { formatSize } from './format-size.ts'
import type { GlobalValues } from './global-options.ts'
import { RateMeter, type TransferRate } from './transfer-rate.ts'

/** Shows how far an operation is. */
export interface ProgressDisplay {
  readonly onProgress: OnProgress
  /** Takes an unfinished line from the terminal, so that a message can be written in its place. */
  clear(): void
  /** Shows what the last phase of an operation has come to, if that has not been shown, and clears. */
  finish(): void
}

/** Work that is done sooner is not worth a bar, nor a line in a log. */
const FIRST_MS: Readonly<Record<Style, number>> = { bar: 300, lines: 1000, json: 0 }

/** Time from one report to the next. The last report of an operation always appears if one has before. */
const INTERVAL_MS: Readonly<Record<Style, number>> = { bar: 100, lines: 1000, json: 200 }

const BAR_WIDTH = 24
const DEFAULT_COLUMNS = 80

/** A terminal shows Ctrl-C as `^C` behind the bar: there has to be room, and it goes when the bar goes. */
const ECHO_LENGTH = 2

type Style = 'bar' | 'lines' | 'json'

/** What is shown: a report, with how fast things go where they take long. */
type Report = Progress & Partial<TransferRate>

/** Names of phases for people. Others are told as they are. */
const PHASE_NAMES: Readonly<Record<string, string>> = {
  download: 'Downloading',
  check: 'Checking',
  decompress: 'Decompressing',
  write: 'Writing',
  verify: 'Reading back',
  customize: 'Customizing',
  finish: 'Finishing',
}

/**
 * Decides what becomes of an operation's reports: a bar that is redrawn on a terminal, a line every second in a log, one
 * JSON object a line, or nothing. An operation in phases takes long: of each phase the rate is told, and always its last
 * report if it had one before, in JSON also if it had none.
 *
 * @param now Milliseconds on a clock that only goes forward.
 */
export function createProgressDisplay(
  { progress: choice, quiet }: Pick<GlobalValues, 'progress' | 'quiet'>,
  stderr: MessageOutput,
  now: () => number = () => process.uptime() * 1000, // `performance` takes a millisecond to load
): ProgressDisplay {
  if (choice === 'none' || (quiet && choice === 'auto')) return { onProgress() {}, clear() {}, finish() {} }
  let style: Style | undefined
  let drawnLength = 0
  let phase: string | undefined
  let startMs = now()
  let reportedMs: number | undefined
  let meter = new RateMeter()
  let untold: Progress | undefined

  function clear(): void {
    if (drawnLength > 0) stderr.write(`\r${' '.repeat(drawnLength + ECHO_LENGTH)}\r`)
    drawnLength = 0
  }

  function show(shown: Style, progress: Progress): void {
    const report = phase === undefined ? progress : { ...progress, ...rateOf(progress) }
    if (shown === 'json') stderr.write(`${JSON.stringify({ progress: report })}\n`)
    else if (shown === 'lines') stderr.write(`${formatReport(report)}\n`)
    else {
      const text = formatBar(report, (stderr.columns ?? DEFAULT_COLUMNS) - 1 - ECHO_LENGTH)
      stderr.write(`\r${text.padEnd(drawnLength)}`)
      drawnLength = text.length
    }
    reportedMs = now()
    untold = undefined
  }

  function rateOf({ bytesDone, bytesTotal }: Progress): TransferRate | undefined {
    return meter.measure(now(), bytesDone, bytesTotal)
  }

  function finish(): void {
    if (style && untold && (style === 'json' || reportedMs !== undefined)) show(style, untold)
    clear()
  }

  return {
    onProgress(progress) {
      // Asked for with the first report: a terminal takes milliseconds to know, and most commands report nothing.
      style ??= choice === 'auto' ? (stderr.isTerminal ? 'bar' : 'lines') : choice
      if (progress.phase !== phase) {
        finish()
        phase = progress.phase
        startMs = now()
        reportedMs = undefined
        meter = new RateMeter()
        meter.measure(startMs, progress.bytesDone)
      }
      const isLast = progress.bytesDone === progress.bytesTotal && reportedMs !== undefined
      const dueMs = reportedMs === undefined ? startMs + FIRST_MS[style] : reportedMs + INTERVAL_MS[style]
      if (now() >= dueMs || isLast) show(style, progress)
      else if (phase !== undefined) untold = progress
    },
    clear,
    finish,
  }
}

/** `[=====>      ]  41%  1.6 GiB/4.0 GiB`, or only the sizes when nobody knows how much there will be, or it is narrow. */
function formatBar(report: Report, maxLength: number): string {
  const { bytesDone, bytesTotal } = report
  const text = formatReport(report)
  if (!bytesTotal || BAR_WIDTH + 3 + text.length > maxLength) return text.slice(0, maxLength)
  const filled = Math.min(BAR_WIDTH, Math.floor((bytesDone / bytesTotal) * BAR_WIDTH))
  const bar = '='.repeat(filled) + (filled < BAR_WIDTH ? '>' : '')
  return `[${bar.padEnd(BAR_WIDTH)}] ${text}`
}

function formatReport(report: Report): string {
  const { phase, bytesPerSecond, secondsLeft } = report
  const rate = bytesPerSecond === undefined ? '' : `, ${formatSize(bytesPerSecond)}/s`
  const left = secondsLeft === undefined ? '' : `, ${formatSeconds(secondsLeft)} left`
  return `${phase === undefined ? '' : `${PHASE_NAMES[phase] ?? phase}: `}${formatSizes(report)}${rate}${left}`
}

function formatSizes({ bytesDone, bytesTotal }: Progress): string {
  if (!bytesTotal) return formatSize(bytesDone)
  const percent = Math.floor((bytesDone / bytesTotal) * 100)
  return `${formatSize(bytesDone)}/${formatSize(bytesTotal)} (${percent}%)`
}

/** `9 s`, `1:05`, `2:00:00`. */
function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const [first = 0, ...others] = parts[0] === 0 ? parts.slice(1) : parts
  return [first, ...others.map((part) => String(part).padStart(2, '0'))].join(':')
}
