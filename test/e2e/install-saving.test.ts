import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createFilledDisk, type FilledDisk } from '../support/filled-disk.ts'
import { LOOP_DISK_NEEDS } from '../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, type MetalImage, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { findTableProblems, readPartitions } from '../support/partition-disk.ts'
import { MIB } from '../support/partitioned-disk.ts'
import { createShell, type RunResult, type Shell } from '../support/run-isokit.ts'

/** What stands before the disk's number and the partitions. */
const MBR_CODE_BYTE_LENGTH = 440
const SWAP_TYPE = '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F'

/** Behind the image but for one, each with something that is easily lost. */
const PARTITIONS = [
  { number: 4, name: 'data', offset: 48 * MIB, byteLength: MIB, isFilled: true },
  { number: 5, name: 'data2', offset: 56 * MIB, byteLength: MIB, isFilled: true, typeGuid: SWAP_TYPE },
  { number: 6, name: 'var log', offset: 52 * MIB, byteLength: MIB, isFilled: true },
  { number: 7, name: 'old', offset: 38 * MIB, byteLength: 2 * MIB, isFilled: true },
  { number: 8, offset: 60 * MIB, byteLength: MIB, isFilled: true, attributes: 'RequiredPartition GUID:50,63' },
  { number: 9, name: 'größe', offset: 49 * MIB, byteLength: MIB, isFilled: true, attributes: 'LegacyBIOSBootable' },
  { number: 128, name: 'data/last', offset: 63 * MIB, byteLength: MIB / 2, isFilled: true },
]

