import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { SectorSize } from '../../src/formats/gpt/index.ts'
import { createLoopDisk, type LoopDisk } from './loop-disk.ts'
import type { MetalImage } from './metal-image.ts'
import { type DiskPartition, partitionDisk, readPartitions } from './partition-disk.ts'
import { MIB } from './partitioned-disk.ts'

/** A disk with a system on it, and behind that a partition that is worth saving: number 5, `data`. */
export interface SystemDisk extends LoopDisk {
  readonly image: MetalImage
  readonly data: DiskPartition
  /** Makes the disk what it was, with all partitions. What lies in those of the system stays. */
  restore(): Promise<void>
  /** Whether the data partition has what it had. */
  hasData(): Promise<boolean>
  /** Bytes that have been written since the last {@link SystemDisk.restore}. */
  writtenByteLength(): number
}

/** What a {@link SystemDisk} is made with. */
export interface SystemDiskOptions {
  /** For sectors of the same size. */
  readonly image: MetalImage
  readonly sectorSize?: SectorSize
}

const DISK_BYTE_LENGTH: number = 56 * MIB
const DATA: Uint8Array = new Uint8Array(4 * MIB).map((_, index) => (index * 31 + (index >> 9)) & 0xff)
const DATA_EXTENT = { offset: 48 * MIB, byteLength: DATA.byteLength }
const STAT_SECTOR_BYTE_LENGTH = 512

/** Makes a loop disk of 56 MiB with an image installed on it. */
export async function createSystemDisk(path: string, options: SystemDiskOptions): Promise<SystemDisk> {
  const { image, sectorSize = 512 } = options
  const disk = await createLoopDisk(path, { byteLength: DISK_BYTE_LENGTH, sectorSize })
  const statPath = `/sys/class/block/${basename(disk.device)}/stat`
  const countWritten = (): number => {
    const fields = readFileSync(statPath, 'utf8').trim().split(/ +/)
    return Number(fields[6]) * STAT_SECTOR_BYTE_LENGTH
  }
  await using handle = await open(disk.device, 'r+')
  await handle.writeFile(await readFile(image.path))
  const system = image.partitions.map(({ number, name, extent }) => ({ number, name, ...extent }))
  partitionDisk(disk.device, [...system, { number: 5, name: 'data', ...DATA_EXTENT }], { sectorSize })
  const ends = [await readAt(handle, 0, MIB), await readAt(handle, DISK_BYTE_LENGTH - MIB, MIB)] as const
  const [data] = readPartitions(disk.device).slice(-1)
  if (data?.name !== 'data') throw new Error(`sfdisk made no data partition on ${disk.device}`)

  let writtenBefore = 0
  return {
    ...disk,
    image,
    data,
    async restore() {
      await using device = await open(disk.device, 'r+')
      await device.write(ends[0], 0, MIB, 0)
      await device.write(ends[1], 0, MIB, DISK_BYTE_LENGTH - MIB)
      await device.write(DATA, 0, DATA.byteLength, DATA_EXTENT.offset)
      await device.sync()
      writtenBefore = countWritten()
    },
    async hasData() {
      execFileSync('blockdev', ['--flushbufs', disk.device])
      await using device = await open(disk.device, 'r')
      return (await readAt(device, DATA_EXTENT.offset, DATA_EXTENT.byteLength)).equals(DATA)
    },
    writtenByteLength: () => countWritten() - writtenBefore,
  }
}

async function readAt(handle: FileHandle, offset: number, byteLength: number): Promise<Buffer> {
  const buffer = Buffer.alloc(byteLength)
  await handle.read(buffer, 0, byteLength, offset)
  return buffer
}
