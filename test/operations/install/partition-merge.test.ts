import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findDifference, overlay, zeroSource } from '../../../src/bytes/index.ts'
import { readPartitionTable } from '../../../src/formats/gpt/index.ts'
import { HEAD_BYTE_LENGTH, partitionFilter, planInstall, readSavedPartitions } from '../../../src/operations/index.ts'
import { applyTo, diskBytes, diskOf, MIB, partition, partitionsOf, testGuid } from '../../support/partitioned-disk.ts'

const DISK_BYTE_LENGTH: number = 16 * MIB
const IMAGE_BYTE_LENGTH: number = 6 * MIB

const hex64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0'))
const entry = fc.record({
  typeGuid: fc.uuid(),
  uniqueGuid: fc.uuid(),
  name: fc.string({ maxLength: 36 }),
  attributes: hex64,
})

/** Partitions of half a MiB side by side, in random slots. */
function partitions(start: number, slots: fc.Arbitrary<number>) {
  const options = { minLength: 1, maxLength: 8, selector: ([slot]: readonly [number, unknown]) => slot }
  return fc.uniqueArray(fc.tuple(slots, entry), options).map((list) =>
    list.map(([number, rest], index) => ({
      ...rest,
      name: rest.name.replaceAll('\0', ' '),
      number,
      extent: { offset: start * MIB + (index * MIB) / 2, byteLength: MIB / 2 },
    })),
  )
}

const byNumber = (a: { readonly number: number }, b: { readonly number: number }) => a.number - b.number

it('keeps everything of every partition, and changes only the numbers of saved ones', async () => {
  const slots = fc.integer({ min: 1, max: 120 }) // with eight of each, there are enough behind
  const sectorSizes = fc.constantFrom(512 as const, 4096 as const)
  await fc.assert(
    fc.asyncProperty(
      partitions(1, slots),
      partitions(6, slots),
      sectorSizes,
      async (imagePartitions, diskPartitions, sectorSize) => {
        const image = diskBytes({ byteLength: IMAGE_BYTE_LENGTH, sectorSize, partitions: imagePartitions })
        const disk = diskBytes({ byteLength: DISK_BYTE_LENGTH, sectorSize, partitions: diskPartitions, fill: 0xd1 })
        const before = disk.slice()
        const target = diskOf(disk, sectorSize)
        const saved = await readSavedPartitions(target, partitionFilter({ indexes: ['1-'] }))
        const head = image.subarray(0, HEAD_BYTE_LENGTH)
        const plan = planInstall({ target, head, saved, diskGuid: testGuid(1) })

        for (const { offset, bytes } of [...plan.reset, ...plan.finish].flat()) {
          expect([offset % sectorSize, bytes.byteLength % sectorSize]).toEqual([0, 0])
        }
        applyTo(disk, plan.reset.flat())
        const old = [...diskPartitions].sort(byNumber)
        expect(await partitionsOf(disk, sectorSize)).toEqual(old)

        applyTo(disk, plan.finish.flat())
        const newNumbers = plan.saved.map(({ newNumber }) => newNumber)
        const moved = old.map((each, index) => ({ ...each, number: newNumbers[index] }))
        expect(await partitionsOf(disk, sectorSize)).toEqual([...[...imagePartitions].sort(byNumber), ...moved])
        expect(newNumbers).toEqual([...newNumbers].sort((a, b) => a - b))
        for (const [index, { number }] of old.entries()) expect(newNumbers[index]).toBeGreaterThanOrEqual(number)

        const middle = [MIB, DISK_BYTE_LENGTH - MIB] as const
        expect(findDifference(disk.subarray(...middle), before.subarray(...middle))).toBe(DISK_BYTE_LENGTH - 2 * MIB)
      },
    ),
    { numRuns: 40 },
  )
})

it('plans for a disk of 8 TiB in a few megabytes', async () => {
  const byteLength = 2 ** 43
  const start = 2 ** 42
  const data = { ...partition(1, 'data', 0, 0), extent: { offset: start, byteLength: start - MIB } }
  const image = diskBytes({ byteLength: IMAGE_BYTE_LENGTH, partitions: [partition(4, 'root', 1, 2)] })
  const table = { partitions: [{ ...data, firstLba: start / 512, lastLba: (byteLength - MIB) / 512 - 1 }] }
  const plan = planInstall({
    target: { name: '/dev/sda', byteLength, sectorSize: 512 },
    head: image.subarray(0, HEAD_BYTE_LENGTH),
    saved: { ...table, diskGuid: testGuid(1), copy: 'primary' },
    diskGuid: testGuid(2),
  })
  for (const steps of [plan.reset, [...plan.reset, ...plan.finish]]) {
    let disk = zeroSource(byteLength, '/dev/sda')
    for (const patches of steps) disk = overlay(disk, patches)
    const found = await readPartitionTable(disk, { sectorSize: 512 })
    expect(found?.partitions.at(-1)).toMatchObject({ name: 'data', extent: data.extent })
    const withoutPrimary = overlay(disk, [{ offset: 512, bytes: new Uint8Array(512) }])
    expect(await readPartitionTable(withoutPrimary, { sectorSize: 512 })).toMatchObject({ copy: 'backup' })
  }
  const written = [...plan.reset, ...plan.finish].flat().reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
  expect(written).toBeLessThan(4 * MIB)
})
