import { execFileSync } from 'node:child_process'
import { open, truncate } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFilledDisk, type FilledDisk, type FilledDiskOptions } from '../support/filled-disk.ts'
import { LOOP_DISK_NEEDS } from '../support/loop-disk.ts'
import { copyMetalImage, METAL_IMAGE_NEEDS, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { findTableProblems, partitionDisk, readPartitions } from '../support/partition-disk.ts'
import { MIB } from '../support/partitioned-disk.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'

const TIB = MIB * MIB
const BYTE_LENGTH = 64 * MIB
const DATA = { number: 5, name: 'data', offset: 48 * MIB, byteLength: MIB, isFilled: true }
const LAST = { number: 9, name: 'last', offset: 62 * MIB, byteLength: MIB, isFilled: true }

let shell: Shell
let disk: FilledDisk | undefined
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS)
  shell = await createShell()
})
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await shell?.[Symbol.asyncDispose]()
})

/** Something that has happened to a disk since it was partitioned. */
type Change = (disk: FilledDisk, sectorSize: number) => Promise<void>

/** Gives the disk another size, as a larger or smaller medium does onto which it is copied. */
function resizedTo(byteLength: number): Change {
  return async ({ device, path }) => {
    await truncate(path, byteLength)
    execFileSync('losetup', ['--set-capacity', device])
  }
}

async function write({ device }: FilledDisk, offset: number, bytes: Uint8Array): Promise<void> {
  await using handle = await open(device, 'r+')
  await handle.write(bytes, 0, bytes.byteLength, offset)
  await handle.sync()
}

/** Changes a byte of the checksum of its header, or of its entries. */
function damagedPrimary(part: 'header' | 'entries'): Change {
  return (each, sectorSize) => write(each, sectorSize + (part === 'header' ? 16 : sectorSize + 8), Uint8Array.of(0x5a))
}

function inOrder(...changes: readonly Change[]): Change {
  return async (each, sectorSize) => {
    for (const change of changes) await change(each, sectorSize)
  }
}

/** The partition at this place of the MBR, from sector 1 on or a MiB. */
function mbrPartition(index: number, type: number): Change {
  const firstLba = type === 0xee ? [1, 0] : [0, 8]
  return (each) =>
    write(each, 446 + 16 * index, Uint8Array.of(0, 0, 0, 0, type, 0, 0, 0, ...firstLba, 0, 0, 0, 8, 0, 0))
}

async function nothing(): Promise<void> {}

interface Case {
  readonly name: string
  readonly change: Change
  readonly options?: Partial<FilledDiskOptions>
}

async function useDisk({ change, options = {} }: Case, sectorSize: 512 | 4096): Promise<FilledDisk> {
  const whole = { byteLength: BYTE_LENGTH, partitions: [DATA, LAST], ...options, sectorSize }
  disk = await createFilledDisk(shell.path('disk'), whole)
  await change(disk, sectorSize)
  return disk
}

