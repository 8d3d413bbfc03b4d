import { execFileSync, spawnSync } from 'node:child_process'
import { truncate, writeFile } from 'node:fs/promises'
import type { SectorSize } from '../../src/formats/gpt/index.ts'

/** What {@link createLoopDisk} and what is done with such disks need, for `needs()`. */
export const LOOP_DISK_NEEDS: readonly string[] = [
  'linux',
  'root',
  '/dev/loop-control',
  'losetup',
  'partx',
  'sgdisk',
  'sfdisk',
  'blockdev',
]

/** A disk of this machine that is a file. */
export interface LoopDisk extends AsyncDisposable {
  /** Such as `/dev/loop0`. */
  readonly device: string
  /** The file with its bytes. */
  readonly path: string
}

/** Options of {@link createLoopDisk}. */
export interface LoopDiskOptions {
  readonly byteLength: number
  readonly sectorSize?: SectorSize
}

/** Makes a disk of zeros that is there until it is disposed of. */
export async function createLoopDisk(path: string, options: LoopDiskOptions): Promise<LoopDisk> {
  const { byteLength, sectorSize = 512 } = options
  await writeFile(path, '')
  await truncate(path, byteLength)
  const words = ['--find', '--show', '--sector-size', String(sectorSize), path]
  const device = execFileSync('losetup', words, { encoding: 'utf8' }).trim()
  removePartitions(device) // the kernel keeps those of the file that it was before
  return {
    device,
    path,
    async [Symbol.asyncDispose]() {
      removePartitions(device)
      execFileSync('losetup', ['--detach', device])
    },
  }
}

/** Lets the kernel forget them. The table on the disk stays. */
function removePartitions(device: string): void {
  spawnSync('partx', ['--delete', device]) // fails where there are none
}

/** The partitions of a disk as sgdisk sees them; none without a table. */
export function listPartitions(device: string): readonly (readonly [number: number, name: string])[] {
  const { stdout } = spawnSync('sgdisk', ['--print', device], { encoding: 'utf8' })
  return stdout.split('\n').flatMap((line) => {
    const [, number, name = ''] = /^ +([0-9]+) +[0-9]+ +[0-9]+ +\S+ \S+ +[0-9A-F]{4} *(.*)$/.exec(line) ?? []
    return number === undefined ? [] : [[Number(number), name.trim()] as const]
  })
}
