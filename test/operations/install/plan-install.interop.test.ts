import { execFile } from 'node:child_process'
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { FieldWriter, type Patch } from '../../../src/bytes/index.ts'
import { readPartitionTable, type SectorSize } from '../../../src/formats/gpt/index.ts'
import { openFile } from '../../../src/node/index.ts'
import {
  HEAD_BYTE_LENGTH,
  type InstallPlan,
  partitionFilter,
  planInstall,
  planPartitionBackup,
  readSavedPartitions,
} from '../../../src/operations/index.ts'
import { needs } from '../../support/needs.ts'
import { diskBytes, LINUX_TYPE, MIB, partition, testGuid } from '../../support/partitioned-disk.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const SGDISK = '/usr/sbin/sgdisk'
const SFDISK = '/usr/sbin/sfdisk'
const LOSETUP = '/usr/sbin/losetup'
const WIPEFS = '/usr/sbin/wipefs'
const MKFS = '/usr/sbin/mkfs.ext4'

const IMAGE_PARTITIONS = [partition(1, 'BIOS-BOOT', 1, 2), partition(3, 'boot', 2, 4), partition(4, 'root', 4, 6)]
const RANDOM_GUID: string = testGuid(0xabcdef)

const run = promisify(execFile)

/** What sgdisk says about a disk. It exits with 0 although it finds problems. */
async function verify(path: string): Promise<string> {
  const { stdout, stderr } = await run(SGDISK, ['--verify', path])
  return stderr + stdout
}

const SOUND: unknown = expect.stringContaining('No problems found')

async function createDisk(path: string, byteLength: number): Promise<void> {
  await writeFile(path, '')
  await truncate(path, byteLength)
}

async function apply(path: string, patches: readonly Patch[]): Promise<void> {
  const file = await open(path, 'r+')
  try {
    for (const { offset, bytes } of patches) await file.write(bytes, 0, bytes.byteLength, offset)
    await file.sync()
  } finally {
    await file.close()
  }
}

interface PlannedDisk {
  readonly plan: InstallPlan
  readonly backup: readonly Patch[]
}

/** A plan for a disk that a program other than ours has partitioned. */
async function planFor(path: string, sectorSize: SectorSize, labels: readonly string[]): Promise<PlannedDisk> {
  await using source = await openFile(path)
  const target = { name: path, byteLength: source.byteLength, sectorSize, read: source.read.bind(source) }
  const image = diskBytes({ byteLength: 8 * MIB, sectorSize, partitions: IMAGE_PARTITIONS, fill: 0x49 })
  const saved = await readSavedPartitions(target, partitionFilter({ labels }))
  const plan = planInstall({ target, head: image.subarray(0, HEAD_BYTE_LENGTH), saved, diskGuid: RANDOM_GUID })
  return { plan, backup: planPartitionBackup(saved, target) }
}

/** What sgdisk shows of a partition. */
async function describePartition(path: string, number: number): Promise<string> {
  const { stdout } = await run(SGDISK, [`--info=${number}`, path])
  return stdout
}

