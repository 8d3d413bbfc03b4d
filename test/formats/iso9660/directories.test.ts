import { expect, it } from 'vitest'
import { joinBytes, memorySource, type Source } from '../../../src/bytes/index.ts'
import { findIsoEntry, type IsoEntry, type IsoTree, readIso9660, walkIso } from '../../../src/formats/iso9660/index.ts'
import { collect } from '../../support/collect.ts'
import {
  directoryBytes,
  directoryRecordBytes,
  FREE_SECTOR,
  type IsoFields,
  isoBytes,
  padded,
  ROOT_SECTOR,
  recordBytes,
  ucs2Bytes,
  volumeDescriptorBytes,
} from '../../support/iso-bytes.ts'

const SECTOR_SIZE = 2048
const MULTI_EXTENT = 0x80

const open = (fields: IsoFields) => readIso9660(memorySource(isoBytes(fields), 'test.iso'))

async function list(fields: IsoFields, tree: IsoTree = 'iso'): Promise<readonly IsoEntry[]> {
  return collect(walkIso(await open(fields), { tree }))
}

const paths = async (fields: IsoFields, tree?: IsoTree) => (await list(fields, tree)).map(({ path }) => path)

it.each<{ name: string; identifier: string | Uint8Array; is: string }>([
  { name: 'loses its version', identifier: 'KARGS.JSO;1', is: 'KARGS.JSO' },
  { name: 'loses its version and then its last dot', identifier: 'VMLINUZ.;1', is: 'VMLINUZ' },
  { name: 'loses one dot only', identifier: 'A..;1', is: 'A.' },
  { name: 'keeps another version behind a dot', identifier: 'NAME.EXT;2', is: 'NAME.EXT.2' },
  { name: 'has dots where slashes were', identifier: 'A/B;1', is: 'A.B' },
  { name: 'may be lower case', identifier: 'a-b.c;1', is: 'a-b.c' },
  { name: 'may have the marks of the standard', identifier: '!"%&\'()*+,-.:<=>?;1', is: '!"%&\'()*+,-.:<=>?' },
  { name: 'may have other marks', identifier: '#$@[]^{}~;1', is: '#$@[]^{}~' },
  {
    name: 'has U+FFFD for bytes that are not ASCII',
    identifier: Uint8Array.of(0x41, 0xc3, 0xa4, 0x1b),
    is: 'A\u{fffd}\u{fffd}\u{fffd}',
  },
  { name: 'ends at a zero byte', identifier: 'AB\0CD', is: 'AB' },
  { name: 'is _ when it would be empty', identifier: ';1', is: '_' },
  { name: 'is _ when it would be the directory', identifier: '..', is: '_' },
  { name: 'is __ when it would be the parent', identifier: '//.;1', is: '__' },
])('a name $name', async ({ identifier, is }) => {
  expect(await paths({ root: [recordBytes({ identifier })] })).toEqual([is])
})

it('lists the files around a name with odd bytes', async () => {
  const root = ['A;1', Uint8Array.of(0xff), 'B;1'].map((identifier) => recordBytes({ identifier }))
  expect(await paths({ root })).toEqual(['A', '\u{fffd}', 'B'])
})

it('walks depth first in record order, each directory before its children', async () => {
  const sectors = {
    32: directoryBytes([directoryRecordBytes({ identifier: 'D', lba: 33 }), recordBytes({ identifier: 'F;1' })], {
      lba: 32,
    }),
    33: directoryBytes([recordBytes({ identifier: 'G;1' })], { lba: 33, parentLba: 32 }),
  }
  const root = [
    recordBytes({ identifier: 'Z;1' }),
    directoryRecordBytes({ identifier: 'C', lba: 32 }),
    recordBytes({ identifier: 'A;1' }),
  ]
  expect(await paths({ root, sectors })).toEqual(['Z', 'C', 'C/D', 'C/D/G', 'C/F', 'A'])
})

