/**
 * Partition tables: the master boot record, the GUID partition table, and what hybrid images have of both.
 *
 * Reading comes in two kinds. To see what an image is, `readGpt` reports damage in its value. To rely on a table,
 * `readPartitionTable` gives a sound copy or throws. Writing: a new GPT with its backup, and its protective MBR. Left out:
 * extended MBR partitions, the contents of Apple partition maps, writing tables of more or fewer than 128 slots.
 */
export { type CheckedPartition, describePartition, findPartitionProblem } from './check-partitions.ts'
export type { GptPartition } from './decode-table.ts'
export {
  type EncodeGptOptions,
  encodeGpt,
  encodeGptCopies,
  type GptCopy,
  type GptPartitionInput,
} from './encode-gpt.ts'
export { type Gpt, type ReadGptOptions, readGpt } from './gpt.ts'
export { decodeGuid } from './guid.ts'
export { type HybridLayout, readHybridLayout } from './hybrid-layout.ts'
export { decodeMbr, MBR_BYTE_LENGTH, type Mbr, type MbrPartition } from './mbr.ts'
export {
  decodePartitionTable,
  type PartitionTable,
  type ReadPartitionTableOptions,
  readPartitionTable,
} from './partition-table.ts'
export { encodeProtectiveMbr, type ProtectiveMbrOptions } from './protective-mbr.ts'
export { backupByteLength, primaryExtent, type SectorSize, usableExtent } from './table-layout.ts'
