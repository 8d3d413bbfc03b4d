import { describe, expect, it } from 'vitest'
import { findDifference } from '../../../src/bytes/index.ts'
import { readPartitionTable, type SectorSize } from '../../../src/formats/gpt/index.ts'
import {
  HEAD_BYTE_LENGTH,
  type InstallPlan,
  NOTHING_TO_SAVE,
  partitionFilter,
  planInstall,
  planPartitionBackup,
  readSavedPartitions,
} from '../../../src/operations/index.ts'
import {
  applyTo,
  diskBytes,
  diskOf,
  editHeader,
  MIB,
  partition,
  partitionsOf,
  testGuid,
} from '../../support/partitioned-disk.ts'

const RANDOM_GUID: string = testGuid(0xabcdef)

const BOOT = partition(3, 'boot', 2, 4)
const ROOT = partition(4, 'root', 4, 7)
const IMAGE_BYTE_LENGTH: number = 8 * MIB
const DISK_BYTE_LENGTH: number = 32 * MIB

const DATA = partition(5, 'data', 16, 20)
const LOGS = partition(9, 'logs', 24, 28)

const SECTOR_SIZES: readonly SectorSize[] = [512, 4096]

function imageBytes({
  sectorSize = 512 as SectorSize,
  partitions = [BOOT, ROOT],
  byteLength = IMAGE_BYTE_LENGTH,
} = {}) {
  const bytes = diskBytes({ byteLength, sectorSize, partitions, fill: 0x49 })
  bytes.fill(0xb0, 0, 440) // boot code
  return bytes
}

/** A disk with partitions, and the plan to install an image there. */
async function plan({
  sectorSize = 512 as SectorSize,
  diskPartitions = [partition(1, 'old', 1, 10), DATA, LOGS],
  labels = [] as readonly string[],
  image = imageBytes({ sectorSize }),
  byteLength = DISK_BYTE_LENGTH,
} = {}) {
  const disk = diskBytes({ byteLength, sectorSize, partitions: diskPartitions, fill: 0xd1 })
  const target = diskOf(disk, sectorSize)
  const saved = await readSavedPartitions(target, partitionFilter({ labels }))
  const head = image.subarray(0, HEAD_BYTE_LENGTH)
  return { disk, image, target, saved, plan: planInstall({ target, head, saved, diskGuid: RANDOM_GUID }) }
}

/** As `toEqual`, which takes a second for a few megabytes. */
function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.byteLength).toBe(expected.byteLength)
  expect(findDifference(actual, expected)).toBe(expected.byteLength)
}

/** Does what an installation does: reset, body, withheld bytes, finish. */
function install(disk: Uint8Array, image: Uint8Array, { reset, withheld, finish }: InstallPlan): void {
  applyTo(disk, reset.flat())
  const body = image.slice(HEAD_BYTE_LENGTH)
  for (const { offset, byteLength } of withheld.slice(1)) {
    const start = offset - HEAD_BYTE_LENGTH
    body.set(disk.subarray(offset, offset + byteLength), start)
  }
  disk.set(body, HEAD_BYTE_LENGTH)
  for (const { offset, byteLength } of withheld.slice(1)) disk.set(image.subarray(offset, offset + byteLength), offset)
  applyTo(disk, finish.flat())
}

