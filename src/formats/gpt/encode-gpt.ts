import { crc32, type Extent, encodeUtf8, FieldWriter, type Patch } from '../../bytes/index.ts'
import { encodeGuid } from './guid.ts'

/** A partition to be written. */
export interface GptPartitionInput {
  readonly typeGuid: string
  readonly guid: string
  /** Up to 36 UTF-16 units. */
  readonly name: string
  /** Whole sectors, between the two copies of the table. */
  readonly extent: Extent
}

/** What a new partition table says. */
export interface EncodeGptOptions {
  /** Bytes of the whole disk; a multiple of the sector size. */
  readonly diskByteLength: number
  readonly diskGuid: string
  readonly partitions: readonly GptPartitionInput[]
  /** 512 unless given. */
  readonly sectorSize?: 512 | 4096
}

const ENTRY_COUNT = 128
const ENTRY_BYTE_LENGTH = 128
const TABLE_BYTE_LENGTH: number = ENTRY_COUNT * ENTRY_BYTE_LENGTH
const HEADER_BYTE_LENGTH = 92
const REVISION = 0x0001_0000
const MAX_NAME_LENGTH = 36

/** Bytes that the backup of a table takes at the end of its disk. */
export function backupByteLength(sectorSize: 512 | 4096): number {
  return TABLE_BYTE_LENGTH + sectorSize
}

/**
 * The patches that write a GUID partition table and its backup (UEFI 2.10, 5.3). The protective MBR is not among them.
 */
export function encodeGpt(options: EncodeGptOptions): readonly Patch[] {
  const { diskByteLength, partitions, sectorSize = 512 } = options
  const sectorCount = diskByteLength / sectorSize
  const tableSectorCount = TABLE_BYTE_LENGTH / sectorSize
  const table = encodePartitions(partitions, sectorSize)
  const copy = (ownLba: number, otherLba: number, tableLba: number): readonly Patch[] => {
    const header = new FieldWriter(sectorSize).put(encodeUtf8('EFI PART')).u32le(REVISION).u32le(HEADER_BYTE_LENGTH)
    header.skip(4 + 4) // checksum, reserved
    header.u64le(ownLba).u64le(otherLba)
    header.u64le(2 + tableSectorCount).u64le(sectorCount - tableSectorCount - 2) // first and last sector of partitions
    header.put(encodeGuid(options.diskGuid))
    header.u64le(tableLba).u32le(ENTRY_COUNT).u32le(ENTRY_BYTE_LENGTH).u32le(crc32(table))
    header.seek(16).u32le(crc32(header.bytes.subarray(0, HEADER_BYTE_LENGTH)))
    return [
      { offset: ownLba * sectorSize, bytes: header.bytes, label: 'GPT header' },
      { offset: tableLba * sectorSize, bytes: table, label: 'GPT partitions' },
    ]
  }
  const lastLba = sectorCount - 1
  return [...copy(1, lastLba, 2), ...copy(lastLba, 1, lastLba - tableSectorCount)]
}

function encodePartitions(partitions: readonly GptPartitionInput[], sectorSize: number): Uint8Array {
  const writer = new FieldWriter(TABLE_BYTE_LENGTH)
  for (const [index, { typeGuid, guid, name, extent }] of partitions.entries()) {
    writer
      .seek(index * ENTRY_BYTE_LENGTH)
      .put(encodeGuid(typeGuid))
      .put(encodeGuid(guid))
    const end = extent.offset + extent.byteLength
    writer.u64le(extent.offset / sectorSize).u64le(end / sectorSize - 1)
    writer.skip(8) // attributes
    for (const unit of name.slice(0, MAX_NAME_LENGTH).split('')) writer.u16le(unit.charCodeAt(0))
  }
  return writer.bytes
}
