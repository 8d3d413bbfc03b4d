import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { DecompressImageOptions } from '../../src/node/index.ts'
import { measurePeakRss } from './footprint.ts'
import type { BenchInputs } from './inputs.ts'
import { type CommandLine, timeInTurn } from './measure.ts'
import { type Row, ratioRow, sizeRow } from './report.ts'

const MIB = 2 ** 20

const LIBRARY = new URL('../../dist/node.js', import.meta.url).href

/** Gives an image to nobody: what `program -dc > /dev/null` does. */
const PROGRAM = `
  import { createReadStream } from 'node:fs'
  import { decompressImage } from ${JSON.stringify(LIBRARY)}
  const [path, options] = process.argv.slice(1)
  const input = createReadStream(path, { highWaterMark: 2 ** 20 })
  for await (const _ of decompressImage(input, JSON.parse(options)));
`
const decompress = (path: string, options: DecompressImageOptions = {}): CommandLine => [
  process.execPath,
  '--input-type=module',
  '-e',
  PROGRAM,
  path,
  JSON.stringify(options),
]

const STREAMED = [
  { format: 'gzip', compress: 'gzip -1', theirs: ['gzip', '-dc'], maxRatio: 0.6, rounds: 2 },
  { format: 'zstd', compress: 'zstd -q -3', theirs: ['zstd', '-dcq'], maxRatio: 1.5, rounds: 3 },
] as const

/** The budget is for what xz needs. Node, and buffers that its collector has not come to yet, take this besides. */
const BASE_MIB = 256

/** Images: 1.5 GiB of this machine's programs in each format, against the format's own program on all processors. */
export function compareDecompression({ directory }: BenchInputs): readonly Row[] {
  const image = join(directory, 'disk.img')
  bash('tar c /usr 2>/dev/null | head -c 1536M > "$1"', image)
  return [
    ...STREAMED.flatMap((format) => compareStreamed(image, format)),
    ...compareXz(image),
    ...measureBudgets(image),
  ]
}

function compareStreamed(
  image: string,
  { format, compress, theirs: command, maxRatio, rounds }: (typeof STREAMED)[number],
): readonly Row[] {
  const path = `${image}.${format}`
  bash(`${compress} -c "$1" > "$2"`, image, path)
  const variants = [
    { name: 'isokit', command: decompress(path) },
    { name: command.join(' '), command: [...command, path] as const },
  ]
  const [ours, theirs] = timeInTurn(variants, rounds, { warmUp: false })
  const memory = measurePeakRss(decompress(path))
  rmSync(path)
  const rows = ours && theirs ? [ratioRow(`image in ${format}`, ours, theirs, maxRatio)] : []
  return [...rows, sizeRow(`image in ${format}: peak memory`, memory, 200)]
}

function compareXz(image: string): readonly Row[] {
  const path = `${image}.xz`
  bash('xz -T0 -1 --block-size=24MiB -c "$1" > "$2"', image, path)
  const variants = [
    { name: 'isokit', command: decompress(path) },
    { name: 'xz -T0 -dc', command: ['xz', '-T0', '-dc', path] as const },
    { name: 'with one thread', command: decompress(path, { workers: 1 }) },
  ]
  const [several, theirs, one] = timeInTurn(variants, 2, { warmUp: false })
  rmSync(path)
  if (!several || !theirs || !one) return []
  return [ratioRow('image in xz', several, theirs, 1.25), ratioRow('image in xz: all threads', several, one, 1 / 1.5)]
}

/** Memory for blocks that fit several times and for some that don't fit once, in a third of the image. */
function measureBudgets(image: string): readonly Row[] {
  const part = `${image}.part`
  bash('head -c 512M "$1" > "$2"', image, part)
  return [24, 192].flatMap((blockMiB) => {
    const path = `${part}.xz`
    bash(`xz -T0 -0 --block-size=${blockMiB}MiB -c "$1" > "$2"`, part, path)
    return [64, 256, undefined].map((budgetMiB) => {
      const budget = budgetMiB === undefined ? Math.floor(totalmem() / 4) : budgetMiB * MIB
      const name = budgetMiB === undefined ? 'a quarter of the memory' : `${budgetMiB} MiB`
      const command = decompress(path, budgetMiB === undefined ? {} : { memoryBudget: budget })
      const what = `xz in blocks of ${blockMiB} MiB with ${name}: peak memory`
      return sizeRow(what, measurePeakRss(command), Math.round(budget / MIB) + BASE_MIB)
    })
  })
}

function bash(script: string, ...args: readonly string[]): void {
  const { status } = spawnSync('bash', ['-ec', script, 'bash', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`Cannot make what is to be decompressed: ${script}`)
}