it('counts the little-endian copy where the two disagree', async () => {
  const record = recordBytes({ lba: 40, byteLength: 5, bigEndian: { lba: 41, byteLength: 6 } })
  const [entry] = await list({ root: [record] })
  expect(entry?.extents).toEqual([{ offset: 40 * SECTOR_SIZE, byteLength: 5 }])
})

it('starts the contents behind an extended attribute record', async () => {
  const [entry] = await list({ root: [recordBytes({ lba: 40, attributeSectorCount: 2, byteLength: 5 })] })
  expect(entry?.extents).toEqual([{ offset: 42 * SECTOR_SIZE, byteLength: 5 }])
})

it('says where a record stands', async () => {
  const [first, second] = await list({ root: [recordBytes({ identifier: 'A;1' }), recordBytes({ identifier: 'B;1' })] })
  expect(first?.recordOffset).toBe(ROOT_SECTOR * SECTOR_SIZE + 2 * 34)
  expect(second?.recordOffset).toBe(ROOT_SECTOR * SECTOR_SIZE + 2 * 34 + 36)
})

it('lets empty files share an extent', async () => {
  const root = [recordBytes({ identifier: 'A;1', lba: 40 }), recordBytes({ identifier: 'B;1', lba: 40, byteLength: 7 })]
  expect((await list({ root })).map(({ extents }) => extents)).toEqual([
    [{ offset: 40 * SECTOR_SIZE, byteLength: 0 }],
    [{ offset: 40 * SECTOR_SIZE, byteLength: 7 }],
  ])
})

it('goes on in the next sector where records end early', async () => {
  const bytes = joinBytes([
    padded(recordBytes({ identifier: 'A;1' }), SECTOR_SIZE),
    new Uint8Array(SECTOR_SIZE),
    padded(recordBytes({ identifier: 'B;1' }), SECTOR_SIZE),
  ])
  const root = [directoryRecordBytes({ identifier: 'D', lba: 32, byteLength: bytes.byteLength })]
  expect(await paths({ root, sectors: { 32: bytes } })).toEqual(['D', 'D/A', 'D/B'])
})

it('does not skip a sector for a zero in the last byte of the one before', async () => {
  const filling = recordBytes({ identifier: 'A;1', systemUse: new Uint8Array(200) })
  const count = Math.floor((SECTOR_SIZE - 1) / filling.byteLength)
  const rest = SECTOR_SIZE - 1 - count * filling.byteLength
  const last = padded(recordBytes({ identifier: 'B;1', recordByteLength: rest }), rest)
  const bytes = joinBytes([
    ...Array.from({ length: count }, () => filling),
    last,
    new Uint8Array(1),
    padded(recordBytes({ identifier: 'C;1' }), SECTOR_SIZE),
  ])
  const root = [directoryRecordBytes({ identifier: 'D', lba: 32, byteLength: bytes.byteLength })]
  expect((await paths({ root, sectors: { 32: bytes } })).slice(-2)).toEqual(['D/B', 'D/C'])
})

it.each<{ name: string; record: Uint8Array }>([
  { name: 'is shorter than its fields', record: recordBytes({ recordByteLength: 32 }) },
  { name: 'is one byte too short for its name', record: recordBytes({ identifier: 'ABC', recordByteLength: 35 }) },
  { name: 'has a name beyond its end', record: recordBytes({ nameByteLength: 12 }) },
  { name: 'continues in no other record', record: recordBytes({ flags: MULTI_EXTENT }) },
])('refuses a record that $name', async ({ record }) => {
  await expect(list({ root: [record] })).rejects.toMatchObject({ code: 'ISO_RECORD_CORRUPT' })
})

it('takes a record that fits its directory to the byte, and refuses one that leaves it', async () => {
  const record = recordBytes({ identifier: 'ABC' })
  const directoryOf = (byteLength: number): IsoFields => ({
    root: [directoryRecordBytes({ identifier: 'D', lba: 32, byteLength })],
    sectors: { 32: record },
  })
  expect(await paths(directoryOf(record.byteLength))).toEqual(['D', 'D/ABC'])
  await expect(list(directoryOf(record.byteLength - 1))).rejects.toMatchObject({ code: 'ISO_RECORD_CORRUPT' })
})

