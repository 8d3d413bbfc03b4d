import { describe, expect, it } from 'vitest'
import { Cursor, memorySource, readAll } from '../../../src/bytes/index.ts'
import { buildIso9660, type IsoInput } from '../../../src/formats/iso9660/index.ts'

// What isokit's own reader never looks at, and firmware or other systems may: numbers in the other byte order, path
// tables, the order of records, link counts, where continuation areas end.

const SECTOR_SIZE = 2048

interface RawRecord {
  readonly lba: number
  readonly byteLength: number
  readonly isDirectory: boolean
  readonly identifier: string
  readonly systemUse: Uint8Array
}

interface RawTree {
  readonly pathTables: Readonly<Record<'little' | 'big', readonly string[]>>
  readonly directories: readonly { readonly path: string; readonly records: readonly RawRecord[] }[]
}

const paths = [
  'B/c/d',
  'A/x/y',
  'A/w/v',
  'longname-1/1',
  'longname-2/2',
  'a.0',
  'a',
  'z.b',
  'z',
  'zz',
  ...Array.from({ length: 30 }, (_, index) => `many/${'n'.repeat(180)}${index}`),
]
const entries: readonly IsoInput[] = paths.map((path) => ({
  type: 'file',
  path,
  source: memorySource(new Uint8Array(1)),
}))
const image = await readAll(await buildIso9660({ volumeId: 'STRUCTURE', entries }))

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** A number in both byte orders, which have to agree. */
function both32(cursor: Cursor): number {
  const little = cursor.u32le()
  expect(cursor.u32be()).toBe(little)
  return little
}

function both16(cursor: Cursor): number {
  const little = cursor.u16le()
  expect(cursor.u16be()).toBe(little)
  return little
}

function readRecord(cursor: Cursor): RawRecord {
  const record = new Cursor(cursor.take(cursor.u8() - 1))
  record.skip(1)
  const lba = both32(record)
  const byteLength = both32(record)
  record.skip(7)
  const isDirectory = (record.u8() & 2) !== 0
  record.skip(2)
  expect(both16(record)).toBe(1)
  const nameByteLength = record.u8()
  const identifier = text(record.take(nameByteLength))
  if (nameByteLength % 2 === 0) record.skip(1)
  return { lba, byteLength, isDirectory, identifier, systemUse: record.take(record.remainingByteLength) }
}

function readRecords(lba: number, byteLength: number): RawRecord[] {
  const records: RawRecord[] = []
  for (let offset = lba * SECTOR_SIZE; offset < lba * SECTOR_SIZE + byteLength; offset += SECTOR_SIZE) {
    const cursor = new Cursor(image.subarray(offset, offset + SECTOR_SIZE))
    while (cursor.remainingByteLength > 0 && image[offset + cursor.offset] !== 0) records.push(readRecord(cursor))
  }
  return records
}

function readPathTable(lba: number, byteLength: number, order: 'little' | 'big'): string[] {
  const cursor = new Cursor(image.subarray(lba * SECTOR_SIZE, lba * SECTOR_SIZE + byteLength))
  const rows: string[] = []
  while (cursor.remainingByteLength > 0) {
    const nameByteLength = cursor.u8()
    cursor.skip(1)
    const extent = order === 'little' ? cursor.u32le() : cursor.u32be()
    const parent = order === 'little' ? cursor.u16le() : cursor.u16be()
    rows.push(`${text(cursor.take(nameByteLength))} at ${extent} in ${parent}`)
    if (nameByteLength % 2 === 1) cursor.skip(1)
  }
  return rows
}

function readTree(descriptorLba: number): RawTree {
  const cursor = new Cursor(image.subarray(descriptorLba * SECTOR_SIZE, (descriptorLba + 1) * SECTOR_SIZE))
  cursor.skip(80)
  expect(both32(cursor) * SECTOR_SIZE).toBe(image.byteLength)
  cursor.skip(32)
  expect([both16(cursor), both16(cursor), both16(cursor)]).toEqual([1, 1, SECTOR_SIZE])
  const tableByteLength = both32(cursor)
  const little = readPathTable(cursor.u32le(), tableByteLength, 'little')
  cursor.skip(4)
  const big = readPathTable(cursor.u32be(), tableByteLength, 'big')
  cursor.skip(4)
  const root = readRecord(cursor)
  const directories = [{ path: '', records: readRecords(root.lba, root.byteLength) }]
  for (const { path, records } of directories) {
    for (const { identifier, lba, byteLength } of records.slice(2).filter(({ isDirectory }) => isDirectory)) {
      directories.push({ path: `${path}/${identifier}`, records: readRecords(lba, byteLength) })
    }
  }
  return { pathTables: { little, big }, directories }
}

