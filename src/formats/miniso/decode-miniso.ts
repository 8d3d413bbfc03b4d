import { Cursor, decodeUtf8, equalBytes } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import {
  MAX_APP_VERSION_BYTE_LENGTH,
  MAX_RUN_COUNT,
  MINISO_MAGIC,
  MINISO_SECTOR_SIZE,
  MINISO_VERSION,
  SHA256_BYTE_LENGTH,
} from './layout.ts'
import type { Miniso, SharedRun } from './miniso.ts'
import { decodeVarint, decodeVarint32 } from './varint.ts'

/** An entry of the table takes three bytes or more. */
const MIN_ENTRY_BYTE_LENGTH = 3

/**
 * Decodes a miniso.dat. What stands behind the data, mostly zeros up to the end of a slot, is not looked at; the rest of
 * the image stays packed.
 *
 * @param name how messages call the file.
 * @throws {FormatError} `MINISO_INVALID` when the magic is missing, the version is another, or the table makes no sense;
 *   `UNEXPECTED_END`, `NUMBER_TOO_LARGE`, `TEXT_NOT_UTF8`, `LIMIT_EXCEEDED`.
 */
export function decodeMiniso(bytes: Uint8Array, name: string): Miniso {
  const cursor = new Cursor(bytes, 0, name)
  if (!equalBytes(cursor.take(MINISO_MAGIC.length), Uint8Array.from(MINISO_MAGIC))) {
    throw new FormatError('MINISO_INVALID', `${name} holds no data for a minimal ISO image: its magic is missing`)
  }
  const version = decodeVarint32(cursor, name)
  const appVersion = decodeAppVersion(cursor, name)
  if (version !== MINISO_VERSION) {
    throw new FormatError(
      'MINISO_INVALID',
      `${name} has version ${version}, made by ${JSON.stringify(appVersion)}; isokit reads version ${MINISO_VERSION}`,
      { hint: 'Use a later isokit' },
    )
  }
  const runs = decodeTable(cursor, name)
  const sha256 = cursor.take(SHA256_BYTE_LENGTH)
  const packedRest = cursor.take(decodeVarint(cursor, name))
  return { appVersion, runs, sha256, packedRest }
}

function decodeAppVersion(cursor: Cursor, name: string): string {
  const byteLength = decodeVarint(cursor, name)
  if (byteLength > MAX_APP_VERSION_BYTE_LENGTH) {
    throw new FormatError('LIMIT_EXCEEDED', `${name} names a program by ${byteLength} bytes`)
  }
  return decodeUtf8(cursor.take(byteLength), `The program's version in ${name}`)
}

function decodeTable(cursor: Cursor, name: string): readonly SharedRun[] {
  const count = decodeVarint(cursor, name)
  if (count > MAX_RUN_COUNT) {
    throw new FormatError('LIMIT_EXCEEDED', `${name} lists ${count} runs; isokit reads up to ${MAX_RUN_COUNT}`)
  }
  if (count === 0 || count * MIN_ENTRY_BYTE_LENGTH > cursor.remainingByteLength) {
    throw new FormatError(
      'MINISO_INVALID',
      `${name} lists ${count} runs in the ${cursor.remainingByteLength} bytes that follow`,
    )
  }
  const runs: SharedRun[] = []
  let end = 0
  for (let index = 0; index < count; index++) {
    const offset = decodeVarint32(cursor, name) * MINISO_SECTOR_SIZE
    const fullOffset = decodeVarint32(cursor, name) * MINISO_SECTOR_SIZE
    const byteLength = decodeVarint32(cursor, name)
    if (offset < end) {
      throw new FormatError(
        'MINISO_INVALID',
        `${name} is damaged: run ${index + 1} of ${count} starts at ${offset}, before the one before it ends at ${end}`,
      )
    }
    runs.push({ offset, fullOffset, byteLength })
    end = offset + byteLength
  }
  return runs
}
