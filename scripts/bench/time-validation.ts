/**
 * Times the validation of configs against `JSON.parse` of the same texts, all in turn, in a process of its own:
 * `node time-validation.ts ENTRY ROUNDS CONFIG…`. With no rounds, it validates one config once and tells the memory that this
 * took.
 */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import type { Sample } from './measure.ts'

/** What this prints, as JSON. */
export interface ValidationSamples {
  /** In the order of the configs. */
  readonly configs: readonly { readonly validate: readonly Sample[]; readonly parse: readonly Sample[] }[]
  /** How much more memory the process held at most than before it validated, in bytes. */
  readonly peakByteLength: number
}

const [entry = '', rounds = '0', ...paths] = process.argv.slice(2)
const { validateIgnition }: typeof import('../../src/index.ts') = await import(pathToFileURL(entry).href)

const texts = paths.map((path) => new Uint8Array(readFileSync(path)))
const samples = Number(rounds) > 0 ? timeInTurn() : { configs: [], peakByteLength: measurePeak() }
console.log(JSON.stringify(samples))

function timeInTurn(): ValidationSamples {
  const longest = Math.max(...texts.map(({ byteLength }) => byteLength))
  const configs = texts.map((bytes) => ({
    bytes,
    text: new TextDecoder().decode(bytes),
    // as much work for all of them, so that what else the machine does falls on all alike
    repeatCount: Math.round(longest / bytes.byteLength),
    validate: [] as Sample[],
    parse: [] as Sample[],
  }))
  for (let round = -1; round < Number(rounds); round++) {
    for (const { bytes, text, repeatCount, validate, parse } of configs) {
      const [ours, theirs] = [time(() => check(bytes), repeatCount), time(() => JSON.parse(text), repeatCount)]
      if (round < 0) continue // the first round warms up
      validate.push(ours)
      parse.push(theirs)
    }
  }
  return { configs: configs.map(({ validate, parse }) => ({ validate, parse })), peakByteLength: 0 }
}

function measurePeak(): number {
  const before = process.resourceUsage().maxRSS
  for (const bytes of texts) check(bytes)
  return (process.resourceUsage().maxRSS - before) * 1024
}

/** The whole way: positions of everything, types, and all rules. A finding would mean that less was done. */
function check(bytes: Uint8Array): void {
  const { findings } = validateIgnition(bytes)
  if (findings.length > 0) throw new Error(`The config is not clean: ${JSON.stringify(findings[0])}`)
}

/** What one of the repeats took. */
function time(work: () => unknown, repeatCount: number): Sample {
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  for (let repeat = 0; repeat < repeatCount; repeat++) work()
  const wallMs = (performance.now() - start) / repeatCount
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wallMs, cpuMs: (user + system) / 1000 / repeatCount }
}