describe.each([512, 4096] as const)('on a disk with sectors of %i bytes', (sectorSize) => {
  let shell: Shell
  let image: MetalImage
  let disk: FilledDisk | undefined
  beforeEach(async (context) => {
    needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS)
    shell ??= await createShell()
    image ??= await makeMetalImage({ sectorSize })
    disk ??= await createFilledDisk(shell.path('disk'), { byteLength: 64 * MIB, sectorSize, partitions: PARTITIONS })
    await disk.restore()
  })
  afterAll(async () => {
    await disk?.[Symbol.asyncDispose]()
    await shell?.[Symbol.asyncDispose]()
  })

  async function install({ device }: FilledDisk, words: readonly string[]): Promise<RunResult> {
    return await shell.run(['install', device, '-f', image.path, '--insecure', ...words])
  }

  it.each([
    { words: ['--save-partlabel', 'data'], saves: { 4: 5 } },
    { words: ['--save-partlabel', 'data*'], saves: { 4: 5, 5: 6, 128: 128 } },
    { words: ['--save-partlabel', 'data?'], saves: { 5: 5 } },
    { words: ['--save-partlabel', '[dv]*[0-9g]'], saves: { 5: 5, 6: 6 } },
    { words: ['--save-partlabel', '[!do]*'], saves: { 6: 6, 9: 9 } },
    { words: ['--save-partlabel', 'gr??e'], saves: { 9: 9 } },
    { words: ['--save-partlabel', ''], saves: { 8: 8 } },
    { words: ['--save-partlabel', 'data,var log,nothing'], saves: { 4: 5, 6: 6 }, without: ['the label "nothing"'] },
    { words: ['--save-partlabel', 'data2', '--save-partlabel', '*/last'], saves: { 5: 5, 128: 128 } },
    { words: ['--save-partlabel', 'DATA'], saves: {}, without: ['the label "DATA"'] },
    { words: ['--save-partindex', '6'], saves: { 6: 6 } },
    { words: ['--save-partindex', '4-6'], saves: { 4: 5, 5: 6, 6: 7 } },
    { words: ['--save-partindex', '8-'], saves: { 8: 8, 9: 9, 128: 128 } },
    { words: ['--save-partindex', '-5'], saves: { 4: 5, 5: 6 } },
    { words: ['--save-partindex', '4,8-9'], saves: { 4: 5, 8: 8, 9: 9 } },
    { words: ['--save-partindex', '5', '--save-partindex', '128'], saves: { 5: 5, 128: 128 } },
    { words: ['--save-partindex', '2-3'], saves: {}, without: ['a number from 2 to 3'] },
    { words: ['--save-partindex', '8', '--save-partlabel', 'data'], saves: { 4: 5, 8: 8 } },
  ])('$words keeps partitions as they are, in slots $saves', async ({ words, saves, without = [] }) => {
    if (!disk) throw new Error('there is no disk')
    const { exitCode, stderr } = await install(disk, words)
    expect(exitCode, stderr).toBe(0)
    const notices = [...stderr.matchAll(/Nothing is saved by (.*): no partition/g)].map(([, wanted]) => wanted)
    expect(notices).toEqual(without)
    const newNumbers: Readonly<Record<number, number>> = saves
    const saved = disk.partitions.filter(({ number }) => number in newNumbers)
    const after = readPartitions(disk.device)
    const system = image.partitions.map(({ number, name, extent }) => ({ number, name, ...extent, attributes: '' }))
    expect(after.slice(0, 4)).toMatchObject(
      system.map((each) => ({ ...each, uniqueGuid: `1AB1AB00-0000-4000-A000-00000000000${each.number}` })),
    )
    expect(after.slice(4)).toEqual(saved.map((each) => ({ ...each, number: newNumbers[each.number] })))
    expect(await disk.findChanged(saved)).toEqual([])
    // With nothing to save, the disk has the table of the image as it is, with its backup at the end of the image.
    if (saved.length > 0) expect(findTableProblems(disk.device)).toEqual([])
  })

  it('has the rest of the image beside them, byte for byte', async () => {
    if (!disk) throw new Error('there is no disk')
    const { exitCode, stderr } = await install(disk, ['--save-partindex', '4-5'])
    expect(exitCode, stderr).toBe(0)
    const [bytes, original] = [await readFile(disk.device), await readFile(image.path)]
    const end = Math.max(...image.partitions.map(({ extent }) => extent.offset + extent.byteLength))
    expect(bytes.subarray(MIB, end).equals(original.subarray(MIB, end))).toBe(true)
    expect(bytes.subarray(0, MBR_CODE_BYTE_LENGTH).equals(original.subarray(0, MBR_CODE_BYTE_LENGTH))).toBe(true)
  })

  it.each([
    { name: 'a partition where the image has one', words: ['--save-partlabel', 'old'], code: 'PARTITION_COLLISION' },
    { name: 'the same among others', words: ['--save-partindex', '4-8'], code: 'PARTITION_COLLISION' },
  ])('is not touched to save $name', async ({ words, code }) => {
    if (!disk) throw new Error('there is no disk')
    const { exitCode, stderr } = await install(disk, words)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(`[${code}]`) })
    expect(disk.writtenByteLength()).toBe(0)
    expect(readPartitions(disk.device)).toEqual(disk.partitions)
    expect(await disk.findChanged(disk.partitions)).toEqual([])
  })

  it.each([
    { words: ['--save-partlabel', 'data'] },
    { words: ['--save-partlabel', '*'] },
    { words: ['--save-partindex', '1'] },
    { words: ['--save-partindex', '2-'] },
  ])('is not touched to save $words when it has an MBR', async ({ words }) => {
    if (!disk) throw new Error('there is no disk')
    const input = `label: dos\nstart=${MIB / sectorSize}, size=${(20 * MIB) / sectorSize}\n`
    execFileSync('sfdisk', ['--quiet', '--no-reread', '--no-tell-kernel', '--wipe=always', disk.device], { input })
    execFileSync('blockdev', ['--flushbufs', disk.device])
    const before = disk.writtenByteLength()
    const { exitCode, stderr } = await install(disk, words)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[PARTITIONS_UNSAVABLE]') })
    expect(disk.writtenByteLength()).toBe(before)
  })
})