/** The rows that a path table should have: directories level by level, which is how the tree has been read. */
function expectedPathTable({ directories }: RawTree): string[] {
  const numbers = new Map(directories.map(({ path }, index) => [path, index + 1]))
  return directories.map(({ path, records }) => {
    const parent = numbers.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    return `${path === '' ? '\0' : path.slice(path.lastIndexOf('/') + 1)} at ${records[0]?.lba} in ${parent}`
  })
}

/** System use fields by their two letters, through continuation areas. */
function* fieldsOf(area: Uint8Array): Generator<[string, Uint8Array]> {
  let next: Uint8Array | undefined = area
  while (next) {
    const cursor: Cursor = new Cursor(next)
    next = undefined
    while (cursor.remainingByteLength >= 4) {
      const signature = text(cursor.take(2))
      const content = new Cursor(cursor.take(cursor.u8() - 3))
      expect(content.u8()).toBe(1)
      if (signature === 'CE') {
        const lba = both32(content)
        const offset = both32(content)
        const byteLength = both32(content)
        expect(offset + byteLength).toBeLessThanOrEqual(SECTOR_SIZE)
        next = image.subarray(lba * SECTOR_SIZE + offset, lba * SECTOR_SIZE + offset + byteLength)
      } else yield [signature, content.take(content.remainingByteLength)]
    }
  }
}

/** What names of 8.3 are sorted by: the stem, then the extension, each as if padded with spaces (ECMA-119, 9.3). */
function isoSortKey(identifier: string): string {
  const [stem = '', extension = ''] = identifier.replace(/;1$/, '').split('.')
  return stem.padEnd(8) + extension
}

describe.each([
  { tree: 'primary', lba: 16, sortKey: isoSortKey },
  { tree: 'Joliet', lba: 17, sortKey: (identifier: string) => identifier },
])('the $tree tree', ({ lba, sortKey }) => {
  const tree = readTree(lba)

  it('has path tables in both byte orders that list its directories', () => {
    expect(tree.directories.length).toBeGreaterThan(8)
    expect(tree.pathTables.little).toEqual(expectedPathTable(tree))
    expect(tree.pathTables.big).toEqual(expectedPathTable(tree))
  })

  it('has directories that start with themselves and their parent, and go on in the order of names', () => {
    const places = new Map(tree.directories.map(({ path, records }) => [path, records[0]?.lba]))
    for (const { path, records } of tree.directories) {
      const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')))
      expect(records.slice(0, 2)).toMatchObject([{ identifier: '\0' }, { identifier: '\x01', lba: places.get(parent) }])
      const keys = records.slice(2).map(({ identifier }) => sortKey(identifier))
      expect(keys).toEqual([...keys].sort())
      expect(new Set(keys).size).toBe(keys.length)
    }
  })
})

it('says that the volume has Rock Ridge in the first record of the root, and only there', () => {
  const { directories } = readTree(16)
  const announcing = directories.flatMap(({ path, records }) =>
    records.flatMap(({ identifier, systemUse }) =>
      [...fieldsOf(systemUse)]
        .filter(([signature]) => /SP|ER/.test(signature))
        .map(([signature]) => [path, identifier, signature]),
    ),
  )
  expect(announcing).toEqual([
    ['', '\0', 'SP'],
    ['', '\0', 'ER'],
  ])
})

it('counts the links of directories: their own names, and one for each directory inside', () => {
  const { directories } = readTree(16)
  for (const { records } of directories) {
    const [, attributes] = [...fieldsOf(records[0]!.systemUse)].find(([signature]) => signature === 'PX')!
    const inside = records.slice(2).filter(({ isDirectory }) => isDirectory).length
    const cursor = new Cursor(attributes)
    cursor.skip(8)
    expect(both32(cursor)).toBe(2 + inside)
  }
})