describe('with files', () => {
  beforeEach((context) => needs(context, SGDISK, SFDISK))

  const partitionArguments = [
    ...['--new=2:16M:+4M', '--change-name=2:data 1', `--typecode=2:${LINUX_TYPE}`, '--attributes=2:set:2'],
    ...['--new=7:24M:+4M', '--change-name=7:größe', '--typecode=7:8300', '--attributes=7:set:63'],
    ...['--new=9:21M:22M', '--change-name=9:other', '--typecode=9:8200'],
  ]

  it.each([128, 56, 256, 512])('reads tables that sgdisk writes, with %s slots', async (slotCount) => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    await createDisk(path, 32 * MIB)
    await run(SGDISK, [`--resize-table=${slotCount}`, ...partitionArguments, path])
    await using source = await openFile(path)
    const table = await readPartitionTable(source, { sectorSize: 512 })
    expect(table?.partitions).toMatchObject([
      { number: 2, name: 'data 1', typeGuid: LINUX_TYPE, attributes: '0000000000000004', extent: { offset: 16 * MIB } },
      { number: 7, name: 'größe', attributes: '8000000000000000', extent: { byteLength: 4 * MIB } },
      { number: 9, name: 'other', attributes: '0000000000000000' },
    ])
  })

  it('refuses to save two partitions to which sgdisk gave one GUID', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    await createDisk(path, MIB)
    const guids = [1, 2].map((number) => `--partition-guid=${number}:${testGuid(1)}`)
    await run(SGDISK, ['--set-alignment=1', '--new=1:34:1033', '--new=2:1034:2014', ...guids, path])
    await using source = await openFile(path)
    const target = { name: path, byteLength: source.byteLength, sectorSize: 512, read: source.read.bind(source) }
    const save = (indexes: string) => readSavedPartitions(target, partitionFilter({ indexes: [indexes] }))
    await expect(save('1-')).rejects.toMatchObject({ code: 'PARTITIONS_INVALID' })
    expect((await save('2')).partitions).toMatchObject([{ firstLba: 1034, lastLba: 2014 }])
  })

  it('writes tables that sgdisk and sfdisk find sound, and keeps what sgdisk shows of a partition', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    await createDisk(path, 32 * MIB)
    await run(SGDISK, [...partitionArguments, path])
    const before = await Promise.all([2, 7].map((number) => describePartition(path, number)))
    const { plan, backup } = await planFor(path, 512, ['data*', 'gr*'])

    const backupPath = join(directory.path, 'partitions.raw')
    await createDisk(backupPath, 32 * MIB)
    await apply(backupPath, backup)
    expect(await verify(backupPath)).toEqual(SOUND)
    expect(await Promise.all([2, 7].map((number) => describePartition(backupPath, number)))).toEqual(before)

    await apply(path, plan.reset.flat())
    expect(await verify(path)).toEqual(SOUND)
    expect(await Promise.all([2, 7].map((number) => describePartition(path, number)))).toEqual(before)

    await apply(path, plan.finish.flat())
    expect(await verify(path)).toEqual(SOUND)
    expect(await Promise.all([5, 7].map((number) => describePartition(path, number)))).toEqual(before)
    await run(SFDISK, ['--verify', path])
    const { stdout } = await run(SFDISK, ['--json', path])
    expect(JSON.parse(stdout)).toMatchObject({ partitiontable: { label: 'gpt', partitions: { length: 5 } } })
  })

  it('leaves an empty table after a reset that saves nothing', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    await createDisk(path, 32 * MIB)
    await run(SGDISK, [...partitionArguments, path])
    const { plan } = await planFor(path, 512, [])
    await apply(path, plan.reset.flat())
    expect(await verify(path)).toEqual(SOUND)
    const { stdout } = await run(SFDISK, ['--json', path])
    expect(JSON.parse(stdout)).toMatchObject({ partitiontable: { id: RANDOM_GUID.toUpperCase() } })
  })

  it('leaves no mark of what the disk was before: a filesystem, a member of an array, a table for other sectors', async (context) => {
    needs(context, WIPEFS, MKFS)
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    await createDisk(path, 32 * MIB)
    await run(MKFS, ['-q', '-F', path])
    await apply(path, [
      {
        offset: 4096,
        bytes: diskBytes({ byteLength: 32 * MIB, sectorSize: 4096, partitions: [] }).subarray(4096, 8192),
      },
      raidSuperblock(32 * MIB, '0.90'),
      raidSuperblock(32 * MIB, '1.0'),
    ])
    expect(await signatures(path)).toEqual(['ext4', 'linux_raid_member', 'linux_raid_member'])
    const { plan } = await planFor(path, 512, [])
    await apply(path, plan.reset.flat())
    expect(await signatures(path)).toEqual(['PMBR', 'gpt', 'gpt'])
    await apply(path, plan.finish.flat())
    expect(await signatures(path)).toEqual(['PMBR', 'gpt'])
  })

  it('merges whatever partitions there are into a table that sgdisk finds sound', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    const slots = fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(slots, async (numbers) => {
        const partitions = numbers.map((number, index) => partition(number, `kept ${number}`, 10 + index, 11 + index))
        await createDisk(path, 32 * MIB)
        await apply(path, [{ offset: 0, bytes: diskBytes({ byteLength: 32 * MIB, partitions }) }])
        const { plan } = await planFor(path, 512, ['kept*'])
        await apply(path, plan.reset.flat())
        expect(await verify(path)).toEqual(SOUND)
        await apply(path, plan.finish.flat())
        expect(await verify(path)).toEqual(SOUND)
      }),
      { numRuns: 15 },
    )
  })
})