describe('planInstall with nothing to save', () => {
  it.each(SECTOR_SIZES)('ends with the image and zeros at the ends of the disk, sectors of %i', async (sectorSize) => {
    const { disk, image, plan: planned } = await plan({ sectorSize })
    const before = disk.slice()
    install(disk, image, planned)
    expectBytes(disk.subarray(0, image.byteLength), image)
    const tail = DISK_BYTE_LENGTH - MIB
    expectBytes(disk.subarray(image.byteLength, tail), before.subarray(image.byteLength, tail))
    expectBytes(disk.subarray(tail), new Uint8Array(MIB))
  })

  it.each(SECTOR_SIZES)('resets to an empty table under the given GUID, sectors of %i', async (sectorSize) => {
    const { disk, plan: planned } = await plan({ sectorSize })
    applyTo(disk, planned.reset.flat())
    const source = diskOf(disk)
    expect(await readPartitionTable(source, { sectorSize })).toMatchObject({ diskGuid: RANDOM_GUID, partitions: [] })
  })

  it('has the partitions of the image only after the last step', async () => {
    const { disk, image, plan: planned } = await plan()
    const { finish } = planned
    install(disk, image, { ...planned, finish: finish.slice(0, -1) })
    expect(await partitionsOf(disk)).toBeUndefined()
    applyTo(disk, finish.at(-1) ?? [])
    expect(await partitionsOf(disk)).toEqual([BOOT, ROOT])
    expect(finish.at(-1)).toMatchObject([{ offset: 512 }])
  })

  it('keeps back the first MiB and the backup of the table', async () => {
    const { plan: planned } = await plan()
    const backup = { offset: IMAGE_BYTE_LENGTH - 33 * 512, byteLength: 33 * 512 }
    expect(planned.withheld).toEqual([{ offset: 0, byteLength: MIB }, backup])
    expect(planned).toMatchObject({ imageByteLength: IMAGE_BYTE_LENGTH, limit: undefined, saved: [] })
  })

  it.each([0, 511, 512, 513, 16_895, 16_896, 16_897])('installs onto a disk that is %i bytes larger', async (more) => {
    const image = imageBytes()
    const byteLength = image.byteLength + more
    const disk = new Uint8Array(byteLength).fill(0xd1)
    const target = diskOf(disk)
    const planned = planInstall({ target, head: image.subarray(0, HEAD_BYTE_LENGTH), diskGuid: RANDOM_GUID })
    install(disk, image, planned)
    expectBytes(disk.subarray(0, image.byteLength), image)
    expectBytes(disk.subarray(image.byteLength), new Uint8Array(more))
  })

  it('installs an image of one MiB, whose backup lies in the head', async () => {
    const image = diskBytes({ byteLength: MIB, partitions: [partition(1, 'all', 0.25, 0.75)] })
    const disk = new Uint8Array(2 * MIB).fill(0xd1)
    const planned = planInstall({ target: diskOf(disk), head: image, diskGuid: RANDOM_GUID })
    expect(planned.withheld).toEqual([{ offset: 0, byteLength: MIB }])
    install(disk, image, { ...planned, finish: planned.finish.slice(0, -1) })
    for (const end of [MIB, disk.byteLength]) expect(await partitionsOf(disk.subarray(0, end))).toBeUndefined()
    applyTo(disk, planned.finish.at(-1) ?? [])
    expectBytes(disk.subarray(0, MIB), image)
  })

  it('writes the head of an image without a table as it is, and leaves no table of its own', () => {
    const head = new Uint8Array(MIB).fill(7)
    const disk = diskBytes({ byteLength: DISK_BYTE_LENGTH, partitions: [DATA], fill: 1 })
    const ends = disk
      .slice()
      .fill(0, 0, MIB)
      .fill(0, DISK_BYTE_LENGTH - MIB)
    const planned = planInstall({ target: diskOf(disk), head, diskGuid: RANDOM_GUID })
    expect(planned).toMatchObject({ imagePartitions: undefined, imageByteLength: undefined })
    applyTo(disk, planned.reset.flat())
    expectBytes(disk, ends)
    applyTo(disk, planned.finish.flat())
    expectBytes(disk.subarray(0, MIB), head)
  })
})

