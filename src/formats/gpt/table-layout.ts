import type { Extent } from '../../bytes/index.ts'

/** Bytes of a sector, for disks that can have a GUID partition table of ours. */
export type SectorSize = 512 | 4096

/** Bytes with which each header starts, as text. */
export const SIGNATURE = 'EFI PART'

/** Bytes of a header that its checksum covers: at least these, at most a sector. */
export const MIN_HEADER_BYTE_LENGTH = 92

/** Where the header keeps its own checksum, which counts as zero while it is computed. */
export const HEADER_CRC32_OFFSET = 16

/** Slots of the tables that are written here, as in those of every other tool. */
export const ENTRY_COUNT = 128

/** Bytes of an entry; larger ones are read, and have nothing more. */
export const ENTRY_BYTE_LENGTH = 128

/** Bytes of all entries of a table that is written here. */
export const ENTRIES_BYTE_LENGTH: number = ENTRY_COUNT * ENTRY_BYTE_LENGTH

/** UTF-16 units of a partition's name. */
export const NAME_LENGTH = 36

/** Bytes at the start of a disk that a table takes, behind the sector of the master boot record. */
export function primaryExtent(sectorSize: SectorSize): Extent {
  return { offset: sectorSize, byteLength: sectorSize + ENTRIES_BYTE_LENGTH }
}

/** Bytes that the backup of a table takes at the end of its disk. */
export function backupByteLength(sectorSize: SectorSize): number {
  return ENTRIES_BYTE_LENGTH + sectorSize
}

/** Where partitions can be on a disk: between the two copies of its table. */
export function usableExtent(diskByteLength: number, sectorSize: SectorSize): Extent {
  const primary = primaryExtent(sectorSize)
  const offset = primary.offset + primary.byteLength
  return { offset, byteLength: diskByteLength - backupByteLength(sectorSize) - offset }
}
