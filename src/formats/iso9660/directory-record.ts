import { Cursor, type Extent } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { RECORD_FLAG, RECORD_HEADER_BYTE_LENGTH, SECTOR_SIZE } from './layout.ts'

/** A directory record as it is written: one extent of a file or directory, with an undecoded name. */
export interface DirectoryRecord {
  /** Where the record starts, in bytes from the start of the image. */
  readonly offset: number
  /** The sector that the record points at, as `dev show iso` prints it. */
  readonly lba: number
  /** The contents: behind the extended attribute record, if the extent starts with one. */
  readonly extent: Extent
  readonly isDirectory: boolean
  /** Whether the next record continues the same file. */
  readonly isContinued: boolean
  /** The bytes of the name; a single byte 0 is the directory itself, a single byte 1 its parent. */
  readonly identifier: Uint8Array
  /** What follows the name: Rock Ridge and the like, or nothing. */
  readonly systemUse: Uint8Array
}

/**
 * Decodes the directory record at the cursor and leaves the cursor behind it.
 *
 * Layout: ECMA-119, 9.1. Of numbers that are written in both byte orders the little-endian one counts, as for the Linux
 * kernel. Times, interleaving and volume numbers are not read.
 *
 * @returns `undefined` at the zero byte that ends a sector's records.
 * @throws {FormatError} `ISO_RECORD_CORRUPT` when the record's own lengths disagree, or it leaves its directory.
 */
export function decodeDirectoryRecord(cursor: Cursor, name: string): DirectoryRecord | undefined {
  const offset = cursor.offset
  const recordByteLength = cursor.u8()
  if (recordByteLength === 0) return undefined
  if (recordByteLength - 1 > cursor.remainingByteLength) {
    throw corrupt(`leaves its directory with a length of ${recordByteLength} bytes`, offset, name)
  }
  if (recordByteLength < RECORD_HEADER_BYTE_LENGTH) {
    throw corrupt(`says it has ${recordByteLength} bytes, too few for any record`, offset, name)
  }

  const record = new Cursor(cursor.take(recordByteLength - 1), offset + 1, name)
  const attributeSectorCount = record.u8()
  const lba = record.u32le()
  record.skip(4) // same, big-endian
  const byteLength = record.u32le()
  record.skip(4) // same, big-endian
  record.skip(7) // recording time
  const flags = record.u8()
  record.skip(2) // interleaving
  record.skip(4) // volume sequence number
  const nameByteLength = record.u8()
  if (nameByteLength > record.remainingByteLength) {
    throw corrupt(`has ${recordByteLength} bytes, too few for a name of ${nameByteLength}`, offset, name)
  }
  const identifier = record.take(nameByteLength)
  if (nameByteLength % 2 === 0 && record.remainingByteLength > 0) record.skip(1) // keeps what follows on an even offset

  return {
    offset,
    lba,
    extent: { offset: (lba + attributeSectorCount) * SECTOR_SIZE, byteLength },
    isDirectory: (flags & RECORD_FLAG.directory) !== 0,
    isContinued: (flags & RECORD_FLAG.multiExtent) !== 0,
    identifier,
    systemUse: record.take(record.remainingByteLength),
  }
}

/** Whether the record is the directory itself (`.`) or its parent (`..`). */
export function isSelfOrParent({ identifier }: DirectoryRecord): boolean {
  return identifier.byteLength === 1 && (identifier[0] ?? 0) <= 1
}

/**
 * Decodes all records of a directory, `.` and `..` among them. Records don't fill a sector to its end: a zero length sends
 * the reader to the next one.
 *
 * @param baseOffset where the bytes stand in the image, for `offset` and for messages.
 * @throws {FormatError} `ISO_RECORD_CORRUPT`
 */
export function* decodeDirectoryRecords(
  bytes: Uint8Array,
  baseOffset: number,
  name: string,
): Generator<DirectoryRecord, void, undefined> {
  const cursor = new Cursor(bytes, baseOffset, name)
  while (cursor.remainingByteLength > 0) {
    const record = decodeDirectoryRecord(cursor, name)
    if (record) yield record
    else cursor.skip(Math.min(toNextSector(cursor.offset - baseOffset), cursor.remainingByteLength))
  }
}

/** Bytes from a position, counted from the directory's start, to the end of its sector; 0 when it is a sector's start. */
function toNextSector(position: number): number {
  return (SECTOR_SIZE - (position % SECTOR_SIZE)) % SECTOR_SIZE
}

function corrupt(what: string, offset: number, name: string): FormatError {
  return new FormatError('ISO_RECORD_CORRUPT', `The directory record at offset ${offset} of ${name} ${what}`)
}
