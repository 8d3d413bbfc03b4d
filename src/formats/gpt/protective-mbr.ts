import { FieldWriter } from '../../bytes/index.ts'
import { MBR_BYTE_LENGTH } from './mbr.ts'
import type { SectorSize } from './table-layout.ts'

/** Where the four entries stand, behind boot code and the disk's number. */
const ENTRIES_OFFSET = 446
const SIGNATURE_OFFSET = 510
const PROTECTIVE_TYPE = 0xee
const MAX_SECTOR_COUNT = 0xffff_ffff

/** What a protective master boot record is made for. */
export interface ProtectiveMbrOptions {
  /** Bytes of the whole disk; a multiple of the sector size. */
  readonly diskByteLength: number
  readonly sectorSize: SectorSize
  /** A first sector whose boot code is kept, and what else stands outside the entries; zeros without. */
  readonly bootSector?: Uint8Array | undefined
}

/**
 * The first sector of a disk with a GUID partition table: a master boot record whose one partition covers all sectors but
 * itself, so that older programs see no free space (UEFI 2.10, 5.2.3).
 */
export function encodeProtectiveMbr({ diskByteLength, sectorSize, bootSector }: ProtectiveMbrOptions): Uint8Array {
  const writer = new FieldWriter(sectorSize)
  if (bootSector) writer.put(bootSector.subarray(0, sectorSize))
  writer.seek(ENTRIES_OFFSET).put(new Uint8Array(MBR_BYTE_LENGTH - ENTRIES_OFFSET))
  writer.seek(ENTRIES_OFFSET)
  writer.u8(0).u8(0).u8(2).u8(0) // not active; head 0, sector 2, cylinder 0
  writer.u8(PROTECTIVE_TYPE).u8(0xff).u8(0xff).u8(0xff) // ends beyond what these three bytes can say
  writer.u32le(1).u32le(Math.min(diskByteLength / sectorSize - 1, MAX_SECTOR_COUNT))
  writer.seek(SIGNATURE_OFFSET).u8(0x55).u8(0xaa)
  return writer.bytes
}
