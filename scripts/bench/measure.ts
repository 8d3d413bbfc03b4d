import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** A command to time: a program with its arguments. */
export type CommandLine = readonly [program: string, ...args: readonly string[]]

/** One of the things that a comparison runs in turn. */
export interface Variant {
  readonly name: string
  readonly command: CommandLine
  /** Untimed work before each run, such as removing the last run's output. */
  readonly prepare?: () => void
}

/** What one round took. */
export interface Sample {
  readonly wallMs: number
  /** User and system time. */
  readonly cpuMs: number
}

/** What a variant took. */
export interface Timing {
  readonly name: string
  /** Median of the wall-clock times, in milliseconds. */
  readonly medianMs: number
  /** The best wall-clock time, in milliseconds: what the machine's other work disturbs least. */
  readonly minMs: number
  /** Mean of user and system time, in milliseconds; 0 where the system doesn't tell. */
  readonly cpuMs: number
  readonly roundCount: number
}

/** Options of {@link timeInTurn}. */
export interface TimingOptions {
  /** Whether a round that doesn't count goes first; not for runs of many seconds, whose inputs have just been made. */
  readonly warmUp?: boolean
}

/** Runs the variants in turn, round after round, so that what else the machine does falls on all of them alike. */
export function timeInTurn(
  variants: readonly Variant[],
  roundCount: number,
  { warmUp = true }: TimingOptions = {},
): readonly Timing[] {
  const samples = variants.map((): Sample[] => [])
  for (let round = warmUp ? -1 : 0; round < roundCount; round++) {
    variants.forEach(({ command, prepare }, index) => {
      prepare?.()
      const sample = timeOnce(command)
      if (round >= 0) samples[index]?.push(sample) // the first round warms caches up
    })
  }
  return variants.map(({ name }, index) => summarize(name, samples[index] ?? []))
}

/** What several rounds took. */
export function summarize(name: string, samples: readonly Sample[]): Timing {
  const wallMs = samples.map((sample) => sample.wallMs).sort((a, b) => a - b)
  const cpuMs = samples.reduce((sum, sample) => sum + sample.cpuMs, 0) / samples.length
  const medianMs = wallMs[Math.floor(wallMs.length / 2)] ?? 0
  return { name, medianMs, minMs: wallMs[0] ?? 0, cpuMs, roundCount: samples.length }
}

/** Runs a command to its end; fails loudly, since a failing command is quick and would look good. */
export function run([program, ...args]: CommandLine, env: NodeJS.ProcessEnv = process.env): void {
  const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr.toString()}`)
}

function timeOnce(command: CommandLine): Sample {
  const cpuBefore = childrenCpuMs()
  const start = performance.now()
  run(command)
  const wallMs = performance.now() - start
  return { wallMs, cpuMs: childrenCpuMs() - cpuBefore }
}

/** User and system time of all children that have ended, from proc(5); ticks are 10 ms and even out over rounds. */
function childrenCpuMs(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[13]) + Number(fields[14])) * 10
  } catch {
    return 0
  }
}
