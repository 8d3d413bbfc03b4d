import { execFile } from 'node:child_process'
import { mkdtemp, open, readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunks, encodeUtf8, memorySource, overlay, readAll, type Source, zeroSource } from '../../src/bytes/index.ts'
import {
  type BuildIso9660Options,
  buildIso9660,
  findIsoEntry,
  type IsoInput,
  readIso9660,
} from '../../src/formats/iso9660/index.ts'
import { nodeCodecs } from '../../src/node/index.ts'
import { planLiveIso } from '../../src/operations/index.ts'
import { buildLiveIso, liveIsoGenerations } from '../support/live-iso-builder.ts'
import { buildLiveIsoParts } from '../support/live-iso-parts.ts'
import { needs } from '../support/needs.ts'

let directory: string
beforeEach(async (context) => {
  needs(context, 'xorriso', 'isoinfo')
  directory = await mkdtemp(join(tmpdir(), 'isokit-writer-'))
})
afterEach(async () => {
  if (directory) await rm(directory, { recursive: true, force: true })
})

const file = (path: string, content: Source | string = path): IsoInput => {
  const source = typeof content === 'string' ? memorySource(encodeUtf8(content)) : content
  return { type: 'file', path, source }
}

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const options = { maxBuffer: 2 ** 26, cwd: directory, encoding: 'latin1' } as const
  const { stdout, stderr } = await promisify(execFile)(program, args, options)
  return stdout + stderr
}

/** What xorriso says about an image; it has to load it without a word of complaint. */
async function xorriso(image: string, ...commands: readonly string[]): Promise<string> {
  const output = await run('xorriso', '-indev', image, '-return_with', 'SORRY', '32', ...commands)
  expect(output).not.toMatch(/SORRY|FAILURE|WARNING|MISHAP|FATAL/)
  return output
}

async function save(source: Source, name = 'image.iso'): Promise<string> {
  const path = join(directory, name)
  const output = await open(path, 'w')
  try {
    for await (const chunk of chunks(source)) await output.writeFile(chunk)
  } finally {
    await output.close()
  }
  return path
}

const build = async (entries: readonly IsoInput[], options: Partial<BuildIso9660Options> = {}): Promise<string> =>
  save(await buildIso9660({ volumeId: 'interop-1.0', entries, ...options }))

/** All files that another program unpacked, by their paths. */
async function unpacked(root: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) found.set(path.slice(root.length + 1), new Uint8Array(await readFile(path)))
  }
  return found
}

async function contentsOf(entries: readonly IsoInput[]): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  for (const entry of entries) {
    if (entry.type === 'file') contents.set(entry.path, new Uint8Array(await readAll(entry.source)))
  }
  return contents
}

const LONG_NAME = `${'long-'.repeat(50)}.json`
const VARIED: readonly IsoInput[] = [
  file('coreos/kargs.json'),
  file('images/pxeboot/vmlinuz', memorySource(new Uint8Array(300_001).fill(9))),
  file('empty', ''),
  file('.hidden'),
  file('Ünïcødé 💿 name'),
  file(LONG_NAME),
  file(`${'x'.repeat(254)}y`),
  file('a/b/c/d/e/f/g/h/i/j/k/l'),
  ...Array.from({ length: 400 }, (_, index) => file(`many/verylongname${index}.json`)),
]

it('is unpacked by xorriso with every file as it was', async () => {
  await xorriso(await build(VARIED), '-osirrox', 'on', '-extract', '/', 'out')
  expect(await unpacked(join(directory, 'out'))).toEqual(await contentsOf(VARIED))
})

it('shows xorriso and isoinfo the same modes, links and times', async () => {
  const image = await build([
    { type: 'file', path: 'run', mode: 0o755, modifiedAt: new Date('2021-02-03T04:05:06Z'), source: zeroSource(1) },
    { type: 'directory', path: 'closed', mode: 0o700 },
    { type: 'symlink', path: 'link', target: '../a//b/./c' },
    { type: 'symlink', path: 'long-link', target: `/${'n'.repeat(250)}/${'m'.repeat(255)}/end` },
  ])
  await xorriso(image, '-osirrox', 'on', '-extract', '/', 'out')
  const out = join(directory, 'out')
  expect(await readlink(join(out, 'link'))).toBe('../a/b/./c')
  expect(await readlink(join(out, 'long-link'))).toBe(`/${'n'.repeat(250)}/${'m'.repeat(255)}/end`)
  const { mode, mtimeMs } = await stat(join(out, 'run'))
  expect(mode & 0o7777).toBe(0o755)
  expect(new Date(mtimeMs)).toEqual(new Date('2021-02-03T04:05:06Z'))

  const listing = await run('isoinfo', '-R', '-l', '-i', image)
  expect(listing).toMatch(/^-rwxr-xr-x .* Feb +3 2021 .* run/m)
  expect(listing).toMatch(/^drwx------ .* closed/m)
  expect(listing).toContain('link -> ../a/b/./c')
})

