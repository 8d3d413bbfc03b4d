import { Cursor } from '../../bytes/index.ts'
import { SECTOR_SIZE } from './layout.ts'

/** One field of a system use area: two letters, and what follows its four bytes of header. */
export interface SystemUseField {
  readonly signature: string
  readonly data: Uint8Array
}

/** Where more fields of the same record stand. */
export interface Continuation {
  /** In bytes from the start of the image. */
  readonly offset: number
  readonly byteLength: number
}

/** The fields of one area, and where they go on. */
export interface SystemUseArea {
  readonly fields: readonly SystemUseField[]
  readonly continuation?: Continuation | undefined
}

/** Bytes of a field before its data: signature, length, version. */
const FIELD_HEADER_BYTE_LENGTH = 4

/** Most bytes of a continuation area: it may not be larger than a sector. */
const MAX_CONTINUATION_BYTE_LENGTH: number = SECTOR_SIZE

/**
 * Splits a system use area into its fields.
 *
 * Layout: SUSP 1.12 (IEEE P1281). The fields carry names for people, so damage ends the list early and is no error.
 */
export function decodeSystemUseArea(bytes: Uint8Array): SystemUseArea {
  const fields: SystemUseField[] = []
  let continuation: Continuation | undefined
  const cursor = new Cursor(bytes)
  while (cursor.remainingByteLength >= FIELD_HEADER_BYTE_LENGTH) {
    const signature = String.fromCharCode(cursor.u8(), cursor.u8())
    const dataByteLength = cursor.u8() - FIELD_HEADER_BYTE_LENGTH
    cursor.skip(1) // version
    if (signature === 'ST' || dataByteLength < 0 || dataByteLength > cursor.remainingByteLength) break
    const data = cursor.take(dataByteLength)
    if (signature === 'CE') continuation = decodeContinuation(data)
    else fields.push({ signature, data })
  }
  return { fields, continuation }
}

/**
 * How many bytes of every other record's area belong to somebody else, from the area of the root's own record; 0 when it
 * does not say.
 */
export function decodeSystemUseSkip(rootSystemUse: Uint8Array): number {
  const sharing = decodeSystemUseArea(rootSystemUse).fields.find(({ signature }) => signature === 'SP')
  const [check1, check2, skipByteLength = 0] = sharing?.data ?? []
  return check1 === 0xbe && check2 === 0xef ? skipByteLength : 0
}

function decodeContinuation(data: Uint8Array): Continuation | undefined {
  if (data.byteLength < 24) return undefined
  const cursor = new Cursor(data)
  const lba = cursor.u32le()
  cursor.skip(4) // same, big-endian
  const offsetInSector = cursor.u32le()
  cursor.skip(4) // same, big-endian
  const byteLength = cursor.u32le()
  if (offsetInSector >= SECTOR_SIZE || byteLength > MAX_CONTINUATION_BYTE_LENGTH) return undefined
  return { offset: lba * SECTOR_SIZE + offsetInSector, byteLength }
}
