import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { SectorSize } from '../../src/formats/gpt/index.ts'
import { createLoopDisk, type LoopDisk } from './loop-disk.ts'
import { type DiskPartition, type NewPartition, partitionDisk, readPartitions } from './partition-disk.ts'
import { MIB } from './partitioned-disk.ts'

/** A disk with partitions that can be made what it was, again and again. */
export interface FilledDisk extends LoopDisk {
  /** As they are after each {@link FilledDisk.restore}. */
  readonly partitions: readonly DiskPartition[]
  /** Puts the table and what was filled back. What lies elsewhere stays. */
  restore(): Promise<void>
  /** The numbers of those partitions whose contents are not what they were filled with. */
  findChanged(partitions: readonly DiskPartition[]): Promise<readonly number[]>
  /** Bytes that have been written since the last {@link FilledDisk.restore}. */
  writtenByteLength(): number
}

/** What a {@link FilledDisk} is made with. */
export interface FilledDiskOptions {
  readonly byteLength: number
  readonly sectorSize: SectorSize
  readonly slotCount?: number
  readonly partitions: readonly (NewPartition & {
    /** Whether it gets contents of its own; they are else what was there. */
    readonly isFilled: boolean
  })[]
  /** What the disk has below all that. */
  readonly bytes?: Uint8Array
}

/** The kernel counts these, whatever the disk's sectors. */
const STAT_SECTOR_BYTE_LENGTH = 512

/** Makes a loop disk, and restores it for the first time. */
export async function createFilledDisk(path: string, options: FilledDiskOptions): Promise<FilledDisk> {
  const { byteLength, sectorSize } = options
  const loop = await createLoopDisk(path, { byteLength, sectorSize })
  const { device } = loop
  {
    await using handle = await open(device, 'r+')
    if (options.bytes) await handle.writeFile(options.bytes)
  }
  partitionDisk(device, options.partitions, options)
  await using handle = await open(device, 'r')
  const ends = await Promise.all(
    [0, byteLength - MIB].map(async (offset) => [offset, await readAt(handle, offset, MIB)] as const),
  )
  const contents = new Map(
    options.partitions.flatMap((each) => (each.isFilled ? [[each.offset, pattern(each.number, each.byteLength)]] : [])),
  )

  let writtenBefore = 0
  const disk: FilledDisk = {
    ...loop,
    partitions: readPartitions(device),
    async restore() {
      await using writing = await open(device, 'r+')
      for (const [offset, bytes] of [...ends, ...contents]) await writing.write(bytes, 0, bytes.byteLength, offset)
      await writing.sync()
      writtenBefore = countWritten(device)
    },
    async findChanged(partitions) {
      execFileSync('blockdev', ['--flushbufs', device])
      await using reading = await open(device, 'r')
      const changed: number[] = []
      for (const { number, offset, byteLength: length } of partitions) {
        const is = await readAt(reading, offset, length)
        if (!contents.get(offset)?.equals(is)) changed.push(number)
      }
      return changed
    },
    writtenByteLength: () => countWritten(device) - writtenBefore,
  }
  await disk.restore()
  return disk
}

/** Bytes that no two partitions share. */
function pattern(number: number, byteLength: number): Buffer {
  return Buffer.from(new Uint8Array(byteLength).map((_, index) => (index * 31 + (index >> 9) + number) & 0xff))
}

function countWritten(device: string): number {
  const fields = readFileSync(`/sys/class/block/${basename(device)}/stat`, 'utf8')
    .trim()
    .split(/ +/)
  return Number(fields[6]) * STAT_SECTOR_BYTE_LENGTH
}

async function readAt(handle: FileHandle, offset: number, byteLength: number): Promise<Buffer> {
  const buffer = Buffer.alloc(byteLength)
  await handle.read(buffer, 0, byteLength, offset)
  return buffer
}
