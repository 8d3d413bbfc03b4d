import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cursor, memorySource } from '../../../src/bytes/index.ts'
import {
  decodeMbr,
  encodeGpt,
  encodeProtectiveMbr,
  readGpt,
  readPartitionTable,
  type SectorSize,
  usableExtent,
} from '../../../src/formats/gpt/index.ts'
import {
  applyTo,
  DISK_GUID,
  diskBytes,
  MIB,
  partition,
  partitionsOf,
  testGuid,
} from '../../support/partitioned-disk.ts'

const DISK_BYTE_LENGTH: number = 4 * MIB

describe('encodeGpt', () => {
  const hex64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0'))
  const name = fc
    .array(fc.integer({ min: 1, max: 0xffff }), { maxLength: 36 })
    .map((units) => String.fromCharCode(...units))
  const guid = fc.uuid()

  /** Partitions with gaps between them, in any slots. */
  function partitionsFor(sectorSize: SectorSize) {
    const { offset: start, byteLength } = usableExtent(DISK_BYTE_LENGTH, sectorSize)
    const sectorCount = byteLength / sectorSize
    return fc
      .uniqueArray(fc.integer({ min: 0, max: sectorCount }), { maxLength: 40 })
      .map((borders) => borders.sort((a, b) => a - b))
      .chain((borders) => {
        const count = Math.floor(borders.length / 2)
        const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 128 }), { minLength: count, maxLength: count })
        const guids = fc.uniqueArray(guid, { minLength: count, maxLength: count })
        const rest = fc.array(fc.record({ typeGuid: guid, name, attributes: hex64 }), {
          minLength: count,
          maxLength: count,
        })
        return fc.tuple(numbers, guids, rest).map(([slots, uniqueGuids, entries]) =>
          entries.map((entry, index) => {
            const [from = 0, to = 0] = borders.slice(2 * index)
            const extent = { offset: start + from * sectorSize, byteLength: (to - from) * sectorSize }
            return { ...entry, number: slots[index] ?? 0, uniqueGuid: uniqueGuids[index] ?? '', extent }
          }),
        )
      })
  }

  it.each([512, 4096] as const)('writes what both readers read, with sectors of %i bytes', async (sectorSize) => {
    await fc.assert(
      fc.asyncProperty(partitionsFor(sectorSize), fc.boolean(), async (partitions, isPrimaryLost) => {
        const bytes = diskBytes({ byteLength: DISK_BYTE_LENGTH, sectorSize, partitions })
        if (isPrimaryLost) bytes.fill(0, sectorSize, 2 * sectorSize)
        const expected = [...partitions].sort((a, b) => a.number - b.number)
        expect(await partitionsOf(bytes, sectorSize)).toEqual(expected)
        if (isPrimaryLost) return
        const gpt = await readGpt(memorySource(bytes), { sectorSize })
        expect(gpt).toMatchObject({ problems: [], diskGuid: DISK_GUID, partitions: expected })
      }),
      { numRuns: 60 },
    )
  })

  it('gives partitions without numbers the slots of their places', async () => {
    const partitions = [partition(0, 'a', 1, 2), partition(0, 'b', 2, 3)].map(({ number: _, ...rest }) => rest)
    const bytes = diskBytes({ byteLength: DISK_BYTE_LENGTH, partitions })
    expect(await partitionsOf(bytes)).toMatchObject([{ number: 1 }, { number: 2 }])
  })

  it.each([512, 4096] as const)('says in both headers what they are, with sectors of %i bytes', (sectorSize) => {
    const disk = diskBytes({ byteLength: DISK_BYTE_LENGTH, sectorSize, partitions: [] })
    const usable = usableExtent(DISK_BYTE_LENGTH, sectorSize)
    for (const offset of [sectorSize, DISK_BYTE_LENGTH - sectorSize]) {
      const header = new Cursor(disk.subarray(offset, offset + sectorSize))
      header.skip(8)
      expect({ revision: header.u32le(), headerByteLength: header.u32le() }).toEqual({
        revision: 0x10000,
        headerByteLength: 92,
      })
      header.skip(24)
      expect({ firstUsable: header.u64le() * sectorSize, usableEnd: (header.u64le() + 1) * sectorSize }).toEqual({
        firstUsable: usable.offset,
        usableEnd: usable.offset + usable.byteLength,
      })
    }
  })

  it('cuts a name behind 36 units, and leaves the next entry alone', async () => {
    const long = { ...partition(1, 'a', 1, 2), name: 'x'.repeat(37) }
    const next = partition(2, 'b', 2, 3)
    const bytes = diskBytes({ byteLength: DISK_BYTE_LENGTH, partitions: [next, long] })
    expect(await partitionsOf(bytes)).toEqual([{ ...long, name: 'x'.repeat(36) }, next])
  })

  const { offset, byteLength } = usableExtent(DISK_BYTE_LENGTH, 512)
  const whole = partition(1, 'whole', 0, 0)

  it('takes partitions from the first to the last usable byte, in slots 1 and 128', async () => {
    const first = { ...whole, extent: { offset, byteLength: 512 } }
    const rest = {
      ...whole,
      number: 128,
      uniqueGuid: testGuid(2),
      extent: { offset: offset + 512, byteLength: byteLength - 512 },
    }
    const bytes = diskBytes({ byteLength: DISK_BYTE_LENGTH, partitions: [rest, first] })
    expect(await partitionsOf(bytes)).toEqual([first, rest])
  })

  it.each([
    {
      name: 'a partition in the table',
      partitions: [{ ...whole, extent: { offset: offset - 512, byteLength: 1024 } }],
    },
    { name: 'a partition in the backup', partitions: [{ ...whole, extent: { offset, byteLength: byteLength + 512 } }] },
    { name: 'a partition without bytes', partitions: [{ ...whole, extent: { offset, byteLength: 0 } }] },
    {
      name: 'a partition that ends before it starts',
      partitions: [{ ...whole, extent: { offset: MIB, byteLength: -512 } }],
    },
    { name: 'overlapping partitions', partitions: [partition(1, 'a', 2, 3), partition(2, 'b', 1, 2.5)] },
    { name: 'a partition inside another', partitions: [partition(1, 'a', 1, 3.5), partition(2, 'b', 2, 2.5)] },
  ])('refuses $name as invalid partition boundaries', ({ partitions }) => {
    const attempt = () => encodeGpt({ diskByteLength: DISK_BYTE_LENGTH, diskGuid: DISK_GUID, partitions })
    const message = expect.stringContaining('invalid partition boundaries')
    expect(attempt).toThrow(expect.objectContaining({ code: 'PARTITIONS_INVALID', message }))
  })

  it.each([
    { name: 'a number that is used twice', partitions: [partition(3, 'a', 1, 2), partition(3, 'b', 2, 3)] },
    { name: 'a number above 128', partitions: [partition(129, 'a', 1, 2)] },
    { name: 'a number below 1', partitions: [partition(0, 'a', 1, 2)] },
    {
      name: 'a GUID that is used twice, however it is written',
      partitions: ['abcdefab-0000-4000-8000-000000000000', 'ABCDEFAB-0000-4000-8000-000000000000'].map(
        (uniqueGuid, index) => ({
          ...partition(index + 1, 'a', index + 1, index + 2),
          uniqueGuid,
        }),
      ),
    },
  ])('refuses $name', ({ partitions }) => {
    const attempt = () => encodeGpt({ diskByteLength: DISK_BYTE_LENGTH, diskGuid: DISK_GUID, partitions })
    expect(attempt).toThrow(expect.objectContaining({ code: 'PARTITIONS_INVALID' }))
  })
})

