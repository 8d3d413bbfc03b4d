import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataConfig, mixedConfig } from './ignition-configs.ts'
import type { BenchInputs } from './inputs.ts'
import { summarize } from './measure.ts'
import { growthRow, type Row, ratioRow } from './report.ts'
import type { ValidationSamples } from './time-validation.ts'

const MIB = 2 ** 20

/** The built entry without Node. */
const ENTRY: string = join(import.meta.dirname, '../../dist/index.js')
const SCRIPT: string = join(import.meta.dirname, 'time-validation.ts')

/** How many times as long as `JSON.parse` a config of 5 MiB may take. */
const MAX_RATIO = 30

/** For ten times the text: linear, and what a machine's caches and collections add. */
const MAX_GROWTH = 13

const CONFIGS = [
  { name: 'of files, units and users', create: mixedConfig },
  { name: 'of large data URLs', create: dataConfig },
] as const

const ROUNDS = 5

/** Validation: compared with `JSON.parse` of the same text, which gives no positions, and 50 MiB compared with 5 MiB. */
export function compareValidation({ directory }: BenchInputs): readonly Row[] {
  return CONFIGS.flatMap(({ name, create }) => {
    const paths = [5, 50].map((size) => {
      const path = join(directory, `${size}-MiB.ign`)
      writeFileSync(path, create(size * MIB))
      return path
    })
    const [small, large] = runScript(ROUNDS, ...paths).configs
    const [smallPeak = 0, largePeak = 0] = paths.map((path) => runScript(0, path).peakByteLength)
    if (!small || !large) return []
    const smallTiming = summarize('5 MiB', small.validate)
    const largeTiming = summarize('50 MiB', large.validate)
    return [
      ratioRow(`validate 5 MiB ${name}`, smallTiming, summarize('JSON.parse', small.parse), MAX_RATIO),
      ratioRow(`validate 50 MiB ${name}`, largeTiming, summarize('JSON.parse', large.parse), MAX_RATIO),
      ratioRow(`time for 50 MiB ${name}`, largeTiming, smallTiming, MAX_GROWTH),
      // a small text may need no memory that can be told from none
      growthRow(`memory for 50 MiB ${name}`, largePeak, Math.max(smallPeak, 5 * MIB), MAX_GROWTH),
    ]
  })
}

function runScript(roundCount: number, ...paths: readonly string[]): ValidationSamples {
  const output = execFileSync(process.execPath, [SCRIPT, ENTRY, String(roundCount), ...paths], { encoding: 'utf8' })
  return JSON.parse(output)
}