it('has names that isoinfo reads in all three trees', async () => {
  const image = await build(VARIED, { jolietNameLength: 103 })
  const paths = async (...tree: string[]) => (await run('isoinfo', ...tree, '-f', '-i', image)).trim().split('\n')
  const plain = await paths()
  const rockRidge = await paths('-R')
  const joliet = await paths('-J', '-j', 'iso8859-1')
  expect(plain).toEqual(expect.arrayContaining(['/COREOS/KARGS.JSO;1', '/_HIDDEN.;1', '/MANY/VERYL398.JSO;1']))
  expect(rockRidge).toEqual(expect.arrayContaining(['/coreos/kargs.json', `/${LONG_NAME}`, '/a/b/c/d/e/f/g/h/i/j/k/l']))
  expect(joliet).toEqual(
    expect.arrayContaining(['/coreos/kargs.json', '/Ünïcødé _ name', `/${LONG_NAME.slice(0, 98)}.json`]),
  )
  expect(new Set([plain.length, rockRidge.length, joliet.length]).size).toBe(1)
})

it('has path tables that agree with the directories, as xorriso and isoinfo find', async () => {
  const image = await build(VARIED)
  expect(await run('isoinfo', '-p', '-i', image)).toMatch(/\bA\b[\s\S]*\bCOREOS\b[\s\S]*\bPXEBOOT\b/)
  expect(await run('isoinfo', '-d', '-i', image)).toMatch(/Volume id: interop-1\.0[\s\S]*Joliet[\s\S]*Rock Ridge/)
})

describe('a bootable image', () => {
  const entries = [
    file('isolinux/isolinux.bin', memorySource(Uint8Array.from({ length: 3001 }, (_, index) => index))),
    file('images/efiboot.img', memorySource(new Uint8Array(5000).fill(3))),
  ]
  const bios = { platform: 'bios', path: 'isolinux/isolinux.bin', hasBootInfoTable: true } as const
  const efi = { platform: 'efi', path: 'images/efiboot.img' } as const

  it('shows xorriso both entries, the boot info table and the partition', async () => {
    const boot = { catalogPath: 'isolinux/boot.cat', entries: [bios, efi] }
    const image = await build(entries, { boot, isHybrid: true })
    const elTorito = await xorriso(image, '-report_el_torito', 'plain')
    expect(elTorito).toMatch(/cat path : \/isolinux\/boot\.cat/)
    expect(elTorito).toMatch(/img path : +1 +\/isolinux\/isolinux\.bin/)
    expect(elTorito).toMatch(/img opts : +1 +boot-info-table/)
    expect(elTorito).toMatch(/boot img : +2 +UEFI +y +none/)
    expect(elTorito).toMatch(/img path : +2 +\/images\/efiboot\.img/)

    const systemArea = await xorriso(image, '-report_system_area', 'plain')
    expect(systemArea).toMatch(/summary: MBR protective-msdos-label .*GPT/)
    expect(systemArea).toMatch(/GPT partition path : +1 +\/images\/efiboot\.img/)
    expect(systemArea).not.toMatch(/GPT disk GUID.*(damaged|mismatch)|GPT backup problems/)
  })

  it('can boot by EFI alone', async () => {
    const elTorito = await xorriso(await build(entries, { boot: { entries: [efi] } }), '-report_el_torito', 'plain')
    expect(elTorito).toMatch(/boot img : +1 +UEFI +y +none/)
    expect(elTorito).not.toMatch(/boot img : +2/)
  })
})

