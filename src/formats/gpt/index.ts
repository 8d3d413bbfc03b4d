/**
 * Partition tables: the master boot record, the GUID partition table, and what hybrid images have of both.
 *
 * Reading: checksums are compared and the backup header is looked for; damage is reported in the value. Writing: a new GPT
 * with its backup. Left out: extended MBR partitions, the contents of Apple partition maps.
 */
export { backupByteLength, type EncodeGptOptions, encodeGpt, type GptPartitionInput } from './encode-gpt.ts'
export { type Gpt, type GptPartition, type ReadGptOptions, readGpt } from './gpt.ts'
export { decodeGuid } from './guid.ts'
export { type HybridLayout, readHybridLayout } from './hybrid-layout.ts'
export { decodeMbr, MBR_BYTE_LENGTH, type Mbr, type MbrPartition } from './mbr.ts'