it.each([
  { sectorSize: 512 as const, diskByteLength: 68 * 512 },
  { sectorSize: 4096 as const, diskByteLength: 12 * 4096 },
])('needs a disk of $diskByteLength bytes with sectors of $sectorSize', async ({ sectorSize, diskByteLength }) => {
  const options = { diskGuid: DISK_GUID, partitions: [], sectorSize }
  const smallest = new Uint8Array(diskByteLength)
  applyTo(smallest, encodeGpt({ ...options, diskByteLength }))
  expect(await partitionsOf(smallest, sectorSize)).toEqual([])
  const attempt = () => encodeGpt({ ...options, diskByteLength: diskByteLength - sectorSize })
  expect(attempt).toThrow(expect.objectContaining({ code: 'DISK_TOO_SMALL' }))
})

describe('encodeProtectiveMbr', () => {
  it.each([
    { diskByteLength: DISK_BYTE_LENGTH, sectorSize: 512 as const, sectorCount: 8191 },
    { diskByteLength: DISK_BYTE_LENGTH, sectorSize: 4096 as const, sectorCount: 1023 },
    { diskByteLength: 2 ** 41, sectorSize: 512 as const, sectorCount: 2 ** 32 - 1 },
    { diskByteLength: 2 ** 42, sectorSize: 512 as const, sectorCount: 2 ** 32 - 1 },
  ])(
    'covers $sectorCount sectors of a disk with $diskByteLength bytes',
    ({ diskByteLength, sectorSize, sectorCount }) => {
      const sector = encodeProtectiveMbr({ diskByteLength, sectorSize })
      expect(sector.byteLength).toBe(sectorSize)
      const partitions = [expect.objectContaining({ number: 1, type: 0xee, firstLba: 1, sectorCount })]
      expect(decodeMbr(sector)).toMatchObject({ isProtective: true, partitions })
      expect(sector.subarray(0, 446).some((byte) => byte !== 0)).toBe(false)
      expect(sector.subarray(512).some((byte) => byte !== 0)).toBe(false)
    },
  )

  it.each([512, 4096] as const)('keeps what stands around the entries, in a sector of %i bytes', (sectorSize) => {
    const bootSector = new Uint8Array(8192).fill(7)
    const sector = encodeProtectiveMbr({ diskByteLength: DISK_BYTE_LENGTH, sectorSize, bootSector })
    const around = [...sector.subarray(0, 446), ...sector.subarray(512)]
    expect(around).toHaveLength(sectorSize - 66)
    expect(around.every((byte) => byte === 7)).toBe(true)
    expect(decodeMbr(sector)?.partitions).toHaveLength(1)
  })
})

it('writes over whatever stood where the table is', async () => {
  const bytes = new Uint8Array(DISK_BYTE_LENGTH).fill(0xff)
  applyTo(bytes, encodeGpt({ diskByteLength: DISK_BYTE_LENGTH, diskGuid: DISK_GUID, partitions: [] }))
  const table = await readPartitionTable(memorySource(bytes), { sectorSize: 512 })
  expect(table).toMatchObject({ copy: 'primary', partitions: [] })
})
