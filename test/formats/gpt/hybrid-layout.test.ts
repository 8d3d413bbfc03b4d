import { expect, it } from 'vitest'
import {
  concatSources,
  crc32,
  FieldWriter,
  memorySource,
  overlay,
  type Patch,
  zeroSource,
} from '../../../src/bytes/index.ts'
import { decodeMbr, encodeGpt, readGpt, readHybridLayout } from '../../../src/formats/gpt/index.ts'

const DISK_BYTE_LENGTH: number = 2 ** 20
const EFI_TYPE = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b'
const DISK_GUID = '01234567-89ab-cdef-0123-456789abcdef'
const FIRST_GUID = '11111111-2222-3333-4444-555555555555'
const SECOND_GUID = '11111111-2222-3333-4444-666666666666'

/** An empty disk with a table of two partitions, and patches on top. */
function disk({ sectorSize = 512 as 512 | 4096, patches = [] as readonly Patch[] } = {}) {
  const table = encodeGpt({
    diskByteLength: DISK_BYTE_LENGTH,
    diskGuid: DISK_GUID,
    sectorSize,
    partitions: [
      { typeGuid: EFI_TYPE, uniqueGuid: FIRST_GUID, name: 'EFI-SYSTEM', extent: { offset: 131072, byteLength: 8192 } },
      { typeGuid: EFI_TYPE, uniqueGuid: SECOND_GUID, name: 'größe', extent: { offset: 262144, byteLength: 4096 } },
    ],
  })
  return overlay(overlay(memorySource(new Uint8Array(DISK_BYTE_LENGTH), 'disk'), table), patches)
}

/** The disk's primary header with other fields and right checksums. */
async function withHeader(change: (header: FieldWriter) => void, coveredByteLength = 92) {
  const header = new FieldWriter(512).put(await disk().read(512, 512))
  change(header)
  header.seek(16).u32le(0)
  header.seek(16).u32le(crc32(header.bytes.subarray(0, coveredByteLength)))
  return disk({ patches: [{ offset: 512, bytes: header.bytes }] })
}

function mbr({ patches = [] as readonly Patch[] } = {}): Promise<Uint8Array> {
  const sector = new FieldWriter(512).seek(432).u32le(180).skip(4).u32le(0xcafebabe).skip(2)
  sector.u8(0x80).skip(3).u8(0).skip(3).u32le(0).u32le(2048)
  sector.skip(16)
  sector.u8(0).skip(3).u8(0xef).skip(3).u32le(256).u32le(4)
  sector.seek(510).u8(0x55).u8(0xaa)
  return overlay(memorySource(sector.bytes), patches).read(0, 512)
}

it('has none for zeros, and for what is too short to hold one', async () => {
  for (const byteLength of [0, 511, 512, 1023, 32768]) {
    expect(await readHybridLayout(memorySource(new Uint8Array(byteLength)))).toBeUndefined()
  }
})

it('reads the partitions of a master boot record under their numbers', async () => {
  expect(decodeMbr(await mbr())).toEqual({
    diskSignature: 0xcafebabe,
    isProtective: false,
    isohybridBootOffset: undefined,
    partitions: [
      {
        number: 1,
        type: 0,
        isActive: true,
        firstLba: 0,
        sectorCount: 2048,
        extent: { offset: 0, byteLength: 1048576 },
      },
      {
        number: 3,
        type: 0xef,
        isActive: false,
        firstLba: 256,
        sectorCount: 4,
        extent: { offset: 131072, byteLength: 2048 },
      },
    ],
  })
})

it.each([0, 32])('knows the code of isohybrid at offset %i, and what it boots', async (offset) => {
  const patches = [{ offset, bytes: Uint8Array.of(0x33, 0xed, 0x90, 0x90) }]
  expect(decodeMbr(await mbr({ patches }))?.isohybridBootOffset).toBe(180 * 512)
})

it('takes a partition for active by the flag for that alone', async () => {
  const patches = [{ offset: 446, bytes: Uint8Array.of(0x81) }]
  expect(decodeMbr(await mbr({ patches }))?.partitions).toMatchObject([{ isActive: false }, { isActive: false }])
})

it('knows a protective record by its type', async () => {
  const patches = [{ offset: 446 + 4, bytes: Uint8Array.of(0xee) }]
  expect(decodeMbr(await mbr({ patches }))?.isProtective).toBe(true)
})

it('takes a sector without the boot signature for no record', async () => {
  const patches = [{ offset: 511, bytes: Uint8Array.of(0) }]
  expect(decodeMbr(await mbr({ patches }))).toBeUndefined()
  expect(decodeMbr((await mbr()).subarray(0, 511))).toBeUndefined()
})

it.each([512, 2048])('notices an Apple partition map behind a sector of %i bytes', async (offset) => {
  const source = overlay(memorySource(new Uint8Array(32768)), [{ offset, bytes: Uint8Array.of(0x50, 0x4d) }])
  expect(await readHybridLayout(source)).toEqual({ mbr: undefined, gpt: undefined, hasApplePartitionMap: true })
})

