import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'

/** How a boot ended: with the report complete, with the system giving up, or with neither. */
export type Ending = 'done' | 'gave up' | 'exited' | 'timed out'

/** What a machine said, and how long it took. */
export interface Boot {
  readonly ending: Ending
  /** All of the console, as lines, without control sequences. */
  readonly lines: readonly string[]
  /** From the start of the machine to its end. */
  readonly seconds: number
}

/** Options of {@link watchConsole}. */
export interface WatchOptions {
  /** Where the console is written to as it comes, each line with the seconds since the start. */
  readonly logPath: string
  readonly timeLimitMs: number
  readonly signal?: AbortSignal | undefined
}

const DONE = '@lab-done@'
const GAVE_UP = ['@lab-failed@', 'Kernel panic', 'Press Enter for maintenance', 'You are in emergency mode']

/**
 * Runs a machine until its report is complete, it gives up or its time is over, and ends it.
 *
 * The program gets a process group of its own, which is killed on every way out. `setpriv` has the kernel do the same
 * should this process be killed.
 */
export async function watchConsole(command: readonly string[], options: WatchOptions): Promise<Boot> {
  options.signal?.throwIfAborted()
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(options.logPath)
  const lines: string[] = []
  let ending: Ending = 'exited'
  let isOver = false
  const end = (how: Ending): void => {
    if (isOver) return
    isOver = true
    ending = how
    killGroup(child.pid)
  }
  const timer = setTimeout(() => end('timed out'), options.timeLimitMs)
  const abort = (): void => end('timed out')
  options.signal?.addEventListener('abort', abort)
  const killOnExit = (): void => killGroup(child.pid)
  process.on('exit', killOnExit)

  const take = (line: string): void => {
    if (isOver) return
    lines.push(line)
    log.write(`[${seconds().toFixed(2).padStart(7)}] ${line}\n`)
    if (line.includes(DONE)) end('done')
    else if (GAVE_UP.some((text) => line.includes(text))) end('gave up')
  }
  const split = lineSplitter(take)
  child.stdout.on('data', (chunk: Buffer) => split(chunk.toString('latin1')))
  child.stderr.on('data', (chunk: Buffer) => split(chunk.toString('latin1')))
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', () => resolve())
    })
    split('\n')
    log.write(`[${seconds().toFixed(2).padStart(7)}] (${ending})\n`)
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
    process.off('exit', killOnExit)
    killGroup(child.pid)
    await new Promise((resolve) => log.end(resolve))
  }
  options.signal?.throwIfAborted()
  return { ending, lines, seconds: seconds() }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it is gone already
  }
}

/** Calls back with each complete line, without carriage returns and terminal control sequences. */
function lineSplitter(take: (line: string) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const line = part.replaceAll(/\x1b[[(][0-9;?=]*[A-Za-z]|\x1bc|\r/g, '').trimEnd()
      if (line !== '') take(line)
    }
  }
}
