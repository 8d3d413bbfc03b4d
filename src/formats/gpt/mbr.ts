import { Cursor, type Extent } from '../../bytes/index.ts'

/** Bytes of a master boot record, and of the sectors that its numbers count. */
export const MBR_BYTE_LENGTH = 512

/** A master boot record. */
export interface Mbr {
  /** The disk's number, which Linux calls its PTUUID. */
  readonly diskSignature: number
  /** The partitions that are in use, at most four. */
  readonly partitions: readonly MbrPartition[]
  /** Whether a GPT stands behind it: one partition has the type 0xEE. */
  readonly isProtective: boolean
  /**
   * Where `isolinux.bin` starts, in bytes, when the boot code is the one of SYSLINUX that loads it (`isohybrid`); absent
   * with other boot code or none.
   */
  readonly isohybridBootOffset: number | undefined
}

/** A partition of a master boot record. */
export interface MbrPartition {
  /** 1 to 4: its place in the table. */
  readonly number: number
  /** The partition's type: 0x00 is seen in hybrid images, 0xEF is an EFI system partition, 0xEE stands for a GPT. */
  readonly type: number
  /** Whether a BIOS may boot it. */
  readonly isActive: boolean
  /** First sector of 512 bytes. */
  readonly firstLba: number
  readonly sectorCount: number
  /** The same in bytes. */
  readonly extent: Extent
}

const PARTITION_COUNT = 4
const PARTITION_TYPE_GPT = 0xee
const ACTIVE_FLAG = 0x80

/** First bytes of SYSLINUX's isohybrid code, at the start or behind the Apple header that may stand before it. */
const ISOHYBRID_CODE: readonly number[] = [0x33, 0xed, 0x90, 0x90]
const ISOHYBRID_CODE_OFFSETS: readonly number[] = [0, 32]

/**
 * Decodes a master boot record from the first 512 bytes of an image or a disk.
 *
 * Addresses count sectors of 512 bytes, as they do in hybrid images whatever the drive. Cylinders and heads are not read.
 *
 * @returns `undefined` when the boot signature 55 AA is missing.
 */
export function decodeMbr(sector: Uint8Array): Mbr | undefined {
  if (sector.byteLength < MBR_BYTE_LENGTH || sector[510] !== 0x55 || sector[511] !== 0xaa) return undefined
  const cursor = new Cursor(sector)
  cursor.skip(432) // boot code
  const bootLba = cursor.u32le() // of isohybrid; others have code here
  cursor.skip(4) // its upper half, zero
  const diskSignature = cursor.u32le()
  cursor.skip(2) // unused
  const partitions: MbrPartition[] = []
  for (let number = 1; number <= PARTITION_COUNT; number++) {
    const partition = decodePartition(cursor, number)
    if (partition.type !== 0 || partition.sectorCount !== 0) partitions.push(partition)
  }
  return {
    diskSignature,
    partitions,
    isProtective: partitions.some(({ type }) => type === PARTITION_TYPE_GPT),
    isohybridBootOffset: hasIsohybridCode(sector) ? bootLba * MBR_BYTE_LENGTH : undefined,
  }
}

function decodePartition(cursor: Cursor, number: number): MbrPartition {
  const isActive = cursor.u8() === ACTIVE_FLAG
  cursor.skip(3) // first sector by cylinder and head
  const type = cursor.u8()
  cursor.skip(3) // last sector by cylinder and head
  const firstLba = cursor.u32le()
  const sectorCount = cursor.u32le()
  const extent = { offset: firstLba * MBR_BYTE_LENGTH, byteLength: sectorCount * MBR_BYTE_LENGTH }
  return { number, type, isActive, firstLba, sectorCount, extent }
}

function hasIsohybridCode(sector: Uint8Array): boolean {
  return ISOHYBRID_CODE_OFFSETS.some((offset) => ISOHYBRID_CODE.every((byte, index) => sector[offset + index] === byte))
}
