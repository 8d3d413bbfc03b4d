import { readFile } from 'node:fs/promises'
import type { SectorSize } from '../../src/formats/gpt/index.ts'
import { createFilledDisk, type FilledDisk } from './filled-disk.ts'
import type { MetalImage } from './metal-image.ts'
import type { DiskPartition } from './partition-disk.ts'
import { MIB } from './partitioned-disk.ts'

/** A disk with a system on it, and behind that a partition that is worth saving: number 5, `data`. */
export interface SystemDisk extends FilledDisk {
  readonly image: MetalImage
  readonly data: DiskPartition
  /** Whether the data partition has what it had. */
  hasData(): Promise<boolean>
}

/** What a {@link SystemDisk} is made with. */
export interface SystemDiskOptions {
  /** For sectors of the same size. */
  readonly image: MetalImage
  readonly sectorSize: SectorSize
}

const DATA = { number: 5, name: 'data', offset: 48 * MIB, byteLength: 4 * MIB, isFilled: true }

/** Makes a loop disk of 56 MiB with an image installed on it. */
export async function createSystemDisk(path: string, { image, sectorSize }: SystemDiskOptions): Promise<SystemDisk> {
  const system = image.partitions.map(({ number, name, extent }) => ({ number, name, ...extent, isFilled: false }))
  const disk = await createFilledDisk(path, {
    byteLength: 56 * MIB,
    sectorSize,
    partitions: [...system, DATA],
    bytes: await readFile(image.path),
  })
  const data = disk.partitions.find(({ name }) => name === DATA.name)
  if (!data) throw new Error(`sfdisk made no data partition on ${disk.device}`)
  return { ...disk, image, data, hasData: async () => (await disk.findChanged([data])).length === 0 }
}
