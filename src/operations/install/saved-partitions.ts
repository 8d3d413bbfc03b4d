import type { ReadOptions, Source } from '../../bytes/index.ts'
import { ImageError } from '../../errors.ts'
import { decodeMbr, MBR_BYTE_LENGTH, type PartitionTable, readPartitionTable } from '../../formats/gpt/index.ts'
import type { InstallTarget } from './install-target.ts'
import type { PartitionFilter } from './partition-filter.ts'
import { planPartitionBackup } from './partition-tables.ts'
import { NOTHING_TO_SAVE, type PartitionsToSave } from './partitions-to-save.ts'
import { requireSectorSize } from './sector-size.ts'

/**
 * Finds the partitions of a disk that are to be saved, and proves that a table can hold them. Nothing is read when nothing
 * is asked for: the table of a disk that is overwritten may be as damaged as it likes.
 *
 * @throws {ImageError} `PARTITIONS_UNSAVABLE` when the disk has a master boot record and no GPT; `SECTOR_SIZE_MISMATCH`;
 *   `PARTITIONS_INVALID` when the partitions contradict each other.
 * @throws {FormatError} `GPT_CORRUPT` when both copies of the table are damaged.
 */
export async function readSavedPartitions(
  target: Source & Pick<InstallTarget, 'sectorSize'>,
  filter: PartitionFilter,
  options: ReadOptions = {},
): Promise<PartitionsToSave> {
  if (filter.isEmpty) return NOTHING_TO_SAVE
  const sectorSize = requireSectorSize(target)
  const table = await readPartitionTable(target, { ...options, sectorSize })
  if (await isMbrDisk(target, table, options)) {
    throw new ImageError(
      'PARTITIONS_UNSAVABLE',
      `Cannot save partitions of ${target.name}: saving partitions from an MBR disk is not supported`,
      { hint: 'Save no partitions, or convert the disk to GPT first' },
    )
  }
  if (!table) return NOTHING_TO_SAVE
  const saved = { partitions: table.partitions.filter(filter.matches), diskGuid: table.diskGuid, copy: table.copy }
  planPartitionBackup(saved, target)
  return saved
}

/**
 * Whether a master boot record says what the partitions are. It also does when the backup of a GPT is still at the disk's
 * end: that is a table from former times, and what it describes has been written over.
 */
async function isMbrDisk(source: Source, table: PartitionTable | undefined, options: ReadOptions): Promise<boolean> {
  if (table?.copy === 'primary' || source.byteLength < MBR_BYTE_LENGTH) return false
  const mbr = decodeMbr(await source.read(0, MBR_BYTE_LENGTH, options))
  if (!mbr) return false
  return table === undefined || (mbr.partitions.length > 0 && !mbr.isProtective)
}
