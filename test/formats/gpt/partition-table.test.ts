import { describe, expect, it } from 'vitest'
import { concatSources, crc32, FieldWriter, memorySource, zeroSource } from '../../../src/bytes/index.ts'
import { decodePartitionTable, readPartitionTable, type SectorSize } from '../../../src/formats/gpt/index.ts'
import { DISK_GUID, diskBytes, editHeader, MIB, partition } from '../../support/partitioned-disk.ts'

const SECTOR_SIZES: readonly SectorSize[] = [512, 4096]
const DISK_BYTE_LENGTH: number = 4 * MIB
const PARTITIONS = [partition(2, 'boot', 1, 2), partition(7, 'größe', 2, 3)]

function disk({ sectorSize = 512 as SectorSize, partitions = PARTITIONS } = {}) {
  return diskBytes({ byteLength: DISK_BYTE_LENGTH, sectorSize, partitions })
}

function read(bytes: Uint8Array, sectorSize: SectorSize = 512) {
  return readPartitionTable(memorySource(bytes, '/dev/sda'), { sectorSize })
}

/** A disk whose primary table has other entries than 128 of 128 bytes; there is no backup. */
function diskWithEntries(entryCount: number, entryByteLength: number) {
  const bytes = disk()
  const entries = new Uint8Array(entryCount * entryByteLength)
  for (const [slot, from] of [
    [0, 1],
    [entryCount - 1, 6],
  ] as const) {
    entries.set(bytes.subarray(1024 + 128 * from, 1024 + 128 * (from + 1)), slot * entryByteLength)
  }
  bytes.fill(0, 1024)
  bytes.set(entries, 1024)
  editHeader(bytes, 512, (header) => header.seek(80).u32le(entryCount).u32le(entryByteLength).u32le(crc32(entries)))
  return bytes
}

