import { expect, it } from 'vitest'
import { FieldWriter, joinBytes, memorySource } from '../../../src/bytes/index.ts'
import { type ElTorito, readElTorito, readIso9660 } from '../../../src/formats/iso9660/index.ts'
import { bootRecordBytes, isoBytes, volumeDescriptorBytes } from '../../support/iso-bytes.ts'

const CATALOG_SECTOR = 40
const CATALOG_OFFSET: number = CATALOG_SECTOR * 2048

async function readCatalog(...entries: readonly Uint8Array[]): Promise<ElTorito | undefined> {
  const descriptors = [volumeDescriptorBytes(), bootRecordBytes({ catalogLba: CATALOG_SECTOR })]
  const image = isoBytes({ descriptors, sectors: { [CATALOG_SECTOR]: joinBytes(entries) } })
  return readElTorito(await readIso9660(memorySource(image, 'test.iso')))
}

function validation(platformId = 0, { key = 0xaa55, checksumError = 0 } = {}): Uint8Array {
  const entry = new FieldWriter(32).u8(1).u8(platformId).seek(4).put(new TextEncoder().encode('MAKER'))
  entry.seek(30).u16le(key)
  const words = new Uint16Array(entry.bytes.buffer)
  const sum = words.reduce((total, word) => total + word, 0)
  return entry.seek(28).u16le((0x20000 * 8 - sum + checksumError) % 0x10000).bytes
}

function entry({ id = 0x88, media = 0, loadSegment = 0, sectorCount = 4, lba = 41 } = {}): Uint8Array {
  return new FieldWriter(32).u8(id).u8(media).u16le(loadSegment).u8(0).u8(0).u16le(sectorCount).u32le(lba).bytes
}

function header(id: number, platformId: number, entryCount: number): Uint8Array {
  return new FieldWriter(32).u8(id).u8(platformId).u16le(entryCount).bytes
}

const extension = (flags = 0) => new FieldWriter(32).u8(0x44).u8(flags).bytes

it('has none for an image without a boot record, or with another one', async () => {
  const plain = await readIso9660(memorySource(isoBytes()))
  expect(await readElTorito(plain)).toBeUndefined()
  const other = isoBytes({ descriptors: [volumeDescriptorBytes(), bootRecordBytes({ systemId: 'OTHER' })] })
  expect(await readElTorito(await readIso9660(memorySource(other)))).toBeUndefined()
})

it('reads the initial entry and those of the sections', async () => {
  const catalog = await readCatalog(
    validation(),
    entry({ loadSegment: 0x7c0 }),
    header(0x90, 0xef, 1),
    entry({ lba: 42, sectorCount: 0 }),
    header(0x91, 0x77, 2),
    entry({ id: 0, media: 4, lba: 43 }),
    entry({ lba: 44 }),
    header(0x90, 0xef, 1), // behind the last section
    entry({ lba: 45 }),
  )
  expect(catalog).toMatchObject({ offset: CATALOG_OFFSET, id: 'MAKER', problems: [] })
  expect(catalog?.entries).toMatchObject([
    {
      entryOffset: CATALOG_OFFSET + 32,
      platform: 'x86',
      isBootable: true,
      emulation: 'none',
      loadSegment: 0x7c0,
      sectorCount: 4,
      loadByteLength: 2048,
      offset: 41 * 2048,
    },
    { entryOffset: CATALOG_OFFSET + 96, platform: 'efi', platformId: 0xef, sectorCount: 0, offset: 42 * 2048 },
    { platform: 'unknown', platformId: 0x77, isBootable: false, emulation: 'hard-disk', offset: 43 * 2048 },
    { platform: 'unknown', offset: 44 * 2048 },
  ])
})

it('passes over extensions of an entry', async () => {
  const catalog = await readCatalog(
    validation(),
    entry(),
    header(0x91, 0, 2),
    entry({ media: 0x20, lba: 42 }),
    extension(0x20),
    extension(),
    entry({ lba: 43 }),
  )
  expect(catalog?.entries.map(({ offset }) => offset / 2048)).toEqual([41, 42, 43])
  expect(catalog?.problems).toEqual([])
})

it.each<{ name: string; entries: readonly Uint8Array[]; entryCount: number }>([
  { name: 'a wrong checksum', entries: [validation(0, { checksumError: 1 }), entry()], entryCount: 1 },
  {
    name: 'a boot image outside of the image',
    entries: [validation(), entry({ lba: 64, sectorCount: 1 })],
    entryCount: 1,
  },
  {
    name: 'a section with fewer entries than it counts',
    entries: [validation(), entry(), header(0x91, 0, 2), entry(), extension()],
    entryCount: 2,
  },
  {
    name: 'a section that counts more entries than a catalog has',
    entries: [validation(), entry(), header(0x91, 0, 0xffff), ...Array.from({ length: 300 }, () => entry())],
    entryCount: 254,
  },
])('reports $name, and gives what there is', async ({ entries, entryCount }) => {
  const catalog = await readCatalog(...entries)
  expect(catalog?.problems).toHaveLength(1)
  expect(catalog?.entries).toHaveLength(entryCount)
})

it.each<{ name: string; entries: readonly Uint8Array[] }>([
  { name: 'zeros', entries: [] },
  { name: 'no validation entry first', entries: [entry(), entry()] },
  { name: 'a validation entry without its key', entries: [validation(0, { key: 0x55aa }), entry()] },
])('refuses a catalog of $name', async ({ entries }) => {
  await expect(readCatalog(...entries)).rejects.toMatchObject({ code: 'ISO_BOOT_CATALOG_CORRUPT' })
})

it('refuses a catalog behind the end of the image', async () => {
  const image = isoBytes({ descriptors: [volumeDescriptorBytes(), bootRecordBytes({ catalogLba: 64 })] })
  await expect(readElTorito(await readIso9660(memorySource(image)))).rejects.toMatchObject({
    code: 'ISO_BOOT_CATALOG_CORRUPT',
  })
})
