import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { measurePeakRss, traceTraffic } from './footprint.ts'
import type { BenchInputs } from './inputs.ts'
import { type CommandLine, timeInTurn, type Variant } from './measure.ts'
import { type Row, ratioRow, sizeRow } from './report.ts'

const NODE = process.execPath

/** The built command line of this checkout. */
const ISOKIT: string = join(import.meta.dirname, '../../dist/bin/isokit.js')

/** Ours includes Node's start; xz is decoded by our own decoder, for which this is a limit rather than a wish. */
const MAX_DECODER_RATIOS = { gzip: 1.5, xz: 5, zstd: 5 } as const

const isokit = (...args: readonly string[]): CommandLine => [NODE, ISOKIT, ...args]
const shell = (script: string, ...args: readonly string[]): CommandLine => ['bash', '-ec', script, 'bash', ...args]

/** Start-up: how long small commands take, compared with a Node that does nothing. */
export function compareStartUp({ smallIso, config, renewConfig }: BenchInputs): readonly Row[] {
  const variants: readonly Variant[] = [
    { name: 'node -e 0', command: [NODE, '-e', '0'] },
    { name: '--version', command: isokit('--version') },
    { name: 'iso kargs show', command: isokit('iso', 'kargs', 'show', smallIso) },
    { name: 'iso ignition embed', command: embed(smallIso, config), prepare: renewConfig },
  ]
  const [empty, ...commands] = timeInTurn(variants, 20)
  return commands.flatMap((timing) => (empty ? [ratioRow(`start-up: ${timing.name}`, timing, empty, 1.8)] : []))
}

/** In place: an edit costs the same on a small and on a large image, and touches little of it. */
export function compareInPlace({ smallIso, largeIso, config, renewConfig }: BenchInputs): readonly Row[] {
  const variants: readonly Variant[] = [
    { name: 'on a small image', command: embed(smallIso, config), prepare: renewConfig },
    { name: 'on 4 GiB', command: embed(largeIso, config), prepare: renewConfig },
  ]
  const [small, large] = timeInTurn(variants, 20)
  renewConfig()
  const traffic = traceTraffic(embed(largeIso, config), largeIso)
  renewConfig()
  return [
    ...(small && large ? [ratioRow('in place: 4 GiB image', large, small, 1.1)] : []),
    sizeRow('in place: read from 4 GiB image', traffic.readByteLength, 1),
    sizeRow('in place: written to 4 GiB image', traffic.writtenByteLength, 1),
    sizeRow('in place: peak memory', measurePeakRss(embed(largeIso, config)), 120),
  ]
}

/** New file and pipe: compared with programs that only copy. */
export function compareCopies({ createDenseIso, config, directory }: BenchInputs): readonly Row[] {
  const denseIso = createDenseIso()
  const output = join(directory, 'copy.iso')
  const prepare = (): void => rmSync(output, { force: true })
  const edit = isokit('iso', 'ignition', 'embed', '-i', config, '-o', output, denseIso)
  const [copied, cp] = timeInTurn(
    [
      { name: 'isokit -o', command: edit, prepare },
      { name: 'cp --reflink=auto', command: ['cp', '--reflink=auto', denseIso, output], prepare },
    ],
    5,
  )
  prepare()
  const memory = measurePeakRss(edit)
  prepare()
  const [streamed, cat] = timeInTurn(
    [
      {
        name: 'isokit -o -',
        command: shell(
          '"$1" "$2" iso ignition embed -i "$3" -o - "$4" | cat >/dev/null',
          NODE,
          ISOKIT,
          config,
          denseIso,
        ),
      },
      { name: 'cat', command: shell('cat "$1" | cat >/dev/null', denseIso) },
    ],
    5,
  )
  return [
    ...(copied && cp ? [ratioRow('-o on 1 GiB', copied, cp, 1.1)] : []),
    ...(streamed && cat ? [ratioRow('-o - on 1 GiB', streamed, cat, 1.25)] : []),
    sizeRow('-o: peak memory', memory, 120),
  ]
}

/** A minimal ISO with its rootfs: compared with a copy of as many bytes, which the kernel makes without moving them here. */
export async function compareExtraction({ createPackedIso, directory }: BenchInputs): Promise<readonly Row[]> {
  const { iso, outputs } = await createPackedIso()
  const [image, rootfs, copy] = ['minimal.iso', 'rootfs.out', 'outputs.copy'].map((name) => join(directory, name))
  const prepare = (): void => {
    for (const path of [image, rootfs, copy]) if (path !== undefined) rmSync(path, { force: true })
  }
  const extract = isokit('iso', 'extract', 'minimal-iso', iso, `${image}`, '--output-rootfs', `${rootfs}`)
  const [both, cp] = timeInTurn(
    [
      { name: 'isokit', command: extract, prepare },
      { name: 'cp', command: ['cp', '--reflink=never', outputs, `${copy}`], prepare },
    ],
    5,
  )
  prepare()
  const traffic = traceTraffic(extract, iso)
  prepare()
  const memory = measurePeakRss(extract)
  prepare()
  return [
    ...(both && cp ? [ratioRow('minimal ISO and rootfs, 1.1 GiB', both, cp, 2)] : []),
    sizeRow('minimal ISO: read from the image', traffic.readByteLength, statSync(outputs).size / 2 ** 20 + 1),
    sizeRow('minimal ISO: peak memory', memory, 120),
  ]
}

/** An initramfs of 100 MiB to a new file, looked at on the way: compared with a copy that looks at nothing. */
export async function compareCustomization({
  createInitramfs,
  config,
  directory,
}: BenchInputs): Promise<readonly Row[]> {
  const base = await createInitramfs()
  const output = join(directory, 'customized.img')
  const prepare = (): void => rmSync(output, { force: true })
  const customize = isokit('pxe', 'customize', '--live-ignition', config, '-o', output, base)
  const [ours, empty, cat] = timeInTurn(
    [
      { name: 'isokit', command: customize, prepare },
      { name: 'node -e 0', command: [NODE, '-e', '0'] },
      { name: 'cat', command: shell('cat "$1" >"$2"', base, output), prepare },
    ],
    10,
  )
  prepare()
  const traffic = traceTraffic(customize, base)
  prepare()
  const memory = measurePeakRss(customize)
  prepare()
  return [
    ...(ours && cat ? [ratioRow('pxe customize, 100 MiB', ours, cat, 1.3)] : []),
    ...(empty && cat ? [ratioRow('  of which Node alone', empty, cat, 1.3)] : []),
    sizeRow('pxe customize: read from the initramfs', traffic.readByteLength, 101),
    sizeRow('pxe customize: peak memory', memory, 120),
  ]
}

/** Reading initrds: compared with the programs that decompress the same bytes. */
export function compareDecoders({ createInitrds }: BenchInputs): readonly Row[] {
  return createInitrds().flatMap(({ format, path }) => {
    const [ours, theirs] = timeInTurn(
      [
        { name: 'isokit', command: isokit('dev', 'show', 'initrd', path) },
        { name: `${format} -dc`, command: [format, '-dc', path] },
      ],
      3,
    )
    return ours && theirs ? [ratioRow(`initrd in ${format}`, ours, theirs, MAX_DECODER_RATIOS[format])] : []
  })
}

const embed = (iso: string, config: string): CommandLine =>
  isokit('iso', 'ignition', 'embed', '--force', '-i', config, iso)
