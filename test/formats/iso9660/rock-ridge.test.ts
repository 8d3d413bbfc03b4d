import { expect, it } from 'vitest'
import { joinBytes, memorySource } from '../../../src/bytes/index.ts'
import { findIsoEntry, type IsoEntry, type IsoTree, readIso9660, walkIso } from '../../../src/formats/iso9660/index.ts'
import { collect } from '../../support/collect.ts'
import {
  bothEndian,
  directoryBytes,
  directoryRecordBytes,
  systemUseField as field,
  type IsoFields,
  isoBytes,
  padded,
  recordBytes,
} from '../../support/iso-bytes.ts'

const SECTOR_SIZE = 2048
const CONTINUED = 0x01

const open = (fields: IsoFields) => readIso9660(memorySource(isoBytes(fields), 'test.iso'))

async function list(fields: IsoFields, tree: IsoTree = 'iso'): Promise<readonly IsoEntry[]> {
  return collect(walkIso(await open(fields), { tree }))
}

/** The only file of an image, with these fields behind its name. */
async function onlyFile(systemUse: readonly Uint8Array[], more: IsoFields = {}): Promise<IsoEntry | undefined> {
  const [entry] = await list({ ...more, root: [recordBytes({ identifier: 'X;1', systemUse: joinBytes(systemUse) })] })
  return entry
}

const nameField = (name: string, flags = 0) => field('NM', flags, name)
const continuation = (lba: number, offset: number, byteLength: number) =>
  field('CE', bothEndian(lba, offset, byteLength))

it.each<{ name: string; fields: readonly Uint8Array[]; realName: string | undefined }>([
  { name: 'a name', fields: [nameField('kargs.json')], realName: 'kargs.json' },
  { name: 'a name that is not ASCII', fields: [nameField('Größe')], realName: 'Größe' },
  { name: 'a name in two pieces', fields: [nameField('kargs', CONTINUED), nameField('.json')], realName: 'kargs.json' },
  { name: 'other fields around it', fields: [field('RR', 0x81), nameField('a'), field('TF', 14)], realName: 'a' },
  { name: 'a name behind a terminator', fields: [field('ST'), nameField('a')], realName: undefined },
  {
    name: 'a name behind a field that is too long',
    fields: [Uint8Array.of(0x58, 0x58, 200, 1), nameField('a')],
    realName: undefined,
  },
  {
    name: 'a name behind a field that is too short',
    fields: [Uint8Array.of(0x58, 0x58, 3, 1), nameField('a')],
    realName: undefined,
  },
  { name: 'a name that is not UTF-8', fields: [field('NM', 0, Uint8Array.of(0xff))], realName: undefined },
  { name: 'an empty name', fields: [nameField('')], realName: undefined },
  { name: 'a name that leads up', fields: [nameField('..')], realName: undefined },
  { name: 'a name with a slash', fields: [nameField('../../etc/passwd')], realName: undefined },
  { name: 'a name with a zero', fields: [nameField('a\0b')], realName: undefined },
  { name: 'the flag of a parent', fields: [nameField('', 0x04)], realName: undefined },
])('reads $name', async ({ fields, realName }) => {
  expect(await onlyFile(fields)).toMatchObject({ path: 'X', realName, realPath: realName ?? 'X' })
})

it('leaves out what others keep before the fields', async () => {
  const more = { rootSystemUse: field('SP', 0xbe, 0xef, 14) }
  const foreign = new Uint8Array(14).fill(0x41)
  expect(await onlyFile([foreign, nameField('real')], more)).toMatchObject({ realName: 'real' })
})

it('ignores a sharing field without its check bytes', async () => {
  const more = { rootSystemUse: field('SP', 0, 0, 14) }
  expect(await onlyFile([nameField('real')], more)).toMatchObject({ realName: 'real' })
})

it('goes on where a continuation leads', async () => {
  const rest = joinBytes([nameField('json'), field('PX', bothEndian(0o100600, 1, 0, 0))])
  const sectors = { 40: padded(joinBytes([new Uint8Array(100), rest]), SECTOR_SIZE) }
  const entry = await onlyFile([continuation(40, 100, rest.byteLength), nameField('kargs.', CONTINUED)], { sectors })
  expect(entry).toMatchObject({ realName: 'kargs.json', mode: 0o100600 })
})

it.each([
  { name: 'leads behind the image', target: continuation(0xffffff, 0, 20) },
  { name: 'starts outside its sector', target: continuation(40, SECTOR_SIZE, 20) },
  { name: 'is larger than a sector', target: continuation(40, 0, SECTOR_SIZE + 1) },
  { name: 'is cut short', target: field('CE', 1, 2, 3) },
])('keeps what it has when a continuation $name', async ({ target }) => {
  expect(await onlyFile([nameField('real'), target])).toMatchObject({ realName: 'real' })
})

it('does not follow continuations in a circle', async () => {
  const circle = joinBytes([continuation(40, 0, 28), new Uint8Array(4)])
  const entry = await onlyFile([nameField('real'), continuation(40, 0, 28)], { sectors: { 40: circle } })
  expect(entry).toMatchObject({ realName: 'real' })
})

