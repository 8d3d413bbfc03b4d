import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { measurePeakRss } from './footprint.ts'
import type { BenchInputs } from './inputs.ts'
import { type CommandLine, timeInTurn } from './measure.ts'
import { type Row, ratioRow, sizeRow } from './report.ts'

const LIBRARY = new URL('../../dist/node.js', import.meta.url).href

/** Gives an image to nobody: what `program -dc > /dev/null` does. */
const PROGRAM = `
  import { createReadStream } from 'node:fs'
  import { decompressImage } from ${JSON.stringify(LIBRARY)}
  const [path, workers] = process.argv.slice(1)
  const input = createReadStream(path, { highWaterMark: 2 ** 20 })
  for await (const _ of decompressImage(input, workers ? { workers: Number(workers) } : {}));
`
const decompress = (...args: readonly string[]): CommandLine => [
  process.execPath,
  '--input-type=module',
  '-e',
  PROGRAM,
  ...args,
]

const FORMATS = [
  { format: 'gzip', compress: 'gzip -1', theirs: ['gzip', '-dc'], maxRatio: 0.6 },
  { format: 'zstd', compress: 'zstd -q -3', theirs: ['zstd', '-dcq'], maxRatio: 1.5 },
  { format: 'xz', compress: 'xz -T2 -1 --block-size=24MiB', theirs: ['xz', '-T0', '-dc'], maxRatio: 1.25 },
] as const

/** Images: 1.5 GiB of this machine's programs in each format, against the format's own program on all processors. */
export function compareDecompression({ directory }: BenchInputs): readonly Row[] {
  const image = join(directory, 'disk.img')
  bash('tar c /usr 2>/dev/null | head -c 1536M > "$1"', image)
  return FORMATS.flatMap(({ format, compress, theirs: command, maxRatio }) => {
    const path = `${image}.${format}`
    bash(`${compress} -c "$1" > "$2"`, image, path)
    const [ours, theirs] = timeInTurn(
      [
        { name: 'isokit', command: decompress(path) },
        { name: command.join(' '), command: [...command, path] },
      ],
      3,
    )
    const rows = ours && theirs ? [ratioRow(`image in ${format}`, ours, theirs, maxRatio)] : []
    if (format !== 'xz')
      return [...rows, sizeRow(`image in ${format}: peak memory`, measurePeakRss(decompress(path)), 200)]
    const [several, one] = timeInTurn(
      [
        { name: 'isokit', command: decompress(path) },
        { name: 'with one thread', command: decompress(path, '1') },
      ],
      2,
    )
    return several && one ? [...rows, ratioRow('image in xz: all threads', several, one, 1 / 1.5)] : rows
  })
}

function bash(script: string, ...args: readonly string[]): void {
  const { status } = spawnSync('bash', ['-ec', script, 'bash', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`Cannot make what is to be decompressed: ${script}`)
}
