import { expect, it } from 'vitest'
import type { SectorSize } from '../../../src/formats/gpt/index.ts'
import { NOTHING_TO_SAVE, partitionFilter, readSavedPartitions } from '../../../src/operations/index.ts'
import { failingSource } from '../../support/failing-source.ts'
import { applyTo, DISK_GUID, diskBytes, diskOf, editEntries, MIB, partition } from '../../support/partitioned-disk.ts'

const BYTE_LENGTH: number = 8 * MIB
const PARTITIONS = [partition(1, 'boot', 1, 2), partition(4, 'data', 2, 4), partition(9, '', 4, 6)]

const BY_LABEL = partitionFilter({ labels: ['data'] })
const BY_INDEX = partitionFilter({ indexes: ['4'] })
const FILTERS = [
  { by: 'label', filter: BY_LABEL },
  { by: 'index', filter: BY_INDEX },
]

function disk(partitions: Parameters<typeof diskBytes>[0]['partitions'] = PARTITIONS, sectorSize: SectorSize = 512) {
  return diskBytes({ byteLength: BYTE_LENGTH, sectorSize, partitions })
}

/** One partition of an MBR that starts at a MiB. */
function mbrEntry(type: number): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, type, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0)
}

/** The disk with partitions of these types in its MBR, and nothing else there. */
function withMbr(types: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = disk()
  const entries = types.map((type, index) => ({ offset: 446 + 16 * index, bytes: mbrEntry(type) }))
  applyTo(bytes, [{ offset: 446, bytes: new Uint8Array(64) }, ...entries])
  return bytes
}

it.each([512, 4096] as const)('finds what the filter takes, with sectors of %i bytes', async (sectorSize) => {
  const target = diskOf(disk(PARTITIONS, sectorSize), sectorSize)
  const filter = partitionFilter({ labels: [''], indexes: ['3-5'] })
  const saved = await readSavedPartitions(target, filter)
  expect(saved).toMatchObject({ diskGuid: DISK_GUID, copy: 'primary', partitions: PARTITIONS.slice(1) })
})

it('tells that only the backup is sound', async () => {
  const bytes = disk()
  bytes[600] = 1
  expect(await readSavedPartitions(diskOf(bytes), BY_LABEL)).toMatchObject({
    copy: 'backup',
    partitions: [{ number: 4 }],
  })
})

it('does not look at the disk when nothing is asked for', async () => {
  const target = { ...failingSource(diskOf(disk()), 0), sectorSize: 512 }
  expect(await readSavedPartitions(target, partitionFilter({}))).toBe(NOTHING_TO_SAVE)
})

it.each(FILTERS)('saves nothing of a disk without any table, by $by', async ({ filter }) => {
  expect(await readSavedPartitions(diskOf(new Uint8Array(BYTE_LENGTH)), filter)).toBe(NOTHING_TO_SAVE)
  expect(await readSavedPartitions(diskOf(new Uint8Array(100)), filter)).toBe(NOTHING_TO_SAVE)
})

it('saves nothing when no partition matches', async () => {
  const saved = await readSavedPartitions(diskOf(disk()), partitionFilter({ labels: ['other'], indexes: ['2-3,10-'] }))
  expect(saved.partitions).toEqual([])
})

it.each(FILTERS)('refuses a disk with an MBR and no GPT, by $by', async ({ filter }) => {
  const bytes = new Uint8Array(BYTE_LENGTH)
  applyTo(bytes, [{ offset: 510, bytes: Uint8Array.of(0x55, 0xaa) }])
  await expect(readSavedPartitions(diskOf(bytes), filter)).rejects.toMatchObject({ code: 'PARTITIONS_UNSAVABLE' })
})

const BOTH_COPIES = [512, BYTE_LENGTH - 512]
const ONLY_BACKUP = [BYTE_LENGTH - 512]