it('gives up soon when every record continues elsewhere', async () => {
  const systemUse = (index: number) => continuation(300 + (index % 7000), 0, 20)
  const records = Array.from({ length: 20_000 }, (_, index) =>
    recordBytes({ identifier: 'X;1', systemUse: systemUse(index) }),
  )
  const big = directoryBytes(records, { lba: 8000 })
  const root = [directoryRecordBytes({ identifier: 'D', lba: 8000, byteLength: big.byteLength })]
  await expect(list({ root, sectors: { 8000: big }, sectorCount: 10_000 })).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
  })
})

it.each<{ name: string; fields: readonly Uint8Array[]; linkTarget: string | undefined }>([
  { name: 'one part', fields: [field('SL', 0, 0, 3, 'usr')], linkTarget: 'usr' },
  { name: 'parts', fields: [field('SL', 0, 4, 0, 2, 0, 0, 1, 'a')], linkTarget: '.././a' },
  { name: 'the root first', fields: [field('SL', 0, 8, 0, 0, 3, 'etc', 0, 1, 'x')], linkTarget: '/etc/x' },
  { name: 'a part in two pieces', fields: [field('SL', 0, 1, 2, 'us', 0, 1, 'r')], linkTarget: 'usr' },
  {
    name: 'two fields',
    fields: [field('SL', 1, 1, 2, 'us'), field('SL', 0, 0, 1, 'r', 0, 3, 'lib')],
    linkTarget: 'usr/lib',
  },
  { name: 'a part that is too long', fields: [field('SL', 0, 0, 9, 'usr')], linkTarget: undefined },
])('reads a link of $name, for display', async ({ fields, linkTarget }) => {
  expect(await onlyFile(fields)).toMatchObject({ linkTarget })
})

it('finds real names as they are written, after the ISO names', async () => {
  const root = [
    directoryRecordBytes({ identifier: 'IMAGES', lba: 32, systemUse: nameField('images') }),
    recordBytes({ identifier: 'A;1', lba: 50, systemUse: nameField('B') }),
    recordBytes({ identifier: 'B;1', lba: 51, systemUse: nameField('A') }),
  ]
  const file = recordBytes({ identifier: 'GENERICD.PRM;1', systemUse: nameField('genericdvd.prm') })
  const iso = await open({ root, sectors: { 32: directoryBytes([file], { lba: 32 }) } })
  expect(await findIsoEntry(iso, 'images/genericdvd.prm')).toMatchObject({
    path: 'IMAGES/GENERICD.PRM',
    realPath: 'images/genericdvd.prm',
  })
  expect(await findIsoEntry(iso, 'IMAGES/genericdvd.prm')).toBeDefined()
  expect(await findIsoEntry(iso, 'images/GENERICDVD.PRM')).toBeUndefined()
  expect(await findIsoEntry(iso, 'B')).toMatchObject({
    recordOffset: expect.any(Number),
    extents: [{ offset: 51 * SECTOR_SIZE }],
  })
})

it('finds the first of two files that have the same real name', async () => {
  const root = ['A;1', 'B;1'].map((identifier) => recordBytes({ identifier, systemUse: nameField('same') }))
  expect(await findIsoEntry(await open({ root }), 'same')).toMatchObject({ path: 'A' })
})

/** `DEEP` keeps the place of a directory that stands in `RR_MOVED`. */
const RELOCATED: IsoFields = {
  root: [
    directoryRecordBytes({ identifier: 'A', lba: 32, systemUse: nameField('a') }),
    directoryRecordBytes({ identifier: 'RR_MOVED', lba: 33, systemUse: nameField('rr_moved') }),
  ],
  sectors: {
    32: directoryBytes(
      [recordBytes({ identifier: 'DEEP', systemUse: joinBytes([nameField('deep'), field('CL', bothEndian(34))]) })],
      { lba: 32 },
    ),
    33: directoryBytes(
      [directoryRecordBytes({ identifier: 'DEEP', lba: 34, systemUse: joinBytes([nameField('deep'), field('RE')]) })],
      { lba: 33 },
    ),
    34: directoryBytes([recordBytes({ identifier: 'FILE.;1', systemUse: nameField('file') })], { lba: 34 }),
  },
}

it('lists a moved directory where it was recorded, or where it belongs', async () => {
  expect((await list(RELOCATED)).map(({ path }) => path)).toEqual([
    'A',
    'A/DEEP',
    'RR_MOVED',
    'RR_MOVED/DEEP',
    'RR_MOVED/DEEP/FILE',
  ])
  expect((await list(RELOCATED, 'rockRidge')).map(({ realPath }) => realPath)).toEqual([
    'a',
    'a/deep',
    'a/deep/file',
    'rr_moved',
  ])
})

it('finds a moved directory where it belongs', async () => {
  const iso = await open(RELOCATED)
  expect(await findIsoEntry(iso, 'A/DEEP')).toMatchObject({ isDirectory: true, byteLength: SECTOR_SIZE })
  expect(await findIsoEntry(iso, 'a/deep/file')).toMatchObject({ path: 'A/DEEP/FILE', isDirectory: false })
})

it.each([
  { name: 'zeros', lba: 50 },
  { name: 'nothing', lba: 0xffffffff },
  { name: 'a file system that has no directory here', lba: 16 },
])('refuses a moved directory that leads to $name', async ({ lba }) => {
  const root = [recordBytes({ identifier: 'DEEP', systemUse: field('CL', bothEndian(lba)) })]
  await expect(findIsoEntry(await open({ root }), 'DEEP')).rejects.toMatchObject({ code: 'ISO_RECORD_CORRUPT' })
})