it('has a file of more than 4 GiB that both programs read whole', async () => {
  const byteLength = 2 ** 32 + 1_000_003
  const contents = overlay(zeroSource(byteLength), [{ offset: byteLength - 8, bytes: encodeUtf8('the end\n') }])
  const image = await buildIso9660({ volumeId: 'LARGE', entries: [file('large', contents), file('small')] })
  const path = join(directory, 'image.iso')
  await saveSparse(image, path, (await findIsoEntry(await readIso9660(image), 'large'))!.extents[0]!.offset)

  const sections = (await xorriso(path, '-find', '/large', '-exec', 'report_sections')).matchAll(
    /: +(\d) , +(\d+) , .* (\d+) , '/g,
  )
  const found = [...sections].map(([, number, lba, size]) => [number, lba, size].map(Number))
  const lba = found[0]?.[1] ?? 0
  expect(found).toEqual([
    [0, lba, 2 ** 32 - 2048],
    [1, lba + 2 ** 21 - 1, 1_002_051],
  ])
  await xorriso(path, '-osirrox', 'on', '-extract', '/small', 'small')
  expect(await readFile(join(directory, 'small'), 'utf8')).toBe('small')

  const records = (await run('isoinfo', '-l', '-i', path)).matchAll(
    /(-?\d+) \w{3} +\d+ \d{4} \[ *(\d+) \w+\]? +LARGE\.;1/g,
  )
  expect([...records].map(([, size, at]) => [Number(size) >>> 0, Number(at)])).toEqual([
    [2 ** 32 - 2048, lba], // printed as a negative number
    [1_002_051, lba + 2 ** 21 - 1],
  ])
})

/** Writes the metadata in front of a large file and what follows it; its zeros become a hole. */
async function saveSparse(source: Source, path: string, holeOffset: number): Promise<void> {
  const tailByteLength = 2 ** 20
  const output = await open(path, 'w')
  try {
    await output.truncate(source.byteLength)
    await output.write(await source.read(0, holeOffset), 0, holeOffset, 0)
    const tailOffset = source.byteLength - tailByteLength
    await output.write(await source.read(tailOffset, tailByteLength), 0, tailByteLength, tailOffset)
  } finally {
    await output.close()
  }
}

it.each(liveIsoGenerations)('xorriso and isoinfo read the demo image of %s', async (generation) => {
  const source = await buildLiveIso({ generation })
  const image = await save(source)
  await xorriso(image, '-osirrox', 'on', '-extract', '/', 'out')
  const files = await unpacked(join(directory, 'out'))
  const listed = (await run('isoinfo', '-R', '-f', '-i', image)).trim().split('\n')
  expect(listed).toEqual(expect.arrayContaining([...files.keys()].map((path) => `/${path}`)))
  expect(files.get('images/pxeboot/initrd.img')?.byteLength).toBeGreaterThan(0)
  expect(source.byteLength).toBeLessThan(2_000_000)
})

it('xorriso and isoinfo read a live ISO that isokit built, with both boot images and the partition', async () => {
  const { image: source } = await planLiveIso(await buildLiveIsoParts(), { codecs: nodeCodecs, volumeId: 'built-1.0' })
  const image = await save(source)
  await xorriso(image, '-osirrox', 'on', '-extract', '/', 'out')
  const files = await unpacked(join(directory, 'out'))
  const listed = (await run('isoinfo', '-R', '-f', '-i', image)).trim().split('\n')
  expect(listed).toEqual(expect.arrayContaining([...files.keys()].map((path) => `/${path}`)))
  expect(await run('isoinfo', '-d', '-i', image)).toMatch(/Volume id: built-1\.0/)
  for (const { path, offset } of JSON.parse(new TextDecoder().decode(files.get('coreos/kargs.json'))).files) {
    const config = new TextDecoder().decode(files.get(path))
    expect(config.slice(offset)).toMatch(/^coreos\.liveiso=built-1\.0 .*\n#{1023}# COREOS_KARG_EMBED_AREA\n/)
  }

  const elTorito = await xorriso(image, '-report_el_torito', 'plain')
  expect(elTorito).toMatch(/img path : +1 +\/isolinux\/isolinux\.bin/)
  expect(elTorito).toMatch(/img opts : +1 +boot-info-table/)
  expect(elTorito).toMatch(/img path : +2 +\/images\/efiboot\.img/)
  expect(await xorriso(image, '-report_system_area', 'plain')).toMatch(
    /GPT partition path : +1 +\/images\/efiboot\.img/,
  )
})

it('grub-script-check finds no fault with the config of a live ISO that isokit built', async (context) => {
  needs(context, 'grub-script-check')
  const { image } = await planLiveIso(await buildLiveIsoParts(), { codecs: nodeCodecs, kargs: ['quiet'] })
  await xorriso(await save(image), '-osirrox', 'on', '-extract', '/EFI/fedora/grub.cfg', 'grub.cfg')
  expect(await run('grub-script-check', 'grub.cfg')).toBe('')
})
