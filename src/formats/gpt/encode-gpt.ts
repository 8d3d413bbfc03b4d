import { crc32, type Extent, encodeUtf8, FieldWriter, type Patch } from '../../bytes/index.ts'
import { ImageError } from '../../errors.ts'
import { findPartitionProblem } from './check-partitions.ts'
import type { GptPartition } from './decode-table.ts'
import { encodeGuid } from './guid.ts'
import {
  ENTRIES_BYTE_LENGTH,
  ENTRY_BYTE_LENGTH,
  ENTRY_COUNT,
  HEADER_CRC32_OFFSET,
  MIN_HEADER_BYTE_LENGTH,
  NAME_LENGTH,
  type SectorSize,
  SIGNATURE,
  usableExtent,
} from './table-layout.ts'

/** A partition to be written; one that was read can be given as it is. */
export interface GptPartitionInput extends Pick<GptPartition, 'typeGuid' | 'uniqueGuid' | 'name'> {
  /** Its slot, counted from 1; the place in the list unless given. */
  readonly number?: number
  /** 16 hexadecimal digits; no attribute unless given. */
  readonly attributes?: string
  /** Whole sectors, between the two copies of the table. */
  readonly extent: Extent
}

/** What a new partition table says. */
export interface EncodeGptOptions {
  /** How messages call the disk; `the disk` unless given. */
  readonly name?: string
  /** Bytes of the whole disk; a multiple of the sector size. */
  readonly diskByteLength: number
  readonly diskGuid: string
  readonly partitions: readonly GptPartitionInput[]
  /** 512 unless given. */
  readonly sectorSize?: SectorSize
}

/** One of the two copies of a table. It is sound when both patches are written. */
export interface GptCopy {
  readonly entries: Patch
  readonly header: Patch
}

const REVISION = 0x0001_0000
const NO_ATTRIBUTES: string = '0'.repeat(16)

/**
 * The patches that write a GUID partition table and its backup. The protective MBR is not among them.
 *
 * @throws {ImageError} `PARTITIONS_INVALID`, `DISK_TOO_SMALL`, as {@link encodeGptCopies} does.
 */
export function encodeGpt(options: EncodeGptOptions): readonly Patch[] {
  const { primary, backup } = encodeGptCopies(options)
  return [primary.header, primary.entries, backup.header, backup.entries]
}

/**
 * A GUID partition table of 128 slots, as two copies that can be written one after the other (UEFI 2.10, 5.3).
 *
 * @throws {ImageError} `PARTITIONS_INVALID` when partitions overlap, lie outside the disk's usable part, share a number or
 *   a GUID, or have a number below 1 or above 128; `DISK_TOO_SMALL` when there is no sector between the two copies.
 */
export function encodeGptCopies(options: EncodeGptOptions): { readonly primary: GptCopy; readonly backup: GptCopy } {
  const { name = 'the disk', diskByteLength, sectorSize = 512 } = options
  const partitions = options.partitions.map((partition, index) => ({ number: index + 1, ...partition }))
  const usable = usableExtent(diskByteLength, sectorSize)
  if (usable.byteLength < sectorSize) {
    throw new ImageError('DISK_TOO_SMALL', `Cannot write a partition table to ${name}: it has ${diskByteLength} bytes`)
  }
  const problem = findPartitionProblem(partitions, usable)
  if (problem) throw new ImageError('PARTITIONS_INVALID', `Cannot write a partition table to ${name}: ${problem}`)

  const entries = encodeEntries(partitions, sectorSize)
  const lastLba = diskByteLength / sectorSize - 1
  const entriesSectorCount = ENTRIES_BYTE_LENGTH / sectorSize
  const encodeCopy = (ownLba: number, otherLba: number, entriesLba: number, label: string): GptCopy => {
    const header = new FieldWriter(sectorSize).put(encodeUtf8(SIGNATURE)).u32le(REVISION).u32le(MIN_HEADER_BYTE_LENGTH)
    header.skip(4 + 4) // checksum, reserved
    header.u64le(ownLba).u64le(otherLba)
    header.u64le(usable.offset / sectorSize).u64le((usable.offset + usable.byteLength) / sectorSize - 1)
    header.put(encodeGuid(options.diskGuid))
    header.u64le(entriesLba).u32le(ENTRY_COUNT).u32le(ENTRY_BYTE_LENGTH).u32le(crc32(entries))
    header.seek(HEADER_CRC32_OFFSET).u32le(crc32(header.bytes.subarray(0, MIN_HEADER_BYTE_LENGTH)))
    return {
      entries: { offset: entriesLba * sectorSize, bytes: entries, label: `${label} partitions` },
      header: { offset: ownLba * sectorSize, bytes: header.bytes, label: `${label} header` },
    }
  }
  return {
    primary: encodeCopy(1, lastLba, 2, 'GPT'),
    backup: encodeCopy(lastLba, 1, lastLba - entriesSectorCount, 'backup GPT'),
  }
}

function encodeEntries(
  partitions: readonly (GptPartitionInput & { readonly number: number })[],
  sectorSize: SectorSize,
): Uint8Array {
  const writer = new FieldWriter(ENTRIES_BYTE_LENGTH)
  for (const { number, typeGuid, uniqueGuid, name, attributes = NO_ATTRIBUTES, extent } of partitions) {
    writer
      .seek((number - 1) * ENTRY_BYTE_LENGTH)
      .put(encodeGuid(typeGuid))
      .put(encodeGuid(uniqueGuid))
    const end = extent.offset + extent.byteLength
    writer.u64le(extent.offset / sectorSize).u64le(end / sectorSize - 1)
    writer.u32le(Number.parseInt(attributes.slice(8), 16)).u32le(Number.parseInt(attributes.slice(0, 8), 16))
    for (const unit of name.slice(0, NAME_LENGTH).split('')) writer.u16le(unit.charCodeAt(0))
  }
  return writer.bytes
}