it('joins the records of a file of more than 4 GiB', async () => {
  const part = 2 ** 32 - SECTOR_SIZE
  const root = [
    recordBytes({ identifier: 'BIG;1', lba: 100, byteLength: part, flags: MULTI_EXTENT }),
    recordBytes({ identifier: 'BIG;1', lba: 100 + part / SECTOR_SIZE, byteLength: part, flags: MULTI_EXTENT }),
    recordBytes({ identifier: 'BIG;1', lba: 100 + (2 * part) / SECTOR_SIZE, byteLength: 5 }),
    recordBytes({ identifier: 'SMALL;1', byteLength: 3 }),
  ]
  const [big, small, ...others] = await list({ root })
  expect(others).toEqual([])
  expect(big).toMatchObject({ path: 'BIG', byteLength: 2 * part + 5 })
  expect(big?.extents.map(({ offset }) => offset)).toEqual([0, 1, 2].map((index) => 100 * SECTOR_SIZE + index * part))
  expect(small).toMatchObject({ path: 'SMALL', byteLength: 3 })
})

it('refuses a file whose next part has another name', async () => {
  const root = [recordBytes({ identifier: 'A;1', flags: MULTI_EXTENT }), recordBytes({ identifier: 'B;1' })]
  await expect(list({ root })).rejects.toMatchObject({ code: 'ISO_RECORD_CORRUPT' })
})

it.each([
  { name: 'itself', lba: FREE_SECTOR },
  { name: 'the root', lba: ROOT_SECTOR },
])('refuses a directory that leads to $name', async ({ lba }) => {
  const sectors = {
    [FREE_SECTOR]: directoryBytes([directoryRecordBytes({ identifier: 'E', lba })], { lba: FREE_SECTOR }),
  }
  const root = [directoryRecordBytes({ identifier: 'D', lba: FREE_SECTOR })]
  await expect(list({ root, sectors })).rejects.toMatchObject({ code: 'ISO_RECORD_CORRUPT' })
})

