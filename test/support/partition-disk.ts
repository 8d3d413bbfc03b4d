import { execFileSync, spawnSync } from 'node:child_process'

/** A partition of a disk, as sfdisk tells it. */
export interface DiskPartition {
  /** Its slot, from 1. */
  readonly number: number
  /** In bytes. */
  readonly offset: number
  readonly byteLength: number
  readonly typeGuid: string
  readonly uniqueGuid: string
  /** Empty without one. */
  readonly name: string
  /** As sfdisk words them; empty without any. */
  readonly attributes: string
}

/** A partition to make: for Linux, with a random GUID, without name and attributes unless given. */
export type NewPartition = Pick<DiskPartition, 'number' | 'offset' | 'byteLength'> & Partial<DiskPartition>

/** Options of {@link partitionDisk}. */
export interface PartitionDiskOptions {
  readonly sectorSize: number
  /** Slots of the table; 128 unless given. */
  readonly slotCount?: number
}

/** Gives a disk a GPT of other making than ours. Needs sfdisk; sgdisk would sleep for a second. */
export function partitionDisk(path: string, partitions: readonly NewPartition[], options: PartitionDiskOptions): void {
  const { sectorSize, slotCount = 128 } = options
  const lines = partitions.map(({ number, offset, byteLength, typeGuid = 'L', uniqueGuid, name, attributes }) => {
    const fields = [`start=${offset / sectorSize}`, `size=${byteLength / sectorSize}`, `type=${typeGuid}`]
    if (uniqueGuid) fields.push(`uuid=${uniqueGuid}`)
    if (name) fields.push(`name="${name}"`)
    if (attributes) fields.push(`attrs="${attributes}"`)
    return `${number} : ${fields.join(', ')}`
  })
  const input = ['label: gpt', `table-length: ${slotCount}`, '', ...lines, ''].join('\n')
  const quick = ['--quiet', '--no-reread', '--no-tell-kernel', '--wipe=never', '--wipe-partitions=never']
  execFileSync('sfdisk', [...quick, path], { input, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** The partitions of a disk as sfdisk sees them, by number; none without a GPT. */
export function readPartitions(path: string): readonly DiskPartition[] {
  const { stdout } = spawnSync('sfdisk', ['--json', path], { encoding: 'utf8' })
  if (stdout === '') return []
  const { partitiontable: table }: SfdiskJson = JSON.parse(stdout)
  if (table.label !== 'gpt') return []
  return (table.partitions ?? []).map(({ node, start, size, type, uuid, name = '', attrs = '' }) => ({
    number: Number(/[0-9]+$/.exec(node)?.[0]),
    offset: start * table.sectorsize,
    byteLength: size * table.sectorsize,
    typeGuid: type,
    uniqueGuid: uuid,
    name,
    attributes: attrs,
  }))
}

/** What sgdisk and sfdisk find wrong with the partition table of a disk: nothing, if they are as they should be. */
export function findTableProblems(path: string): readonly string[] {
  const sgdisk = spawnSync('sgdisk', ['--verify', path], { encoding: 'utf8' })
  const sfdisk = spawnSync('sfdisk', ['--verify', path], { encoding: 'utf8' })
  return [
    ...(sgdisk.stdout.includes('No problems found') && sgdisk.stderr === '' ? [] : [sgdisk.stdout + sgdisk.stderr]),
    ...(sfdisk.stdout.includes('No errors detected') && sfdisk.stderr === '' ? [] : [sfdisk.stdout + sfdisk.stderr]),
  ]
}

interface SfdiskJson {
  readonly partitiontable: {
    readonly label: string
    readonly sectorsize: number
    readonly partitions?: readonly {
      readonly node: string
      readonly start: number
      readonly size: number
      readonly type: string
      readonly uuid: string
      readonly name?: string
      readonly attrs?: string
    }[]
  }
}
