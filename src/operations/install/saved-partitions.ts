import type { ReadOptions, Source } from '../../bytes/index.ts'
import { FormatError, ImageError } from '../../errors.ts'
import {
  decodeMbr,
  MBR_BYTE_LENGTH,
  type Mbr,
  type PartitionTable,
  readPartitionTable,
} from '../../formats/gpt/index.ts'
import type { InstallTarget } from './install-target.ts'
import type { PartitionFilter } from './partition-filter.ts'
import { planPartitionBackup } from './partition-tables.ts'
import { NOTHING_TO_SAVE, type PartitionsToSave } from './partitions-to-save.ts'
import { requireSectorSize } from './sector-size.ts'

/**
 * Finds the partitions of a disk that are to be saved, and proves that a table can hold them. Nothing is read when nothing
 * is asked for: the table of a disk that is overwritten may be as damaged as it likes.
 *
 * @throws {ImageError} `PARTITIONS_UNSAVABLE` when a master boot record says what the partitions are; `SECTOR_SIZE_MISMATCH`;
 *   `PARTITIONS_INVALID` when the partitions contradict each other.
 * @throws {FormatError} `GPT_CORRUPT` when both copies of the table are damaged, or gone although there should be one.
 */
export async function readSavedPartitions(
  target: Source & Pick<InstallTarget, 'sectorSize'>,
  filter: PartitionFilter,
  options: ReadOptions = {},
): Promise<PartitionsToSave> {
  if (filter.isEmpty) return NOTHING_TO_SAVE
  const sectorSize = requireSectorSize(target)
  const table = await readPartitionTable(target, { ...options, sectorSize })
  const mbr = await readMbr(target, options)
  if (mbr) requireGpt(target.name, mbr, table)
  if (!table) return NOTHING_TO_SAVE
  const saved = { partitions: table.partitions.filter(filter.matches), diskGuid: table.diskGuid, copy: table.copy }
  planPartitionBackup(saved, target)
  return saved
}

async function readMbr(source: Source, options: ReadOptions): Promise<Mbr | undefined> {
  return source.byteLength < MBR_BYTE_LENGTH ? undefined : decodeMbr(await source.read(0, MBR_BYTE_LENGTH, options))
}

/**
 * Fails unless the master boot record leaves it to the GPT to say what the partitions are. When it has partitions of its own
 * and no protective one, systems go by it, and what is there of a GPT is left over from former times: what that describes
 * has been written over.
 */
function requireGpt(name: string, { partitions, isProtective }: Mbr, table: PartitionTable | undefined): void {
  if (isProtective && !table) {
    throw new FormatError(
      'GPT_CORRUPT',
      `The partition table of ${name} is gone, although its MBR says that it has a GPT`,
      {
        hint: 'Repair the table first, or save no partitions',
      },
    )
  }
  if (isProtective || (table && partitions.length === 0)) return
  throw new ImageError(
    'PARTITIONS_UNSAVABLE',
    `Cannot save partitions of ${name}: saving partitions from an MBR disk is not supported`,
    { hint: 'Save no partitions, or convert the disk to GPT first' },
  )
}