it('walks directories 128 deep, and refuses deeper ones', async () => {
  const nested = (depth: number): IsoFields => {
    const sectors: Record<number, Uint8Array> = {}
    for (let level = 1; level <= depth; level++) {
      const next = level < depth ? [directoryRecordBytes({ identifier: 'D', lba: 100 + level + 1 })] : []
      sectors[100 + level] = directoryBytes(next, { lba: 100 + level })
    }
    return { root: [directoryRecordBytes({ identifier: 'D', lba: 101 })], sectors, sectorCount: 300 }
  }
  expect(await paths(nested(128))).toHaveLength(128)
  await expect(list(nested(129))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
})

it.each([
  { name: '4 GiB', lba: FREE_SECTOR, byteLength: 2 ** 32 - 1, code: 'LIMIT_EXCEEDED' },
  { name: 'more than the image has', lba: 63, byteLength: SECTOR_SIZE + 1, code: 'ISO_RECORD_CORRUPT' },
  { name: 'a place behind the image', lba: 0xffffffff, byteLength: SECTOR_SIZE, code: 'ISO_RECORD_CORRUPT' },
])('refuses a directory that claims $name before memory is set aside', async ({ lba, byteLength, code }) => {
  const root = [directoryRecordBytes({ identifier: 'D', lba, byteLength })]
  await expect(list({ root })).rejects.toMatchObject({ code })
})

it('gives up soon when small records ask for endless directories', async () => {
  const sectorCount = 8192
  const byteLength = 2 ** 23
  const sectors: Record<number, Uint8Array> = {}
  const root: Uint8Array[] = []
  for (let index = 0; index < 16; index++)
    root.push(directoryRecordBytes({ identifier: `D${index}`, lba: 100 + index, byteLength }))
  const started = performance.now()
  await expect(list({ root, sectors, sectorCount })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  expect(performance.now() - started).toBeLessThan(5000)
})

it('walks the Joliet tree by its own names, and none when there is none', async () => {
  const joliet = volumeDescriptorBytes({
    type: 2,
    escapeSequence: '%/E',
    root: directoryRecordBytes({ identifier: '\0', lba: 40 }),
  })
  const sectors = {
    40: directoryBytes(
      [
        directoryRecordBytes({ identifier: ucs2Bytes('Größe'), lba: 41 }),
        recordBytes({ identifier: ucs2Bytes('a long name.json;1') }),
      ],
      { lba: 40 },
    ),
    41: directoryBytes([recordBytes({ identifier: ucs2Bytes('../x') })], { lba: 41 }),
  }
  const descriptors = [volumeDescriptorBytes(), joliet]
  const root = [recordBytes({ identifier: 'A;1' })]
  expect(await paths({ descriptors, root, sectors }, 'joliet')).toEqual(['Größe', 'Größe/...x', 'a long name.json'])
  expect(await paths({ root }, 'joliet')).toEqual([])
})

it('stops a walk when its signal is aborted', async () => {
  const controller = new AbortController()
  const iso = await open({ root: [recordBytes({ identifier: 'A;1' }), recordBytes({ identifier: 'B;1' })] })
  const seen: string[] = []
  const walking = (async () => {
    for await (const { path } of walkIso(iso, { signal: controller.signal })) {
      seen.push(path)
      controller.abort(new Error('enough'))
    }
  })()
  await expect(walking).rejects.toThrow('enough')
  expect(seen).toEqual(['A'])
})

const TREE: IsoFields = {
  root: [directoryRecordBytes({ identifier: 'COREOS', lba: 32 }), recordBytes({ identifier: 'B;1' })],
  sectors: { 32: directoryBytes([recordBytes({ identifier: 'KARGS.JSO;1' })], { lba: 32 }) },
}

it.each([
  { path: '', finds: '' },
  { path: '/', finds: '' },
  { path: '..', finds: '' },
  { path: 'B', finds: 'B' },
  { path: '/COREOS/./../B', finds: 'B' },
  { path: './COREOS/../../B', finds: 'B' },
  { path: 'COREOS//KARGS.JSO', finds: 'COREOS/KARGS.JSO' },
  { path: 'COREOS/', finds: 'COREOS' },
  { path: 'MISSING', finds: undefined },
  { path: 'MISSING/KARGS.JSO', finds: undefined },
  { path: 'B/KARGS.JSO', finds: undefined },
  { path: 'coreos', finds: undefined },
  { path: 'COREOS/KARGS.JSO;1', finds: undefined },
])("finds '$path' as '$finds'", async ({ path, finds }) => {
  expect((await findIsoEntry(await open(TREE), path))?.path).toBe(finds)
})

it('tells a directory from a file', async () => {
  const iso = await open(TREE)
  expect(await findIsoEntry(iso, 'COREOS')).toMatchObject({ isDirectory: true, byteLength: SECTOR_SIZE })
  expect(await findIsoEntry(iso, 'B')).toMatchObject({ isDirectory: false })
})

it('reads only the directories on the path, and each of them once', async () => {
  const bytes = isoBytes({
    ...TREE,
    root: [directoryRecordBytes({ identifier: 'BROKEN', lba: 0xffffff }), ...(TREE.root ?? [])],
  })
  const memory = memorySource(bytes)
  const offsets: number[] = []
  const source: Source = {
    ...memory,
    read: (offset, byteLength) => {
      offsets.push(offset)
      return memory.read(offset, byteLength)
    },
  }
  const iso = await readIso9660(source)
  offsets.length = 0
  for (let round = 0; round < 3; round++) expect(await findIsoEntry(iso, 'COREOS/KARGS.JSO')).toBeDefined()
  expect(offsets).toEqual([ROOT_SECTOR * SECTOR_SIZE, 32 * SECTOR_SIZE])
})
