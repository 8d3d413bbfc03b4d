import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  chunks,
  encodeUtf8,
  joinBytes,
  memorySource,
  overlay,
  readAll,
  type Source,
  zeroSource,
} from '../../../src/bytes/index.ts'
import {
  type BuildIso9660Options,
  buildIso9660,
  findIsoEntry,
  type Iso9660,
  type IsoEntry,
  type IsoInput,
  type IsoTree,
  isoFileSource,
  readIso9660,
  walkIso,
} from '../../../src/formats/iso9660/index.ts'
import { failingSource } from '../../support/failing-source.ts'

const file = (path: string, content: string | Uint8Array | Source = path): IsoInput => {
  if (typeof content === 'string') return file(path, encodeUtf8(content))
  return { type: 'file', path, source: content instanceof Uint8Array ? memorySource(content, path) : content }
}

const build = (entries: readonly IsoInput[], options: Partial<BuildIso9660Options> = {}): Promise<Source> =>
  buildIso9660({ volumeId: 'TEST', entries, ...options })

const readBack = async (entries: readonly IsoInput[], options: Partial<BuildIso9660Options> = {}): Promise<Iso9660> =>
  readIso9660(await build(entries, options))

async function entriesOf(iso: Iso9660, tree: IsoTree = 'iso'): Promise<IsoEntry[]> {
  const entries: IsoEntry[] = []
  for await (const entry of walkIso(iso, { tree })) entries.push(entry)
  return entries
}

async function pathsOf(iso: Iso9660, tree: IsoTree): Promise<string[]> {
  const entries = await entriesOf(iso, tree)
  return entries.map(({ path, realPath }) => (tree === 'rockRidge' ? realPath : path)).sort()
}

