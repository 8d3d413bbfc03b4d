import { Cursor, crc32, type Extent } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { decodeGuid, GUID_BYTE_LENGTH } from './guid.ts'
import {
  ENTRY_BYTE_LENGTH,
  HEADER_CRC32_OFFSET,
  MIN_HEADER_BYTE_LENGTH,
  NAME_LENGTH,
  SIGNATURE,
} from './table-layout.ts'

/** A partition of a GPT. */
export interface GptPartition {
  /** Its slot, counted from 1. Slots before it may be empty. */
  readonly number: number
  readonly typeGuid: string
  readonly uniqueGuid: string
  readonly name: string
  /** The 64 attribute bits as 16 hexadecimal digits: all of them count, and JSON has no number for that. */
  readonly attributes: string
  readonly firstLba: number
  /** Last sector that belongs to it. */
  readonly lastLba: number
  /** The same in bytes. */
  readonly extent: Extent
}

/** The fields of a sound header. */
export interface GptHeader {
  /** Sector of this header. */
  readonly ownLba: number
  /** Sector of the header of the other copy. */
  readonly otherLba: number
  readonly diskGuid: string
  readonly entriesLba: number
  readonly entryCount: number
  readonly entryByteLength: number
  readonly entriesCrc32: number
}

/** Most bytes of partition entries; every tool writes 128 entries of 128 bytes, or a few fewer. */
const MAX_ENTRIES_BYTE_LENGTH: number = 1024 * 1024

const UNUSED_TYPE_GUID = '00000000-0000-0000-0000-000000000000'

/** Whether a sector starts as a header does, sound or not. */
export function hasSignature(sector: Uint8Array): boolean {
  return String.fromCharCode(...sector.subarray(0, SIGNATURE.length)) === SIGNATURE
}

/**
 * The header in a sector that has the signature; `undefined` when its checksum or its numbers are wrong, or when it says that
 * it belongs somewhere else.
 */
export function decodeHeader(sector: Uint8Array, lba: number): GptHeader | undefined {
  const cursor = new Cursor(sector)
  cursor.skip(SIGNATURE.length)
  cursor.skip(4) // revision
  const headerByteLength = cursor.u32le()
  if (headerByteLength < MIN_HEADER_BYTE_LENGTH || headerByteLength > sector.byteLength) return undefined
  const headerCrc32 = cursor.u32le()
  const covered = sector.slice(0, headerByteLength)
  covered.fill(0, HEADER_CRC32_OFFSET, HEADER_CRC32_OFFSET + 4)
  if (crc32(covered) !== headerCrc32) return undefined

  return unlessFormatError(() => {
    cursor.skip(4) // reserved
    const ownLba = cursor.u64le()
    if (ownLba !== lba) return undefined
    const otherLba = cursor.u64le()
    cursor.skip(16) // first and last sector for partitions
    const diskGuid = decodeGuid(cursor.take(GUID_BYTE_LENGTH))
    const entriesLba = cursor.u64le()
    const entryCount = cursor.u32le()
    const entryByteLength = cursor.u32le()
    return { ownLba, otherLba, diskGuid, entriesLba, entryCount, entryByteLength, entriesCrc32: cursor.u32le() }
  })
}

/** Where the entries are; `undefined` when they can't be there, in `byteLength` bytes of a disk. */
export function locateEntries(header: GptHeader, sectorSize: number, byteLength: number): Extent | undefined {
  const extent = entriesExtent(header, sectorSize)
  const isReadable =
    header.entryByteLength >= ENTRY_BYTE_LENGTH &&
    extent.byteLength <= MAX_ENTRIES_BYTE_LENGTH &&
    extent.offset + extent.byteLength <= byteLength
  return isReadable ? extent : undefined
}

/** Where the header places the entries. */
export function entriesExtent({ entriesLba, entryCount, entryByteLength }: GptHeader, sectorSize: number): Extent {
  return { offset: entriesLba * sectorSize, byteLength: entryCount * entryByteLength }
}

/** The partitions that the entries describe, in slot order, and the numbers of those whose range makes no sense. */
export function decodeEntries(
  bytes: Uint8Array,
  { entryCount, entryByteLength }: GptHeader,
  sectorSize: number,
): { readonly partitions: readonly GptPartition[]; readonly damaged: readonly number[] } {
  const partitions: GptPartition[] = []
  const damaged: number[] = []
  for (let index = 0; index < entryCount; index++) {
    const entry = bytes.subarray(index * entryByteLength, (index + 1) * entryByteLength)
    const partition = decodePartition(entry, index + 1, sectorSize)
    if (partition === 'damaged') damaged.push(index + 1)
    else if (partition !== 'unused') partitions.push(partition)
  }
  return { partitions, damaged }
}

function decodePartition(entry: Uint8Array, number: number, sectorSize: number): GptPartition | 'unused' | 'damaged' {
  const cursor = new Cursor(entry)
  const typeGuid = decodeGuid(cursor.take(GUID_BYTE_LENGTH))
  if (typeGuid === UNUSED_TYPE_GUID) return 'unused'
  const uniqueGuid = decodeGuid(cursor.take(GUID_BYTE_LENGTH))
  const range = unlessFormatError(() => ({ firstLba: cursor.u64le(), lastLba: cursor.u64le() }))
  if (!range || range.lastLba < range.firstLba || !Number.isSafeInteger((range.lastLba + 1) * sectorSize)) {
    return 'damaged'
  }
  const attributes = decodeAttributes(cursor)
  const extent = {
    offset: range.firstLba * sectorSize,
    byteLength: (range.lastLba - range.firstLba + 1) * sectorSize,
  }
  return { number, typeGuid, uniqueGuid, name: decodeName(cursor), attributes, ...range, extent }
}

function decodeAttributes(cursor: Cursor): string {
  const digits = [cursor.u32le(), cursor.u32le()].map((half) => half.toString(16).padStart(8, '0'))
  return digits.reverse().join('')
}

/** Unit by unit, so that a name that is no sound UTF-16 can be written as it was. */
function decodeName(cursor: Cursor): string {
  let name = ''
  for (let length = 0; length < NAME_LENGTH; length++) {
    const unit = cursor.u16le()
    if (unit === 0) break
    name += String.fromCharCode(unit)
  }
  return name
}

/** The value, or `undefined` when a number in the data is too large to be true. */
function unlessFormatError<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}
