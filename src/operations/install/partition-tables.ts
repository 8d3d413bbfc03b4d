import { type Extent, orderPatches, type Patch } from '../../bytes/index.ts'
import {
  encodeGptCopies,
  encodeProtectiveMbr,
  type GptCopy,
  type GptPartitionInput,
  type SectorSize,
  usableExtent,
} from '../../formats/gpt/index.ts'
import { HEAD_BYTE_LENGTH } from './image-stream.ts'
import type { InstallTarget } from './install-target.ts'
import type { PartitionsToSave } from './partitions-to-save.ts'
import { requireSectorSize } from './sector-size.ts'

/** What is known of the disk that tables are written to. */
export type TableTarget = Pick<InstallTarget, 'name' | 'byteLength' | 'sectorSize'>

/** Writes in steps, each of them on the medium before the next begins. */
export type WriteSteps = readonly (readonly Patch[])[]

/** What a disk's table is to say. */
export interface TableContents {
  readonly diskGuid: string
  readonly partitions: readonly GptPartitionInput[]
}

/**
 * Bytes at the end of a disk where other systems leave marks that outlast a new table: Linux's RAID superblocks, those of
 * RAID controllers, the last two labels of ZFS. Left there, they turn the installed disk into a member of an array.
 */
const TAIL_BYTE_LENGTH: number = 1024 * 1024

/**
 * The patches of an empty file of the disk's size that make it a copy of the disk's partition table, with nothing in it but
 * the partitions to save, under their own numbers.
 *
 * @throws {ImageError} `PARTITIONS_INVALID` when no table can hold them together.
 */
export function planPartitionBackup(saved: PartitionsToSave, target: TableTarget): readonly Patch[] {
  const { primary, backup } = encodeTable(target, saved)
  return orderPatches([protectiveMbr(target), ...[primary, backup].flatMap(({ entries, header }) => [entries, header])])
}

/**
 * The steps that leave nothing on a disk but a table with the partitions to save, under their own numbers.
 *
 * They can be interrupted anywhere and begun again, also after any of the steps of {@link planMergedTable}: one copy of the
 * table is always sound and has the saved partitions. So the copy that is sound at first is written second, and what is
 * left of older and larger tables is only wiped at the end.
 *
 * @throws {ImageError} `PARTITIONS_INVALID` when no table can hold them together.
 */
export function planTableReset(saved: PartitionsToSave, target: TableTarget, diskGuid: string): WriteSteps {
  const { primary, backup } = encodeTable(target, { diskGuid, partitions: saved.partitions })
  const mbr = protectiveMbr(target)
  const ordered = saved.copy === 'primary' ? [backup, primary] : [primary, backup]
  const tables = [mbr, ...ordered.flatMap(({ entries, header }) => [entries, header])]
  const kept = [...tables.map(extentOf), ...saved.partitions.map(({ extent }) => extent)]
  return [...tables.map((patch) => [patch]), planWipe(target, kept)]
}

/** Zeros for both ends of a disk, outside the extents that are kept. */
export function planWipe({ byteLength }: Pick<InstallTarget, 'byteLength'>, kept: readonly Extent[]): readonly Patch[] {
  const headEnd = Math.min(HEAD_BYTE_LENGTH, byteLength)
  const tailStart = Math.max(headEnd, byteLength - TAIL_BYTE_LENGTH)
  const ends = [
    { offset: 0, byteLength: headEnd },
    { offset: tailStart, byteLength: byteLength - tailStart },
  ]
  return ends
    .flatMap((end) => outside(end, kept))
    .map((extent) => ({ offset: extent.offset, bytes: new Uint8Array(extent.byteLength), label: 'zeros' }))
}

/**
 * The steps that turn a disk after {@link planTableReset} into one with the partitions of an image and the saved ones, with the
 * boot code and whatever else the image's head has around its table.
 *
 * The copies are written in the opposite order: the one that a reset would write first is not touched before the other one
 * has all partitions.
 *
 * @throws {ImageError} `PARTITIONS_INVALID` when the table can't hold them together.
 */
export function planMergedTable(
  head: Uint8Array,
  target: TableTarget,
  { contents, soundCopy }: { readonly contents: TableContents; readonly soundCopy: PartitionsToSave['copy'] },
): WriteSteps {
  const { primary, backup } = encodeTable(target, contents)
  const { offset: tableEnd } = usableExtent(wholeSectors(target), requireSectorSize(target))
  const around = [
    protectiveMbr(target, head),
    { offset: tableEnd, bytes: head.subarray(tableEnd), label: 'image behind the GPT' },
  ]
  const ordered = soundCopy === 'primary' ? [primary, backup] : [backup, primary]
  return [around, ...ordered.flatMap(({ entries, header }) => [[entries], [header]])]
}

/** The parts of an extent that none of the others covers, by offset. */
export function outside(extent: Extent, others: readonly Extent[]): readonly Extent[] {
  const end = extent.offset + extent.byteLength
  const parts: Extent[] = []
  let offset = extent.offset
  for (const other of [...others].sort((a, b) => a.offset - b.offset)) {
    if (other.offset > offset) parts.push({ offset, byteLength: Math.min(other.offset, end) - offset })
    offset = Math.max(offset, other.offset + other.byteLength)
    if (offset >= end) return parts
  }
  return [...parts, { offset, byteLength: end - offset }]
}

function encodeTable(
  target: TableTarget,
  contents: TableContents,
): { readonly primary: GptCopy; readonly backup: GptCopy } {
  return encodeGptCopies({
    ...contents,
    name: target.name,
    diskByteLength: wholeSectors(target),
    sectorSize: requireSectorSize(target),
  })
}

function protectiveMbr(target: TableTarget, bootSector?: Uint8Array): Patch {
  const sectorSize: SectorSize = requireSectorSize(target)
  const bytes = encodeProtectiveMbr({ diskByteLength: wholeSectors(target), sectorSize, bootSector })
  return { offset: 0, bytes, label: 'protective MBR' }
}

/** Bytes of the sectors that a disk has; a file that stands for one may have a part of another. */
function wholeSectors({ byteLength, sectorSize }: TableTarget): number {
  return byteLength - (byteLength % sectorSize)
}

function extentOf({ offset, bytes }: Patch): Extent {
  return { offset, byteLength: bytes.byteLength }
}