const component = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abAB019._- é💿') }),
  fc.stringMatching(/^[a-z]{1,90}\.[a-z]{0,90}$/),
  fc.constantFrom('kargs.json', 'verylongname1.json', 'verylongname2.json', 'VERYLONG.JSO'),
)
const isPlainName = (name: string) => name !== '.' && name !== '..'
const fileList = fc
  .dictionary(
    fc.array(component.filter(isPlainName), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    fc.uint8Array({ maxLength: 5000 }),
    { maxKeys: 40 },
  )
  .map((files) => withoutFilesInTheWay(Object.entries(files)))

/** A path that others use as a directory can't be a file. */
function withoutFilesInTheWay(files: [string, Uint8Array][]): [string, Uint8Array][] {
  return files.filter(([path]) => !files.some(([other]) => other.startsWith(`${path}/`)))
}

it('gives every file back, whatever the tree', async () => {
  const property = fc.asyncProperty(fileList, async (files) => {
    const iso = await readBack(files.map(([path, bytes]) => file(path, bytes)))
    const found: [string, Uint8Array][] = []
    for (const entry of await entriesOf(iso, 'rockRidge')) {
      if (!entry.isDirectory) found.push([entry.realPath, await readAll(isoFileSource(iso, entry))])
    }
    expect(new Map(found)).toEqual(new Map(files.map(([path, bytes]) => [path, new Uint8Array(bytes)])))
    expect(found).toHaveLength(files.length)
  })
  await fc.assert(property, { numRuns: 60 })
})

it('keeps names apart in the plain and in the Joliet tree', async () => {
  const property = fc.asyncProperty(fileList, async (files) => {
    const iso = await readBack(files.map(([path, bytes]) => file(path, bytes)))
    for (const tree of ['iso', 'joliet'] as const) {
      const paths = await pathsOf(iso, tree)
      expect(new Set(paths).size).toBe(paths.length)
      expect(paths).toHaveLength((await pathsOf(iso, 'rockRidge')).length)
    }
  })
  await fc.assert(property, { numRuns: 60 })
})

it('reads alike in slices and whole', async () => {
  const property = fc.asyncProperty(fileList, fc.array(fc.nat(100_000)), async (files, cuts) => {
    const image = await build(files.map(([path, bytes]) => file(path, bytes)))
    const whole = await readAll(image)
    const ends = [...cuts.filter((cut) => cut < image.byteLength).sort((a, b) => a - b), image.byteLength]
    const pieces = await Promise.all(
      ends.map((end, index) => image.read(ends[index - 1] ?? 0, end - (ends[index - 1] ?? 0))),
    )
    expect(joinBytes(pieces)).toEqual(whole)
  })
  await fc.assert(property, { numRuns: 30 })
})

it('gives the same bytes for the same tree, in whatever order it is given', async () => {
  const entries = [file('b/x'), file('a'), file('b/verylongname1.json'), file('b/verylongname2.json'), file('c')]
  const image = await readAll(await build(entries))
  expect(await readAll(await build(entries))).toEqual(image)
  expect(await readAll(await build([...entries].reverse()))).toEqual(image)
})

it.each([
  ['coreos/kargs.json', 'COREOS/KARGS.JSO'],
  ['images/pxeboot/vmlinuz', 'IMAGES/PXEBOOT/VMLINUZ'],
  ['images/genericdvd.prm', 'IMAGES/GENERICD.PRM'],
  ['images/initrd.addrsize', 'IMAGES/INITRD.ADD'],
  ['.cmdline', '_CMDLINE'],
  ['archive.tar.xz', 'ARCHIVE_.XZ'],
  ['directory.name/a', 'DIRECTOR.NAM/A'],
  ['a file', 'A_FILE'],
])('records %s as %s, as genisoimage does', async (path, isoPath) => {
  const iso = await readBack([file(path)])
  expect(await findIsoEntry(iso, isoPath)).toMatchObject({ path: isoPath, realPath: path })
})

it('numbers names that become the same, and leaves the one alone that lost nothing', async () => {
  const names = ['longname1.json', 'longname2.json', 'longname.jso', 'longname3.json']
  const iso = await readBack(names.map((name) => file(name)))
  expect((await entriesOf(iso)).map(({ path, realPath }) => [path, realPath])).toEqual([
    ['LONGN000.JSO', 'longname1.json'],
    ['LONGN001.JSO', 'longname2.json'],
    ['LONGN002.JSO', 'longname3.json'],
    ['LONGNAME.JSO', 'longname.jso'],
  ])
})

it('numbers a thousand and more names that become the same', async () => {
  const entries = Array.from({ length: 1200 }, (_, index) => file(`same-beginning-${index}.txt`, ''))
  const iso = await readBack(entries)
  const names = await pathsOf(iso, 'iso')
  expect(new Set(names).size).toBe(1200)
  expect(names.every((name) => /^[A-Z0-9_]{1,8}\.TXT$/.test(name))).toBe(true)
})

it.each([
  { length: 64, name: `${'j'.repeat(59)}.json` },
  { length: 103, name: `${'j'.repeat(98)}.json` },
] as const)('cuts Joliet names after $length characters, before the extension', async ({ length, name }) => {
  const iso = await readBack([file(name), file(`${'j'.repeat(150)}.json`), file('ä:b')], { jolietNameLength: length })
  const numbered = `${'j'.repeat(length - 8)}000.json`
  expect(await pathsOf(iso, 'joliet')).toEqual([numbered, name, 'ä_b'].sort())
})

it('leaves Joliet out when asked', async () => {
  const iso = await readBack([file('a')], { jolietNameLength: 0 })
  expect(iso.joliet).toBeUndefined()
  expect(await pathsOf(iso, 'rockRidge')).toEqual(['a'])
})

it('leaves Rock Ridge out when asked', async () => {
  const iso = await readBack([file('lower.case')], { hasRockRidge: false })
  expect(await findIsoEntry(iso, 'LOWER.CAS')).not.toHaveProperty('realName', 'lower.case')
})

it.each([
  'target',
  '../a/./b',
  '/absolute/path',
  `${'n'.repeat(249)}/${'m'.repeat(255)}`,
  `${'d/'.repeat(500)}end`,
  'x'.repeat(1023),
])('keeps the link target %s', async (target) => {
  const iso = await readBack([{ type: 'symlink', path: 'link', target }])
  expect(await findIsoEntry(iso, 'link')).toMatchObject({ linkTarget: target, mode: 0o120777 })
})

it('keeps modes, and gives what has none those of a read-only medium', async () => {
  const iso = await readBack([
    { type: 'directory', path: 'closed', mode: 0o700 },
    { type: 'file', path: 'closed/run', mode: 0o755, source: memorySource(encodeUtf8('x')) },
    file('plain/file'),
  ])
  const modes = (await entriesOf(iso)).map(({ realPath, mode }) => [realPath, mode])
  expect(Object.fromEntries(modes)).toEqual({
    closed: 0o040700,
    'closed/run': 0o100755,
    plain: 0o040555,
    'plain/file': 0o100444,
  })
})

it('fills directories of many sectors, no record crossing from one to the next', async () => {
  const entries = Array.from({ length: 500 }, (_, index) => file(`d/${'n'.repeat(index % 200)}${index}`, `${index}`))
  const iso = await readBack(entries)
  expect((await findIsoEntry(iso, 'd'))?.byteLength).toBeGreaterThan(20 * 2048)
  expect(await pathsOf(iso, 'rockRidge')).toEqual(['d', ...entries.map(({ path }) => path)].sort())
})

it('keeps names of 255 bytes and trees of 128 levels', async () => {
  const deepest = Array.from({ length: 128 }, (_, index) => `${index}`).join('/')
  const paths = [`${'é'.repeat(127)}e`, deepest]
  const iso = await readBack(paths.map((path) => file(path)))
  for (const path of paths) expect(await findIsoEntry(iso, path)).toMatchObject({ realPath: path })
})

it('keeps empty files and empty directories, and their extents inside of the volume', async () => {
  const iso = await readBack([file('empty', ''), { type: 'directory', path: 'nothing' }])
  expect(await pathsOf(iso, 'rockRidge')).toEqual(['empty', 'nothing'])
  const entry = await findIsoEntry(iso, 'empty')
  expect(entry?.byteLength).toBe(0)
  expect(entry?.extents[0]?.offset).toBeLessThan(iso.source.byteLength)
})

it('gives a file of 4 GiB and more several extents', async () => {
  const byteLength = 2 ** 33 + 5
  const marks = [
    { offset: 2 ** 32 - 2048 - 3, bytes: encodeUtf8('across') },
    { offset: byteLength - 3, bytes: encodeUtf8('end') },
  ]
  const iso = await readBack([file('large', overlay(zeroSource(byteLength), marks)), file('later')])
  const entry = await findIsoEntry(iso, 'LARGE')
  expect(entry).toMatchObject({ byteLength })
  expect(entry?.extents.map((extent) => extent.byteLength)).toEqual([2 ** 32 - 2048, 2 ** 32 - 2048, 4096 + 5])
  const contents = isoFileSource(iso, entry!)
  for (const { offset, bytes } of marks) expect(await contents.read(offset, bytes.byteLength)).toEqual(bytes)
  expect(await readAll(isoFileSource(iso, (await findIsoEntry(iso, 'LATER'))!))).toEqual(encodeUtf8('later'))
})

it.each([
  { byteLength: 0xffff_f800, extentCount: 1 },
  { byteLength: 0xffff_f801, extentCount: 2 },
])('writes $byteLength bytes as $extentCount extents', async ({ byteLength, extentCount }) => {
  const iso = await readBack([file('large', zeroSource(byteLength))])
  const entry = await findIsoEntry(iso, 'large')
  expect(entry?.extents).toHaveLength(extentCount)
  expect(entry).toMatchObject({ byteLength })
})

it('reads no file until somebody reads there', async () => {
  const untouchable = failingSource(zeroSource(100_000), 0)
  const iso = await readBack([file('far', untouchable), file('near')], { order: ['near'] })
  expect(await pathsOf(iso, 'rockRidge')).toEqual(['far', 'near'])
  expect(await readAll(isoFileSource(iso, (await findIsoEntry(iso, 'near'))!))).toEqual(encodeUtf8('near'))
  await expect(readAll(iso.source)).rejects.toMatchObject({ code: 'IO_FAILED' })
})

it('places files by path, after those that are asked to come first', async () => {
  const iso = await readBack([file('a'), file('b/c'), file('d')], { order: ['d'] })
  const entries = (await entriesOf(iso)).filter(({ isDirectory }) => !isDirectory)
  const byOffset = entries.sort((a, b) => (a.extents[0]?.offset ?? 0) - (b.extents[0]?.offset ?? 0))
  expect(byOffset.map(({ realPath }) => realPath)).toEqual(['d', 'a', 'b/c'])
})

it('writes the labels and the system area as given', async () => {
  const systemArea = new Uint8Array(32_768).fill(7)
  const labels = {
    volumeId: 'demo-coreos-38.20230718.dev.0-xx',
    systemId: 'SYSTEM',
    volumeSetId: 'the.whole-name',
    publisherId: 'p'.repeat(128),
    preparerId: 'preparer',
    applicationId: 'application',
  }
  const iso = await readBack([], { ...labels, systemArea })
  expect(iso.primary).toMatchObject(labels)
  expect(iso.joliet).toMatchObject({ volumeId: 'demo-coreos-38.2', volumeSetId: 'the.whole-name' })
  expect(await iso.source.read(0, systemArea.byteLength)).toEqual(systemArea)
})

it('streams an image that is larger than memory', async () => {
  const image = await build([file('huge', zeroSource(2 ** 42))])
  let taken = 0
  for await (const chunk of chunks(image, { offset: 2 ** 41, byteLength: 8 * 2 ** 20 })) taken += chunk.byteLength
  expect(taken).toBe(8 * 2 ** 20)
  expect((await readIso9660(image)).primary.volumeSpaceByteLength).toBe(image.byteLength)
})

const control = String.fromCharCode(7)
it.each<[string, Partial<BuildIso9660Options>]>([
  ['an empty volume id', { volumeId: ' ' }],
  ['a volume id of 33 characters', { volumeId: 'v'.repeat(33) }],
  ['a volume id with a control character', { volumeId: `A${control}` }],
  ['a volume id that readers refuse', { volumeId: 'fedora#1' }],
  ['a publisher of 129 characters', { publisherId: 'p'.repeat(129) }],
  ['a time before 1900', { modifiedAt: new Date('1899-12-31T23:59:59Z') }],
  ['a time that is none', { modifiedAt: new Date(Number.NaN) }],
  ['a system area of 32769 bytes', { systemArea: new Uint8Array(32_769) }],
  ['an empty path', { entries: [file('')] }],
  ['a leading slash', { entries: [file('/a')] }],
  ['a trailing slash', { entries: [file('a/')] }],
  ['an empty part', { entries: [file('a//b')] }],
  ['a path that leaves the tree', { entries: [file('a/../../b')] }],
  ['a part that stays in place', { entries: [file('./a')] }],
  ['a control character', { entries: [file(`a${control}`)] }],
  ['half of a surrogate pair', { entries: [file('a\ud83d')] }],
  ['a name of 256 bytes', { entries: [file('é'.repeat(128))] }],
  ['a tree of 129 levels', { entries: [file(`${'d/'.repeat(128)}f`)] }],
  ['a path twice', { entries: [file('a'), file('a')] }],
  ['a file as a directory', { entries: [file('a/b'), file('a')] }],
  ['a link as a directory', { entries: [{ type: 'symlink', path: 'a', target: 'x' }, file('a/b')] }],
  ['a link to nothing', { entries: [{ type: 'symlink', path: 'a', target: '' }] }],
  ['a link target of 1024 bytes', { entries: [{ type: 'symlink', path: 'a', target: 'x'.repeat(1024) }] }],
  ['a first file that is not there', { order: ['missing'] }],
  ['a first file twice', { entries: [file('a')], order: ['a', 'a'] }],
  ['more than 8 TiB', { entries: [file('a', zeroSource(2 ** 43))] }],
])('refuses %s', async (_, options) => {
  await expect(build([], options)).rejects.toMatchObject({ name: 'UsageError', code: 'ISO_INPUT_INVALID' })
})
