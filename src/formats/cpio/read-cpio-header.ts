import { type ByteReader, decodeUtf8 } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { HEADER_BYTE_LENGTH, MAGIC, MAGIC_WITH_CHECKSUM, paddingByteLength, TRAILER_NAME } from './layout.ts'

/** What stands before the data of a member. */
export interface CpioHeader {
  /** The name as it is written, without the NULs that end it. */
  readonly name: string
  /** Whether this is the trailer, which ends an archive and has no data. */
  readonly isTrailer: boolean
  /** Type and permissions, as in `stat`. */
  readonly mode: number
  /** Number of names the file has. With more than one, the data stands on one of them only. */
  readonly linkCount: number
  /** Tells which members of one archive are names of the same file. */
  readonly fileId: string
  /** Bytes of the data. */
  readonly byteLength: number
  /** Where the header starts, counted as the reader counts. */
  readonly offset: number
}

/** Options of {@link readCpioHeader}. */
export interface CpioHeaderOptions {
  /** Longest name to accept, its NUL included. */
  readonly maxNameByteLength: number
}

const MAGIC_BYTE_LENGTH = 6
const FIELD_BYTE_LENGTH = 8

/**
 * Reads a newc header and its name, and leaves the reader on the first byte of the data. Whoever reads on takes exactly
 * `byteLength` bytes and the padding behind them, {@link skipCpioPadding}.
 *
 * @throws {FormatError} `CPIO_CORRUPT` for a wrong magic, a field that is no number or a name without its NUL,
 *   `TEXT_NOT_UTF8` for the name, `LIMIT_EXCEEDED` when it is too long, `UNEXPECTED_END` when the data ends inside.
 */
export async function readCpioHeader(reader: ByteReader, options: CpioHeaderOptions): Promise<CpioHeader> {
  const { offset } = reader
  const start = await reader.peek(MAGIC_BYTE_LENGTH)
  const magic = latin1(start)
  if (magic !== MAGIC && magic !== MAGIC_WITH_CHECKSUM && start.byteLength === MAGIC_BYTE_LENGTH) {
    throw new FormatError(
      'CPIO_CORRUPT',
      `${reader.name} has no cpio member at offset ${offset}: the magic is ${JSON.stringify(magic)} instead of ${MAGIC}`,
      { hint: 'Check that the file is a cpio archive in newc format' },
    )
  }
  const field = hexFields(await reader.take(HEADER_BYTE_LENGTH), reader.name, offset)
  const nameByteLength = field(11)
  if (nameByteLength > options.maxNameByteLength) {
    throw new FormatError(
      'LIMIT_EXCEEDED',
      `The cpio member at offset ${offset} of ${reader.name} has a name of ${nameByteLength} bytes, more than ${options.maxNameByteLength}`,
    )
  }
  const name = decodeName(await reader.take(nameByteLength), `${reader.name} at offset ${offset + HEADER_BYTE_LENGTH}`)
  const isTrailer = name === TRAILER_NAME
  // The trailer may be the last thing of a stream whose writer left out its padding.
  if (!isTrailer) await reader.skip(paddingByteLength(HEADER_BYTE_LENGTH + nameByteLength))
  else await skipZerosUpTo(reader, paddingByteLength(HEADER_BYTE_LENGTH + nameByteLength))
  return {
    name,
    isTrailer,
    mode: field(1),
    linkCount: field(4),
    fileId: `${field(7)}:${field(8)}:${field(0)}`,
    byteLength: field(6),
    offset,
  }
}

/** Moves over the zeros behind a member's data. The last member of a stream may lack them. */
export async function skipCpioPadding(reader: ByteReader, header: Pick<CpioHeader, 'byteLength'>): Promise<void> {
  await skipZerosUpTo(reader, paddingByteLength(header.byteLength))
}

async function skipZerosUpTo(reader: ByteReader, byteLength: number): Promise<void> {
  if (byteLength === 0) return
  const bytes = await reader.peek(byteLength)
  const zeroCount = bytes.findIndex((byte) => byte !== 0)
  await reader.skip(zeroCount < 0 ? bytes.byteLength : zeroCount)
}

/** Gives access to the numbers of a header by their position. */
function hexFields(bytes: Uint8Array, name: string, offset: number): (index: number) => number {
  const text = latin1(bytes)
  return (index) => {
    const start = MAGIC_BYTE_LENGTH + index * FIELD_BYTE_LENGTH
    const digits = text.slice(start, start + FIELD_BYTE_LENGTH)
    if (/^[0-9a-fA-F]{8}$/.test(digits)) return Number.parseInt(digits, 16)
    throw new FormatError(
      'CPIO_CORRUPT',
      `The cpio member at offset ${offset} of ${name} is damaged: ${JSON.stringify(digits)} is no number`,
    )
  }
}

/** Some producers fill the name with NULs so that the data is aligned to a file system block; all of them go. */
function decodeName(bytes: Uint8Array, where: string): string {
  let end = bytes.byteLength
  while (end > 0 && bytes[end - 1] === 0) end--
  if (end === bytes.byteLength || end === 0) {
    throw new FormatError(
      'CPIO_CORRUPT',
      `The member name in ${where} is ${end === 0 ? 'empty' : 'not ended by a NUL'}`,
    )
  }
  const name = decodeUtf8(bytes.subarray(0, end), `The member name in ${where}`)
  if (!name.includes('\0')) return name
  throw new FormatError('CPIO_CORRUPT', `The member name in ${where} has a NUL inside`)
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