describe.each([512, 4096] as const)('with sectors of %i bytes', (sectorSize) => {
  it.each<Case & { readonly words?: readonly string[]; readonly saves?: Readonly<Record<number, number>> }>([
    {
      name: 'of 3 TiB',
      change: nothing,
      options: { byteLength: 3 * TIB, partitions: [DATA, { ...LAST, offset: 2.5 * TIB }] },
    },
    { name: 'that has grown', change: resizedTo(BYTE_LENGTH + 16 * MIB) },
    {
      name: 'that has grown, with damaged entries',
      change: inOrder(damagedPrimary('entries'), resizedTo(BYTE_LENGTH + 16 * MIB)),
    },
    {
      name: 'that has shrunk, behind what is saved',
      change: resizedTo(BYTE_LENGTH - 4 * MIB),
      words: ['--save-partlabel', 'data'],
      saves: { 5: 5 },
    },
    { name: 'with a damaged primary header', change: damagedPrimary('header') },
    { name: 'with damaged primary entries', change: damagedPrimary('entries') },
    { name: 'with a first MiB of zeros', change: (each) => write(each, 0, new Uint8Array(MIB)) },
    { name: 'with a hybrid MBR', change: inOrder(mbrPartition(0, 0x0c), mbrPartition(2, 0xee)) },
    { name: 'with an MBR that is gone', change: (each) => write(each, 0, new Uint8Array(512)) },
    {
      name: 'with a table of 256 slots',
      change: nothing,
      options: { slotCount: 256, partitions: [DATA, LAST, { ...LAST, number: 200, name: '', offset: 50 * MIB }] },
      words: ['--save-partindex=-128'],
    },
  ])(
    'saves partitions of a disk $name',
    async ({ words = ['--save-partindex', '5-'], saves = { 5: 5, 9: 9 }, ...each }) => {
      const { device, partitions, findChanged } = await useDisk(each, sectorSize)
      const image = await makeMetalImage({ sectorSize })
      const { exitCode, stderr } = await shell.run(['install', device, '-f', image.path, '--insecure', ...words])
      expect(exitCode, stderr).toBe(0)
      const saved = partitions.filter(({ number }) => number in saves)
      expect(readPartitions(device).slice(4)).toEqual(saved)
      expect(saved).toHaveLength(Object.keys(saves).length)
      expect(await findChanged(saved)).toEqual([])
      expect(findTableProblems(device)).toEqual([])
    },
  )

  it.each<Case & { readonly code: string }>([
    {
      name: 'that has grown, with a damaged header, which alone knew where the backup is',
      change: inOrder(damagedPrimary('header'), resizedTo(BYTE_LENGTH + 16 * MIB)),
      code: 'GPT_CORRUPT',
    },
    {
      name: 'that has grown, without its header',
      change: inOrder((each, size) => write(each, size, new Uint8Array(size)), resizedTo(BYTE_LENGTH + 16 * MIB)),
      code: 'GPT_CORRUPT',
    },
    { name: 'that has shrunk into it', change: resizedTo(LAST.offset + MIB / 2), code: 'PARTITIONS_INVALID' },
    {
      name: 'that has shrunk, with damaged entries',
      change: inOrder(damagedPrimary('entries'), resizedTo(BYTE_LENGTH - 16 * MIB)),
      code: 'GPT_CORRUPT',
    },
    { name: 'with partitions in its MBR alone', change: mbrPartition(0, 0x83), code: 'PARTITIONS_UNSAVABLE' },
    {
      name: 'that has it in a slot that no table has that is written',
      change: nothing,
      options: { slotCount: 256, partitions: [DATA, { ...LAST, number: 200 }] },
      code: 'PARTITIONS_INVALID',
    },
  ])('does not touch a disk $name, to save a partition', async ({ code, ...each }) => {
    const { device, writtenByteLength } = await useDisk(each, sectorSize)
    const before = writtenByteLength()
    const image = await makeMetalImage({ sectorSize })
    const words = ['-f', image.path, '--insecure', '--save-partlabel', 'last']
    const { exitCode, stderr } = await shell.run(['install', device, ...words])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(`[${code}]`) })
    expect(writtenByteLength()).toBe(before)
  })
})

describe('an odd image', () => {
  it.each([
    { name: 'with a table of 256 slots', slotCount: 256, moreByteLength: 0 },
    { name: 'that goes on behind the backup of its table', slotCount: 128, moreByteLength: 4 * MIB },
  ])('is installed beside saved partitions: $name', async ({ slotCount, moreByteLength }) => {
    const { device, partitions, findChanged } = await useDisk({ name: 'sound', change: nothing }, 512)
    const image = await copyMetalImage(shell.path('image'))
    const own = image.partitions.map(({ number, name, extent }) => ({ number, name, ...extent }))
    partitionDisk(image.path, own, { sectorSize: 512, slotCount })
    await truncate(image.path, image.byteLength + moreByteLength)
    const words = ['-f', image.path, '--insecure', '--save-partindex', '5-']
    const { exitCode, stderr } = await shell.run(['install', device, ...words])
    expect(exitCode, stderr).toBe(0)
    expect(readPartitions(device)).toEqual([...readPartitions(image.path), ...partitions])
    expect(await findChanged(partitions)).toEqual([])
    expect(findTableProblems(device)).toEqual([])
  })
})