describe('planInstall with partitions to save', () => {
  it.each(SECTOR_SIZES)('keeps them as they are behind those of the image, sectors of %i', async (sectorSize) => {
    const { disk, image, plan: planned } = await plan({ sectorSize, labels: ['data', 'logs'] })
    const before = disk.slice()
    install(disk, image, planned)
    expect(await partitionsOf(disk, sectorSize)).toEqual([BOOT, ROOT, DATA, LOGS])
    const table = await readPartitionTable(diskOf(disk), { sectorSize })
    expect(table).toMatchObject({ copy: 'primary', diskGuid: '00000000-0000-4000-a000-000000000001' })
    for (const { extent } of [DATA, LOGS]) {
      const end = extent.offset + extent.byteLength
      expectBytes(disk.subarray(extent.offset, end), before.subarray(extent.offset, end))
    }
  })

  it.each(SECTOR_SIZES)(
    'takes boot code and what is behind the table from the image, sectors of %i',
    async (sectorSize) => {
      const { disk, image, plan: planned } = await plan({ sectorSize, labels: ['data'] })
      install(disk, image, planned)
      const tableEnd = 2 * sectorSize + 16_384
      expect(disk.subarray(0, 446)).toEqual(image.subarray(0, 446))
      expect(disk.subarray(512, sectorSize)).toEqual(image.subarray(512, sectorSize))
      expectBytes(disk.subarray(tableEnd, image.byteLength), image.subarray(tableEnd))
    },
  )

  it('protects the whole disk, not only the image', async () => {
    const { disk, image, plan: planned } = await plan({ labels: ['data'] })
    install(disk, image, planned)
    const sectorCount = new DataView(disk.buffer).getUint32(446 + 12, true)
    expect(sectorCount).toBe(DISK_BYTE_LENGTH / 512 - 1)
  })

  it('gives new numbers as the reference does', async () => {
    const image = imageBytes({
      partitions: [partition(1, 'a', 1, 2), partition(2, 'b', 2, 3), partition(4, 'c', 3, 4)],
    })
    const diskPartitions = [4, 5, 7].map((number) => partition(number, 'kept', 10 + number, 11 + number))
    const { disk, plan: planned } = await plan({ image, diskPartitions, labels: ['kept'] })
    const numbers = planned.saved.map(({ partition: { number }, newNumber }) => [number, newNumber])
    expect(numbers).toEqual([
      [4, 5],
      [5, 6],
      [7, 7],
    ])
    install(disk, image, planned)
    expect((await partitionsOf(disk))?.map(({ number }) => number)).toEqual([1, 2, 4, 5, 6, 7])
  })

  it('tells where the image has to end', async () => {
    const diskPartitions = [partition(2, 'behind', 20, 21), partition(7, 'first', 12, 14), partition(8, 'last', 24, 25)]
    const { plan: planned } = await plan({ labels: ['*'], diskPartitions })
    expect(planned.limit).toMatchObject({ offset: 12 * MIB, partition: { number: 7, name: 'first' } })
  })

  it('leaves the contents of a saved partition alone that reaches into the last MiB', async () => {
    const last = { ...partition(1, 'last', 20, 21), extent: { offset: 20 * MIB, byteLength: 12 * MIB - 33 * 512 } }
    const { disk, image, plan: planned } = await plan({ diskPartitions: [last], labels: ['last'] })
    install(disk, image, planned)
    const contents = disk.subarray(20 * MIB, 32 * MIB - 33 * 512)
    expectBytes(contents, new Uint8Array(contents.byteLength).fill(0xd1))
  })

  it('backs up their table into an empty file, under their own numbers', async () => {
    const { saved, target } = await plan({ labels: ['data', 'logs'] })
    const backup = new Uint8Array(DISK_BYTE_LENGTH)
    applyTo(backup, planPartitionBackup(saved, target))
    expect(await partitionsOf(backup)).toEqual([DATA, LOGS])
  })
})