describe.each([512, 4096] as const)('with a block device that has sectors of %i bytes', (sectorSize) => {
  beforeEach((context) => needs(context, SGDISK, LOSETUP, 'root', '/dev/loop-control'))

  it('reads what sgdisk writes, and writes what sgdisk finds sound', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    await createDisk(path, 32 * MIB)
    await using device = await attach(path, sectorSize)
    await run(SGDISK, [
      '--new=2:16M:+4M',
      '--change-name=2:data',
      '--new=5:24M:+4M',
      '--change-name=5:logs',
      device.path,
    ])
    const before = await Promise.all([2, 5].map((number) => describePartition(device.path, number)))

    const { plan } = await planFor(device.path, sectorSize, ['data', 'logs'])
    expect(plan.saved.map(({ newNumber }) => newNumber)).toEqual([5, 6])
    await apply(device.path, plan.reset.flat())
    expect(await verify(device.path)).toEqual(SOUND)
    expect(await Promise.all([2, 5].map((number) => describePartition(device.path, number)))).toEqual(before)
    await apply(device.path, plan.finish.flat())
    expect(await verify(device.path)).toEqual(SOUND)
    expect(await Promise.all([5, 6].map((number) => describePartition(device.path, number)))).toEqual(before)
  })

  it('finds the table that was made for other sectors', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'disk.raw')
    await createDisk(path, 32 * MIB)
    {
      await using other = await attach(path, sectorSize === 512 ? 4096 : 512)
      await run(SGDISK, ['--new=2:16M:+4M', '--change-name=2:data', other.path])
    }
    await expect(planFor(path, sectorSize, ['data'])).rejects.toMatchObject({ code: 'SECTOR_SIZE_MISMATCH' })
  })
})

/** The kinds of signatures that libblkid finds, sorted. */
async function signatures(path: string): Promise<readonly string[]> {
  const { stdout } = await run(WIPEFS, ['--json', '--no-act', path])
  const { signatures: found }: { signatures: readonly { type: string }[] } = JSON.parse(stdout)
  return found.map(({ type }) => type).sort()
}

/** As much of a superblock of Linux's RAID as libblkid looks at, in the place that its version has at the end of a disk. */
function raidSuperblock(diskByteLength: number, version: '0.90' | '1.0'): Patch {
  const fields = new FieldWriter(256).u32le(0xa92b4efc)
  if (version === '0.90') {
    fields.u32le(0).u32le(90)
    return { offset: diskByteLength - (diskByteLength % 65_536) - 65_536, bytes: fields.bytes }
  }
  const offset = diskByteLength - 8192
  fields
    .u32le(1)
    .seek(144)
    .u64le(offset / 512)
  return { offset, bytes: fields.bytes }
}

/** A loop device over a file. */
async function attach(path: string, sectorSize: number): Promise<AsyncDisposable & { readonly path: string }> {
  const { stdout } = await run(LOSETUP, ['--find', '--show', `--sector-size=${sectorSize}`, path])
  const device = stdout.trim()
  return {
    path: device,
    async [Symbol.asyncDispose]() {
      await run(LOSETUP, ['--detach', device])
    },
  }
}
