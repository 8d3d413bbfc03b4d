import { Cursor, crc32, encodeUtf8, equalBytes, joinBytes } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'

const MAGIC: Uint8Array = encodeUtf8('isokit journal 1')
const CHECKSUM_BYTE_LENGTH = 4
const HEADER_BYTE_LENGTH = MAGIC.byteLength + 8 + 8 + 4
const RANGE_HEADER_BYTE_LENGTH = 8 + 4 + 4

/** One range of an edit in place. */
export interface JournalRange {
  readonly offset: number
  /** What stood there; shorter than `after` where the image is extended. */
  readonly before: Uint8Array
  /** What shall stand there. */
  readonly after: Uint8Array
}

/** An edit in place, with all that is needed to finish or to undo it. */
export interface Journal {
  /** Bytes of the image before the edit. */
  readonly byteLengthBefore: number
  /** Bytes of the image after the edit; not fewer. */
  readonly byteLengthAfter: number
  /** By offset, without overlaps. */
  readonly ranges: readonly JournalRange[]
}

/**
 * Encodes a journal: magic and version, both lengths (u64le), the number of ranges (u32le), for each range its offset
 * (u64le), both lengths (u32le) and both byte runs, and the CRC-32 of everything before it (u32le).
 */
export function encodeJournal(journal: Journal): Uint8Array {
  const header = new DataView(new ArrayBuffer(HEADER_BYTE_LENGTH - MAGIC.byteLength))
  header.setBigUint64(0, BigInt(journal.byteLengthBefore), true)
  header.setBigUint64(8, BigInt(journal.byteLengthAfter), true)
  header.setUint32(16, journal.ranges.length, true)
  const pieces = [MAGIC, new Uint8Array(header.buffer)]
  for (const { offset, before, after } of journal.ranges) {
    const view = new DataView(new ArrayBuffer(RANGE_HEADER_BYTE_LENGTH))
    view.setBigUint64(0, BigInt(offset), true)
    view.setUint32(8, before.byteLength, true)
    view.setUint32(12, after.byteLength, true)
    pieces.push(new Uint8Array(view.buffer), before, after)
  }
  const content = joinBytes(pieces)
  return joinBytes([content, checksumOf(content)])
}

/**
 * Decodes a journal. It may come from a stranger: a wrong checksum, lengths that don't add up and ranges out of order or
 * outside the image are refused.
 *
 * @param name how messages call it.
 * @throws {FormatError} `JOURNAL_MISMATCH`, `UNEXPECTED_END`, `NUMBER_TOO_LARGE`.
 */
export function decodeJournal(bytes: Uint8Array, name: string): Journal {
  const contentByteLength = bytes.byteLength - CHECKSUM_BYTE_LENGTH
  if (contentByteLength < HEADER_BYTE_LENGTH) throw damaged(name, 'it is cut off')
  const content = bytes.subarray(0, contentByteLength)
  if (!equalBytes(bytes.subarray(contentByteLength), checksumOf(content))) {
    throw damaged(name, 'its checksum is wrong')
  }

  const cursor = new Cursor(content, 0, name)
  if (!equalBytes(cursor.take(MAGIC.byteLength), MAGIC)) throw damaged(name, 'it is none, or of another version')
  const byteLengthBefore = cursor.u64le()
  const byteLengthAfter = cursor.u64le()
  const rangeCount = cursor.u32le()
  const ranges: JournalRange[] = []
  let end = 0
  for (let index = 0; index < rangeCount; index++) {
    const offset = cursor.u64le()
    const beforeByteLength = cursor.u32le()
    const afterByteLength = cursor.u32le()
    const isPlausible =
      offset >= end &&
      offset + afterByteLength <= byteLengthAfter &&
      beforeByteLength === Math.min(afterByteLength, Math.max(0, byteLengthBefore - offset))
    if (!isPlausible) throw damaged(name, `range ${index} is impossible`)
    ranges.push({ offset, before: cursor.take(beforeByteLength), after: cursor.take(afterByteLength) })
    end = offset + afterByteLength
  }
  if (cursor.remainingByteLength > 0 || byteLengthAfter < byteLengthBefore) throw damaged(name, 'its lengths disagree')
  return { byteLengthBefore, byteLengthAfter, ranges }
}

function checksumOf(bytes: Uint8Array): Uint8Array {
  const checksum = new DataView(new ArrayBuffer(CHECKSUM_BYTE_LENGTH))
  checksum.setUint32(0, crc32(bytes), true)
  return new Uint8Array(checksum.buffer)
}

function damaged(name: string, reason: string): FormatError {
  return new FormatError('JOURNAL_MISMATCH', `Cannot use the journal ${name}: ${reason}`, {
    hint: `Check the image, then remove ${name}`,
  })
}