describe('readPartitionTable', () => {
  it.each(SECTOR_SIZES)('reads the primary copy, with sectors of %i bytes', async (sectorSize) => {
    expect(await read(disk({ sectorSize }), sectorSize)).toEqual({
      sectorSize,
      diskGuid: DISK_GUID,
      copy: 'primary',
      otherHeader: { offset: DISK_BYTE_LENGTH - sectorSize, byteLength: sectorSize },
      entriesByteLength: 16_384,
      partitions: PARTITIONS.map(({ extent, ...rest }) => ({
        ...rest,
        extent,
        firstLba: extent.offset / sectorSize,
        lastLba: (extent.offset + extent.byteLength) / sectorSize - 1,
      })),
    })
  })

  it.each([
    { entryCount: 4, entryByteLength: 128 },
    { entryCount: 56, entryByteLength: 128 },
    { entryCount: 256, entryByteLength: 128 },
    { entryCount: 128, entryByteLength: 256 },
  ])('reads $entryCount entries of $entryByteLength bytes', async ({ entryCount, entryByteLength }) => {
    const table = await read(diskWithEntries(entryCount, entryByteLength))
    expect(table?.partitions).toMatchObject([
      { number: 1, name: 'boot' },
      { number: entryCount, name: 'größe' },
    ])
  })

  it.each(['8000000000000001', '0000000000000004', 'ffffffffffffffff'])(
    'keeps the attributes %s',
    async (attributes) => {
      const bytes = disk({ partitions: [{ ...partition(1, 'a', 1, 2), attributes }] })
      expect((await read(bytes))?.partitions).toMatchObject([{ attributes }])
    },
  )

  it('keeps a name of 36 units that is no sound text', async () => {
    const name = `\ud800${'x'.repeat(35)}`
    const bytes = disk({ partitions: [{ ...partition(1, 'a', 1, 2), name }] })
    expect((await read(bytes))?.partitions).toMatchObject([{ name }])
  })

  const places = {
    'the primary header': 512 + 60,
    'the primary entries': 1024 + 128 + 60,
    'the signature of the primary': 512,
    'the backup header': DISK_BYTE_LENGTH - 512 + 60,
    'the backup entries': DISK_BYTE_LENGTH - 512 - 16_384 + 128 + 60,
    'the signature of the backup': DISK_BYTE_LENGTH - 512,
  } as const
  type Place = keyof typeof places
  const damage = (...damaged: readonly Place[]) => {
    const bytes = disk()
    for (const place of damaged) bytes[places[place]] = 0x5a
    return bytes
  }

  it.each(
    Object.keys(places).map((place) => ({
      place: place as Place,
      copy: place.includes('primary') ? 'backup' : 'primary',
    })),
  )('reads the $copy when $place is damaged', async ({ place, copy }) => {
    const table = await read(damage(place))
    expect(table).toMatchObject({ copy, diskGuid: DISK_GUID })
    expect(table?.partitions).toMatchObject(PARTITIONS)
  })

  it.each<{ damaged: readonly Place[] }>([
    { damaged: ['the primary header', 'the backup header'] },
    { damaged: ['the primary header', 'the backup entries'] },
    { damaged: ['the primary entries', 'the backup header'] },
    { damaged: ['the primary entries', 'the backup entries'] },
    { damaged: ['the primary entries', 'the signature of the backup'] },
    { damaged: ['the signature of the primary', 'the backup header'] },
  ])('refuses a disk where $damaged are damaged', async ({ damaged }) => {
    await expect(read(damage(...damaged))).rejects.toMatchObject({ code: 'GPT_CORRUPT' })
  })

  it('has none when both signatures are gone', async () => {
    expect(await read(damage('the signature of the primary', 'the signature of the backup'))).toBeUndefined()
  })

  it('follows the primary header to a backup that is not at the end', async () => {
    const image = damage('the primary entries')
    const larger = concatSources([memorySource(image), zeroSource(MIB)], 'larger disk')
    expect(await readPartitionTable(larger, { sectorSize: 512 })).toMatchObject({ copy: 'backup' })
  })

  it('finds the backup at the end when the primary header points elsewhere', async () => {
    const bytes = damage('the primary entries')
    editHeader(bytes, 512, (header) => header.seek(32).u64le(4000))
    expect(await read(bytes)).toMatchObject({ copy: 'backup' })
  })

  it('does not believe a header that was copied from another place', async () => {
    const bytes = disk()
    bytes.copyWithin(512, DISK_BYTE_LENGTH - 512)
    bytes.fill(0, DISK_BYTE_LENGTH - 512)
    await expect(read(bytes)).rejects.toMatchObject({ code: 'GPT_CORRUPT' })
  })

  it('does not believe entries that make no sense, although their checksum is right', async () => {
    const bytes = disk()
    bytes.set(new FieldWriter(16).u64le(300).u64le(299).bytes, 1024 + 128 + 32)
    const checksum = crc32(bytes.subarray(1024, 1024 + 16_384))
    editHeader(bytes, 512, (header) => header.seek(88).u32le(checksum))
    expect(await read(bytes)).toMatchObject({ copy: 'backup' })
  })

  it.each([
    { found: 512, wanted: 4096 },
    { found: 4096, wanted: 512 },
  ] as const)('names both sizes when it finds a table for $found and not for $wanted', async ({ found, wanted }) => {
    const attempt = read(disk({ sectorSize: found }), wanted)
    const message = expect.stringMatching(new RegExp(`sectors of ${found} bytes.*sectors of ${wanted} bytes`))
    await expect(attempt).rejects.toMatchObject({ code: 'SECTOR_SIZE_MISMATCH', message })
  })

  it('names both sizes for a damaged table for other sectors, when there is none for the right ones', async () => {
    const bytes = disk({ sectorSize: 4096 })
    bytes[4096 + 60] = 0x5a
    bytes[DISK_BYTE_LENGTH - 4096 + 60] = 0x5a
    await expect(read(bytes)).rejects.toMatchObject({ code: 'SECTOR_SIZE_MISMATCH' })
    await expect(read(bytes, 4096)).rejects.toMatchObject({ code: 'GPT_CORRUPT' })
  })

  it('calls a damaged table damaged, also when what else there was is of other sectors', async () => {
    const bytes = damage('the primary header', 'the backup header')
    bytes.set(new TextEncoder().encode('EFI PART'), 4096)
    await expect(read(bytes)).rejects.toMatchObject({ code: 'GPT_CORRUPT' })
  })

  it('finds a backup for other sectors, too', async () => {
    const bytes = disk({ sectorSize: 4096 }).fill(0, 0, MIB)
    await expect(read(bytes)).rejects.toMatchObject({ code: 'SECTOR_SIZE_MISMATCH' })
  })

  it('takes the table for the right sectors when an older one for others is still there', async () => {
    const bytes = disk({ sectorSize: 4096 })
    bytes.set(disk({ partitions: [] }).subarray(512, 1024), 512)
    expect((await read(bytes, 4096))?.partitions).toHaveLength(2)
  })

  it('has none on what is too small or blank', async () => {
    for (const byteLength of [0, 1, 512, 1023, 1024, 4096, 8192, MIB]) {
      for (const sectorSize of SECTOR_SIZES) expect(await read(new Uint8Array(byteLength), sectorSize)).toBeUndefined()
    }
  })
})

describe('decodePartitionTable', () => {
  const withOwnLba = (lba: number) => {
    const bytes = disk()
    editHeader(bytes, 512, (header) => header.seek(24).u64le(lba))
    return bytes
  }
  const decode = (head: Uint8Array) => decodePartitionTable(head, { sectorSize: 512, name: 'image.raw' })

  it('needs neither the backup nor the partitions', () => {
    expect(decode(disk().subarray(0, 1024 + 16_384))?.partitions).toMatchObject(PARTITIONS)
  })

  it('has none without the signature', () => {
    expect(decode(new Uint8Array(MIB))).toBeUndefined()
    expect(decode(new Uint8Array(100))).toBeUndefined()
  })

  it('refuses a table for other sectors', () => {
    const attempt = () => decode(disk({ sectorSize: 4096 }))
    expect(attempt).toThrow(expect.objectContaining({ code: 'SECTOR_SIZE_MISMATCH' }))
  })

  it.each([
    { name: 'a damaged header', head: () => disk().fill(1, 600, 601) },
    { name: 'a header from another place', head: () => withOwnLba(5) },
    { name: 'damaged entries', head: () => disk().fill(1, 1100, 1101) },
    { name: 'entries that end a byte behind it', head: () => disk().subarray(0, 1024 + 16_383) },
  ])('refuses $name', ({ head }) => {
    expect(() => decode(head())).toThrow(expect.objectContaining({ code: 'GPT_CORRUPT' }))
  })
})
