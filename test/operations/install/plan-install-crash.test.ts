import { describe, expect, it } from 'vitest'
import { crc32, type Patch } from '../../../src/bytes/index.ts'
import { readPartitionTable, type SectorSize } from '../../../src/formats/gpt/index.ts'
import {
  HEAD_BYTE_LENGTH,
  type InstallPlan,
  partitionFilter,
  planInstall,
  readSavedPartitions,
} from '../../../src/operations/index.ts'
import {
  diskBytes,
  diskOf,
  editHeader,
  MIB,
  partition,
  partitionsOf,
  testGuid,
} from '../../support/partitioned-disk.ts'

const DISK_BYTE_LENGTH: number = 8 * MIB
const IMAGE_PARTITIONS = [partition(3, 'boot', 1, 2), partition(4, 'root', 2, 3)]
const SAVED = [partition(2, 'data', 4, 5), partition(6, 'logs', 5, 7)]
const NAMES_OF_SAVED = ['data', 'logs']
const NAMES_OF_ALL = ['boot', 'root', 'data', 'logs']

/** What is damaged before anything begins. */
const BEGINNINGS = {
  'nothing is damaged': (): void => {},
  'the primary header is damaged': (disk: Uint8Array, sectorSize: number): void => {
    disk[sectorSize + 20] = 0x5a
  },
  'the primary entries are damaged': (disk: Uint8Array, sectorSize: number): void => {
    disk[2 * sectorSize + 500] = 0x5a
  },
  'the first MiB is blank': (disk: Uint8Array): void => {
    disk.fill(0, 0, MIB)
  },
  'the backup is damaged': (disk: Uint8Array, sectorSize: number): void => {
    disk[disk.byteLength - sectorSize + 20] = 0x5a
  },
  'the table has 256 slots': (disk: Uint8Array, sectorSize: number): void => {
    const entries = new Uint8Array(256 * 128)
    entries.set(disk.subarray(2 * sectorSize, 2 * sectorSize + 128 * 128))
    entries.copyWithin(199 * 128, 0, 128).fill(0, 0, 128) // the partition that is not saved
    const last = disk.byteLength - sectorSize
    for (const [header, start] of [
      [sectorSize, 2 * sectorSize],
      [last, last - entries.byteLength],
    ] as const) {
      disk.set(entries, start)
      editHeader(disk, header, (fields) => {
        fields
          .seek(72)
          .u64le(start / sectorSize)
          .u32le(256)
        fields.seek(88).u32le(crc32(entries))
      })
    }
  },
} as const

const CASES = ([512, 4096] as const).flatMap((sectorSize) =>
  Object.keys(BEGINNINGS).map((name) => ({ name: name as keyof typeof BEGINNINGS, sectorSize })),
)

async function begin(name: keyof typeof BEGINNINGS, sectorSize: SectorSize) {
  const partitions = [partition(1, 'old', 1, 4), ...SAVED]
  const disk = diskBytes({ byteLength: DISK_BYTE_LENGTH, sectorSize, partitions, diskGuid: testGuid(1) })
  BEGINNINGS[name](disk, sectorSize)
  const image = diskBytes({ byteLength: 4 * MIB, sectorSize, partitions: IMAGE_PARTITIONS })
  const target = diskOf(disk, sectorSize)
  const saved = await readSavedPartitions(target, partitionFilter({ labels: NAMES_OF_SAVED }))
  const plan = planInstall({ target, head: image.subarray(0, HEAD_BYTE_LENGTH), saved, diskGuid: testGuid(2) })
  return { disk, plan }
}

/**
 * Writes the steps, and calls `look` at each moment at which power may be lost: before, within and behind each patch. Within
 * a step a disk may choose the order, so that the opposite one is tried, too.
 */
async function crashEverywhere(
  disk: Uint8Array,
  steps: readonly (readonly Patch[])[],
  look: (after: string) => Promise<void>,
): Promise<void> {
  const writeInPieces = async (patches: readonly Patch[]): Promise<void> => {
    for (const { offset, bytes, label } of patches) {
      for (const byteLength of tornByteLengths(bytes.byteLength)) {
        disk.set(bytes.subarray(0, byteLength), offset)
        await look(`${byteLength} bytes of ${label}`)
      }
    }
  }
  for (const step of steps) {
    const before = disk.slice()
    if (step.length > 1) await writeInPieces([...step].reverse())
    disk.set(before)
    await writeInPieces(step)
  }
}

/** Sectors are written whole or not at all. */
function tornByteLengths(byteLength: number): readonly number[] {
  const middle = Math.floor(byteLength / 2 / 4096) * 4096
  return [...new Set([0, Math.min(4096, byteLength), middle, byteLength])]
}

const allSteps = ({ reset, finish }: InstallPlan) => [...reset, ...finish]

describe.each(CASES)('when $name, with sectors of $sectorSize bytes', ({ name, sectorSize }) => {
  it('has the saved partitions in a sound table whenever power is lost', async () => {
    const { disk, plan } = await begin(name, sectorSize)
    await crashEverywhere(disk, allSteps(plan), async (after) => {
      const names = (await partitionsOf(disk, sectorSize))?.map((found) => found.name)
      expect(names, after).toEqual(expect.arrayContaining(NAMES_OF_SAVED))
    })
    expect((await partitionsOf(disk, sectorSize))?.map((found) => found.name)).toEqual(NAMES_OF_ALL)
  })

  it('has them while it is reset once more, from wherever it failed', async () => {
    const { disk, plan } = await begin(name, sectorSize)
    const steps = allSteps(plan)
    for (let done = 0; done <= steps.length; done++) {
      const failed = disk.slice()
      await crashEverywhere(failed, plan.reset, async (after) => {
        const names = (await partitionsOf(failed, sectorSize))?.map((found) => found.name)
        expect(names, `${done} steps, then ${after}`).toEqual(expect.arrayContaining(NAMES_OF_SAVED))
      })
      const table = await readPartitionTable(diskOf(failed), { sectorSize })
      expect(table).toMatchObject({ copy: 'primary', partitions: SAVED })
      for (const { offset, bytes } of steps[done] ?? []) disk.set(bytes, offset)
    }
  })

  it('has no partition of the image in a table before the first header of the finish', async () => {
    const { disk, plan } = await begin(name, sectorSize)
    const firstHeader = plan.finish.findIndex((step) => step.some(({ label }) => label?.endsWith('header')))
    const before = [...plan.reset, ...plan.finish.slice(0, firstHeader)]
    await crashEverywhere(disk, before, async (after) => {
      const names = (await partitionsOf(disk, sectorSize))?.map((found) => found.name)
      expect(names, after).not.toContain('root')
    })
    const left = plan.finish.slice(firstHeader).flat()
    expect(left.map(({ label }) => label)).toHaveLength(3) // this header, and the other copy
  })

  it('gives both copies all partitions in the end', async () => {
    const { disk, plan } = await begin(name, sectorSize)
    for (const { offset, bytes } of allSteps(plan).flat()) disk.set(bytes, offset)
    disk.fill(0, sectorSize, 2 * sectorSize)
    expect((await partitionsOf(disk, sectorSize))?.map((found) => found.name)).toEqual(NAMES_OF_ALL)
  })
})
