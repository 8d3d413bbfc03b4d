import { spawn } from 'node:child_process'
import { collectBytes } from './byte-readers.ts'

/** What Ignition's own validator says about a config. */
export interface IgnitionVerdict {
  readonly exitCode: number | null
  /** Findings as printed: `error at $.storage.files.0.path, line 1 col 60: path not absolute`. */
  readonly entries: readonly string[]
  /** What stands on stderr, where there is no report. */
  readonly complaint: string
}

/** Runs `ignition-validate` on a config. */
export async function runIgnitionValidate(config: Uint8Array): Promise<IgnitionVerdict> {
  const child = spawn('ignition-validate', ['-'], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {}) // the program may end before it has read everything
  child.stdin.end(config)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const [exitCode, output, complaint] = await Promise.all([
    ended,
    collectBytes(child.stdout),
    collectBytes(child.stderr),
  ])
  const report = new TextDecoder('utf-8', { ignoreBOM: true }).decode(output).replace(/\n$/, '')
  // Keys and messages may contain line ends. One behind a % is taken for what should be formatted, and has no argument.
  const entries = report === '' ? [] : report.split(/\n(?:\(MISSING\))?(?=(?:error|warning) at )/)
  return { exitCode, entries, complaint: new TextDecoder().decode(complaint) }
}