it.each([
  { name: 'partitions and no protective one', types: [0x83], copies: BOTH_COPIES, code: 'PARTITIONS_UNSAVABLE' },
  { name: 'the same, as fdisk leaves the backup', types: [0x83], copies: ONLY_BACKUP, code: 'PARTITIONS_UNSAVABLE' },
  { name: 'a protective partition', types: [0xee], copies: [], code: 'GPT_CORRUPT' },
])('refuses to guess: an MBR with $name, and headers of a GPT at $copies', async ({ types, copies, code }) => {
  const bytes = withMbr(types)
  for (const offset of BOTH_COPIES) if (!copies.includes(offset)) bytes.fill(0, offset, offset + 512)
  for (const { filter } of FILTERS)
    await expect(readSavedPartitions(diskOf(bytes), filter)).rejects.toMatchObject({ code })
})

it.each([
  { name: 'a hybrid MBR', types: [0xee, 0x0c, 0x83], copies: BOTH_COPIES, copy: 'primary' },
  { name: 'a protective partition that is not the first', types: [0x83, 0xee], copies: ONLY_BACKUP, copy: 'backup' },
  { name: 'an MBR without partitions', types: [], copies: BOTH_COPIES, copy: 'primary' },
  { name: 'the same, when it has nothing but the backup', types: [], copies: ONLY_BACKUP, copy: 'backup' },
])('goes by the GPT beside $name', async ({ types, copies, copy }) => {
  const bytes = withMbr(types)
  for (const offset of BOTH_COPIES) if (!copies.includes(offset)) bytes.fill(0, offset, offset + 512)
  expect(await readSavedPartitions(diskOf(bytes), BY_LABEL)).toMatchObject({ copy, partitions: [{ number: 4 }] })
})

it('finds the backup on a disk whose first MiB was wiped', async () => {
  const bytes = disk().fill(0, 0, MIB)
  expect(await readSavedPartitions(diskOf(bytes), BY_INDEX)).toMatchObject({
    copy: 'backup',
    partitions: [{ number: 4 }],
  })
})

it('refuses a disk where both copies are damaged', async () => {
  const bytes = disk()
  bytes[600] = 1
  bytes[BYTE_LENGTH - 450] = 1
  await expect(readSavedPartitions(diskOf(bytes), BY_LABEL)).rejects.toMatchObject({ code: 'GPT_CORRUPT' })
})

it('refuses a table for other sectors than the disk has', async () => {
  const attempt = readSavedPartitions(diskOf(disk(PARTITIONS, 4096), 512), BY_LABEL)
  await expect(attempt).rejects.toMatchObject({ code: 'SECTOR_SIZE_MISMATCH' })
})

it('refuses partitions with one GUID only when both of them are to be saved', async () => {
  const bytes = disk()
  const guid = bytes.slice(1024 + 16, 1024 + 32)
  editEntries(bytes, (entries) => entries.seek(3 * 128 + 16).put(guid)) // of partition 4
  const target = diskOf(bytes)
  const attempt = readSavedPartitions(target, partitionFilter({ indexes: ['1-4'] }))
  await expect(attempt).rejects.toMatchObject({ code: 'PARTITIONS_INVALID' })
  expect((await readSavedPartitions(target, partitionFilter({ indexes: ['4'] }))).partitions).toHaveLength(1)
})

it('refuses to save partitions that overlap, or reach into the backup of the table', async () => {
  const overlapping = disk()
  editEntries(overlapping, (entries) => entries.seek(3 * 128 + 40).u64le((4 * MIB) / 512)) // a sector too far
  const outside = disk()
  editEntries(outside, (entries) => entries.seek(8 * 128 + 40).u64le(BYTE_LENGTH / 512 - 33))
  for (const bytes of [overlapping, outside]) {
    const message = expect.stringContaining('invalid partition boundaries')
    const attempt = readSavedPartitions(diskOf(bytes), partitionFilter({ labels: ['*'] }))
    await expect(attempt).rejects.toMatchObject({ code: 'PARTITIONS_INVALID', message })
  }
})

it('saves a partition that overlaps one that is not to be saved', async () => {
  const bytes = disk()
  editEntries(bytes, (entries) => entries.seek(40).u64le((3 * MIB) / 512)) // the end of partition 1
  expect(await readSavedPartitions(diskOf(bytes), BY_LABEL)).toMatchObject({
    partitions: [{ number: 4, name: 'data' }],
  })
})