describe('planInstall refuses', () => {
  const head = imageBytes().subarray(0, HEAD_BYTE_LENGTH)

  it.each([
    { sectorSize: 512 as const, other: 4096 as const },
    { sectorSize: 4096 as const, other: 512 as const },
  ])('an image for sectors of $other on a disk with $sectorSize', ({ sectorSize, other }) => {
    const target = { name: '/dev/sda', byteLength: DISK_BYTE_LENGTH, sectorSize }
    const wrong = imageBytes({ sectorSize: other }).subarray(0, HEAD_BYTE_LENGTH)
    const attempt = () => planInstall({ target, head: wrong, diskGuid: RANDOM_GUID })
    expect(attempt).toThrow(expect.objectContaining({ code: 'SECTOR_SIZE_MISMATCH' }))
    expect(attempt).toThrow(/512.*4096|4096.*512/)
  })

  it('a disk with sectors that no image is made for', () => {
    const target = { name: '/dev/mo0', byteLength: DISK_BYTE_LENGTH, sectorSize: 2048 }
    const attempt = () => planInstall({ target, head, diskGuid: RANDOM_GUID })
    expect(attempt).toThrow(expect.objectContaining({ code: 'SECTOR_SIZE_MISMATCH' }))
  })

  it('a disk that is a byte too small, and takes one that just fits', () => {
    const target = { name: '/dev/sda', byteLength: IMAGE_BYTE_LENGTH, sectorSize: 512 }
    expect(planInstall({ target, head, diskGuid: RANDOM_GUID })).toBeDefined()
    const small = { ...target, byteLength: IMAGE_BYTE_LENGTH - 1 }
    const attempt = () => planInstall({ target: small, head, diskGuid: RANDOM_GUID })
    expect(attempt).toThrow(expect.objectContaining({ code: 'DISK_TOO_SMALL' }))
  })

  it.each([
    { name: 'a qcow2 image', offset: 0, mark: 'QFI\u00fb' },
    { name: 'a VMDK image', offset: 0, mark: 'KDMV' },
    { name: 'a VHD image', offset: 0, mark: 'conectix' },
    { name: 'an ISO 9660 image', offset: 32_769, mark: 'CD001' },
    { name: 'an initrd', offset: 0, mark: '070701' },
    { name: 'a squashfs image', offset: 0, mark: 'hsqs' },
    { name: 'a tar archive', offset: 257, mark: 'ustar' },
    { name: 'compressed with bzip2', offset: 0, mark: 'BZh9' },
    { name: 'compressed with lzma', offset: 0, mark: ']\0\0\u0080\0' },
    { name: 'compressed with lzip', offset: 0, mark: 'LZIP' },
    { name: 'a 7z archive', offset: 0, mark: "7z\u00bc\u00af'\u001c" },
    { name: 'compressed with xz, once unpacked', offset: 0, mark: '\u00fd7zXZ\0' },
  ])('what is no disk byte for byte: $name', ({ name, offset, mark }) => {
    const head = imageBytes().subarray(0, HEAD_BYTE_LENGTH)
    head.set(
      [...mark].map((character) => character.charCodeAt(0)),
      offset,
    )
    const target = diskOf(new Uint8Array(DISK_BYTE_LENGTH))
    expect(() => planInstall({ target, head, imageName: 'x', diskGuid: RANDOM_GUID })).toThrow(
      expect.objectContaining({ code: 'NOT_A_DISK_IMAGE', message: expect.stringContaining(`x is ${name}`) }),
    )
  })

  it('to customize the boot partition of an image without partitions', () => {
    const target = diskOf(new Uint8Array(DISK_BYTE_LENGTH))
    const facts = { target, head: new Uint8Array(HEAD_BYTE_LENGTH), diskGuid: RANDOM_GUID }
    expect(() => planInstall({ ...facts, boot: {} })).toThrow(
      expect.objectContaining({ code: 'BOOT_PARTITION_NOT_FOUND' }),
    )
    expect(planInstall(facts).imagePartitions).toBeUndefined()
  })

  it('a config that is larger than the boot partition', () => {
    const facts = { target: diskOf(new Uint8Array(DISK_BYTE_LENGTH)), head, diskGuid: RANDOM_GUID }
    const networkFiles = [{ name: 'a', mode: 0o600, bytes: new Uint8Array(1) }]
    const attempt = (byteLength: number) =>
      planInstall({ ...facts, boot: { ignition: new Uint8Array(byteLength), networkFiles } })
    expect(() => attempt(2 * MIB)).toThrow(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }))
    expect(attempt(2 * MIB - 1).imagePartitions).toHaveLength(2)
  })

  it('a damaged table of the image', () => {
    const target = { name: '/dev/sda', byteLength: DISK_BYTE_LENGTH, sectorSize: 512 }
    const damaged = head.slice()
    damaged[600] = 1
    const attempt = () => planInstall({ target, head: damaged, diskGuid: RANDOM_GUID })
    expect(attempt).toThrow(expect.objectContaining({ code: 'GPT_CORRUPT' }))
  })

  it('an image that places its backup inside a partition, if only in its last sector', () => {
    const target = { name: '/dev/sda', byteLength: DISK_BYTE_LENGTH, sectorSize: 512 }
    const rootEnd = ROOT.extent.offset + ROOT.extent.byteLength
    const imageWithBackupAt = (offset: number) => {
      const liar = imageBytes()
      editHeader(liar, 512, (header) => header.seek(32).u64le(offset / 512))
      return liar.subarray(0, HEAD_BYTE_LENGTH)
    }
    const planned = planInstall({ target, head: imageWithBackupAt(rootEnd), diskGuid: RANDOM_GUID })
    expect(planned.withheld.at(-1)).toEqual({ offset: rootEnd, byteLength: 512 })
    for (const offset of [ROOT.extent.offset, rootEnd - 512]) {
      const attempt = () => planInstall({ target, head: imageWithBackupAt(offset), diskGuid: RANDOM_GUID })
      expect(attempt).toThrow(expect.objectContaining({ code: 'GPT_CORRUPT' }))
    }
  })

  it.each([
    { name: 'a partition of the image where a saved one lies', kept: partition(8, 'kept', 6, 12), boundaries: true },
    {
      name: 'a saved partition right before one of the image',
      kept: partition(8, 'kept', 1.5, 2),
      boundaries: false,
    },
    { name: 'a saved partition before the end of the image', kept: partition(8, 'kept', 7, 12), boundaries: false },
  ])('$name', async ({ kept, boundaries }) => {
    const error = await plan({ diskPartitions: [kept], labels: ['kept'] }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'PARTITION_COLLISION' })
    expect(error).toMatchObject({ message: expect.stringContaining('collision with partition 8 ("kept")') })
    expect(String(error).includes('invalid partition boundaries')).toBe(boundaries)
  })

  it('a saved partition inside the first MiB', async () => {
    const early = { ...partition(1, 'early', 1, 2), extent: { offset: 34 * 512, byteLength: 1024 } }
    await expect(plan({ diskPartitions: [early], labels: ['early'] })).rejects.toMatchObject({
      code: 'PARTITION_COLLISION',
    })
  })

  it('takes a saved partition that starts where the image ends', async () => {
    const { plan: planned } = await plan({ diskPartitions: [partition(1, 'next', 8, 9)], labels: ['next'] })
    expect(planned.saved).toMatchObject([{ newNumber: 5 }])
  })

  it('partitions to save without a table to put them in', async () => {
    const image = new Uint8Array(2 * MIB)
    await expect(plan({ image, labels: ['data'] })).rejects.toMatchObject({ code: 'PARTITIONS_UNSAVABLE' })
  })

  it('a partition that has the GUID of one of the image', async () => {
    const twin = { ...DATA, uniqueGuid: ROOT.uniqueGuid.toUpperCase() }
    const attempt = plan({ diskPartitions: [twin], labels: ['data'] })
    await expect(attempt).rejects.toMatchObject({ code: 'PARTITIONS_INVALID' })
  })

  it.each([
    { number: 127, fits: true },
    { number: 128, fits: false },
  ])('more than 128 partitions, when the image has $number', async ({ number, fits }) => {
    const image = imageBytes({ partitions: [partition(number, 'root', 2, 4)] })
    const attempt = plan({ image, diskPartitions: [DATA], labels: ['data'] })
    if (fits) expect((await attempt).plan.saved).toMatchObject([{ newNumber: 128 }])
    else await expect(attempt).rejects.toMatchObject({ code: 'PARTITIONS_INVALID' })
  })

  it('nothing when nothing is wrong', () => {
    const target = { name: '/dev/sda', byteLength: DISK_BYTE_LENGTH, sectorSize: 512 }
    const planned = planInstall({ target, head, saved: NOTHING_TO_SAVE, imageName: 'x.raw', diskGuid: RANDOM_GUID })
    expect(planned.imagePartitions).toHaveLength(2)
  })
})
