import { setTimeout as delay } from 'node:timers/promises'
import type { Extent } from '../../bytes/index.ts'
import { decodePartitionTable } from '../../formats/gpt/index.ts'
import { partitionsOf } from './find-uses.ts'
import type { RunProgram } from './run-program.ts'
import type { SystemFiles } from './system-files.ts'

/** A disk whose partition table has changed. Nobody holds it open. */
export interface ChangedDisk {
  readonly name: string
  readonly kernelName: string
  readonly sectorSize: number
  /** Its first bytes, in which its partition table is. */
  readonly head: Uint8Array
}

/** Options of {@link rereadPartitions}. */
export interface RereadPartitionsOptions {
  readonly run: RunProgram
  readonly files: SystemFiles
  /** How long to wait between two tries; 100 unless given. */
  readonly retryMs?: number | undefined
}

const TRIES = 20
const RETRY_MS = 100
const SYSFS_SECTOR_BYTE_LENGTH = 512

/**
 * Has the system take over a disk's partitions, and looks whether it has: a kernel may answer that it is done without being
 * able to read the table at all. Programs that open every new disk they see may stand in the way, for a moment.
 *
 * @returns what people have to do when it has not: a sentence.
 */
export async function rereadPartitions(
  disk: ChangedDisk,
  options: RereadPartitionsOptions,
): Promise<string | undefined> {
  const { run, files, retryMs = RETRY_MS } = options
  const { name, kernelName } = disk
  const wanted = wantedPartitions(disk)
  const isMapped = kernelName.startsWith('dm-')
  for (let round = 0; round < TRIES; round += 1) {
    if (round > 0) await delay(retryMs)
    if (isMapped ? await mapPartitions(name, run) : await takeOver()) {
      await run('udevadm', ['settle'])
      return undefined
    }
  }
  const advice = isMapped ? `kpartx -u ${name}` : `partx --delete ${name} and partx --add ${name}`
  return `The system does not see the new partitions of ${name} yet: restart it, or run ${advice}`

  async function takeOver(): Promise<boolean> {
    await run('blockdev', ['--rereadpt', name])
    if (await hasPartitions(files, kernelName, wanted)) return true
    // Not --update: it keeps old partitions in the place of new ones that overlap them.
    await run('partx', ['--delete', name])
    await run('partx', ['--add', name])
    return await hasPartitions(files, kernelName, wanted)
  }
}

/** Mapped devices have no partitions of their own; theirs are mapped in turn. */
async function mapPartitions(name: string, run: RunProgram): Promise<boolean> {
  return (await run('kpartx', ['-u', '-s', name])).isDone
}

function wantedPartitions({ name, sectorSize, head }: ChangedDisk): ReadonlyMap<number, Extent> | undefined {
  if (sectorSize !== 512 && sectorSize !== 4096) return undefined
  try {
    const table = decodePartitionTable(head, { sectorSize, name })
    return table && new Map(table.partitions.map(({ number, extent }) => [number, extent]))
  } catch {
    return undefined // whoever wrote it has checked it; there is nothing to compare with
  }
}

async function hasPartitions(
  files: SystemFiles,
  kernelName: string,
  wanted: ReadonlyMap<number, Extent> | undefined,
): Promise<boolean> {
  if (!wanted) return true
  const names = await partitionsOf(files, kernelName)
  const matches = await Promise.all(
    names.map(async (inside) => {
      const [number, start, size] = await Promise.all(
        ['partition', 'start', 'size'].map((file) => files.read(`/sys/class/block/${kernelName}/${inside}/${file}`)),
      )
      const extent = wanted.get(Number(number))
      return (
        extent?.offset === Number(start) * SYSFS_SECTOR_BYTE_LENGTH &&
        extent.byteLength === Number(size) * SYSFS_SECTOR_BYTE_LENGTH
      )
    }),
  )
  return names.length === wanted.size && matches.every(Boolean)
}