it.each([512, 4096] as const)('reads a sound table with sectors of %i bytes', async (sectorSize) => {
  expect(await readGpt(disk({ sectorSize }), { sectorSize })).toEqual({
    sectorSize,
    diskGuid: DISK_GUID,
    problems: [],
    partitions: [
      {
        number: 1,
        typeGuid: EFI_TYPE,
        uniqueGuid: FIRST_GUID,
        name: 'EFI-SYSTEM',
        attributes: '0000000000000000',
        firstLba: 131072 / sectorSize,
        lastLba: 139264 / sectorSize - 1,
        extent: { offset: 131072, byteLength: 8192 },
      },
      expect.objectContaining({ number: 2, name: 'größe', extent: { offset: 262144, byteLength: 4096 } }),
    ],
  })
})

it('keeps the number of a partition behind an empty slot', async () => {
  const patches = [{ offset: 1024, bytes: new Uint8Array(128) }]
  const gpt = await readGpt(disk({ patches }))
  expect(gpt?.partitions).toMatchObject([{ number: 2, uniqueGuid: SECOND_GUID }])
})

it.each([
  { name: 'a header with a wrong byte', offset: 512 + 60, partitionCount: 0, problem: /header at offset 512/ },
  {
    name: 'a partition with a wrong byte',
    offset: 1024 + 60,
    partitionCount: 2,
    problem: /checksum of the GPT entries/,
  },
  { name: 'a backup with a wrong byte', offset: DISK_BYTE_LENGTH - 500, partitionCount: 2, problem: /backup/ },
])('reports $name instead of failing', async ({ offset, partitionCount, problem }) => {
  const gpt = await readGpt(disk({ patches: [{ offset, bytes: Uint8Array.of(0x5a) }] }))
  expect(gpt?.partitions).toHaveLength(partitionCount)
  expect(gpt?.problems).toEqual([expect.stringMatching(problem)])
})

it.each([
  { byteLength: 91, isSound: false },
  { byteLength: 92, isSound: true },
  { byteLength: 512, isSound: true },
  { byteLength: 513, isSound: false },
])('takes a header of $byteLength bytes with a right checksum for sound: $isSound', async ({ byteLength, isSound }) => {
  const source = await withHeader((header) => header.seek(12).u32le(byteLength), byteLength)
  const gpt = await readGpt(source)
  if (isSound) expect(gpt).toMatchObject({ diskGuid: DISK_GUID, problems: [] })
  else expect(gpt).toMatchObject({ diskGuid: undefined, partitions: [], problems: [expect.any(String)] })
})

it('reports a header that was copied from another place', async () => {
  const gpt = await readGpt(await withHeader((header) => header.seek(24).u64le(2)))
  expect(gpt).toMatchObject({ diskGuid: undefined, partitions: [], problems: [expect.stringContaining('offset 512')] })
})

it('reports a backup of which a byte is missing', async () => {
  const cut = memorySource(await disk().read(0, DISK_BYTE_LENGTH - 1))
  expect((await readGpt(cut))?.problems).toEqual([expect.stringContaining('backup')])
})

it.each<{ name: string; change: (header: FieldWriter) => void }>([
  { name: '2^32 - 1 entries', change: (header) => header.seek(80).u32le(0xffffffff) },
  { name: 'entries of 127 bytes', change: (header) => header.seek(84).u32le(127) },
  { name: 'entries behind the end', change: (header) => header.seek(72).u64le(DISK_BYTE_LENGTH / 512 - 31) },
  { name: 'entries at a sector beyond counting', change: (header) => header.seek(72).u64le(2 ** 53 - 1) },
])('reports a header with $name', async ({ change }) => {
  const gpt = await readGpt(await withHeader(change))
  expect(gpt).toMatchObject({ diskGuid: DISK_GUID, partitions: [], problems: [expect.stringContaining('entries')] })
})

it('reads 1 MiB of entries, and reports more instead of reading them', async () => {
  for (const { entryCount, problem } of [
    { entryCount: 2 ** 13, problem: 'checksum' },
    { entryCount: 2 ** 13 + 1, problem: 'places 8193 entries' },
  ]) {
    const small = await withHeader((header) => header.seek(80).u32le(entryCount))
    const large = concatSources([small, zeroSource(DISK_BYTE_LENGTH)], 'large disk')
    expect((await readGpt(large))?.problems).toEqual([expect.stringContaining(problem)])
  }
})

it('reports a header with a number above 2^53', async () => {
  const source = await withHeader((header) => header.seek(72).put(new Uint8Array(8).fill(0xff)))
  expect(await readGpt(source)).toMatchObject({ diskGuid: undefined, partitions: [] })
})

it.each([512, 4096] as const)(
  'reads a range up to the last offset that can be counted, in sectors of %i',
  async (sectorSize) => {
    const readWithLastLba = async (lastLba: number) => {
      const bytes = new FieldWriter(8).u64le(lastLba).bytes
      return await readGpt(disk({ sectorSize, patches: [{ offset: 2 * sectorSize + 40, bytes }] }), { sectorSize })
    }
    const sectorCount = 2 ** 53 / sectorSize
    expect((await readWithLastLba(sectorCount - 2))?.partitions).toMatchObject([{ number: 1 }, { number: 2 }])
    expect((await readWithLastLba(sectorCount - 1))?.partitions).toMatchObject([{ number: 2 }])
  },
)

it('leaves out a partition whose range makes no sense, and says so', async () => {
  const backwards = new FieldWriter(16).u64le(300).u64le(299).bytes
  const gpt = await readGpt(disk({ patches: [{ offset: 1024 + 32, bytes: backwards }] }))
  expect(gpt?.partitions.map(({ number }) => number)).toEqual([2])
  expect(gpt?.problems).toHaveLength(2) // the range, and the checksum
})
