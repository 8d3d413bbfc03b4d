import { Cursor, crc32, type Extent, type ReadOptions, type Source } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { decodeGuid, GUID_BYTE_LENGTH } from './guid.ts'

/** A GUID partition table, as its primary header describes it. */
export interface Gpt {
  /** Bytes of a sector: the unit of the table's addresses. */
  readonly sectorSize: number
  /** The disk's GUID; `undefined` when the header is damaged. */
  readonly diskGuid: string | undefined
  /** The slots that are in use, in slot order; empty when the header is damaged. */
  readonly partitions: readonly GptPartition[]
  /** What is wrong with the table, as sentences; empty when it is sound. */
  readonly problems: readonly string[]
}

/** A partition of a GPT. */
export interface GptPartition {
  /** Its slot, counted from 1. Slots before it may be empty. */
  readonly number: number
  readonly typeGuid: string
  readonly uniqueGuid: string
  readonly name: string
  readonly firstLba: number
  /** Last sector that belongs to it. */
  readonly lastLba: number
  /** The same in bytes. */
  readonly extent: Extent
}

/** Options of {@link readGpt}. */
export interface ReadGptOptions extends ReadOptions {
  /** Bytes of a sector; 512 unless given, as in images that boot from any drive. */
  readonly sectorSize?: number
}

/** The fields of a header that lead to the entries. */
interface GptHeader {
  readonly diskGuid: string
  readonly backupLba: number
  readonly entriesLba: number
  readonly entryCount: number
  readonly entryByteLength: number
  readonly entriesCrc32: number
}

const SIGNATURE = 'EFI PART'

/** Bytes of a header that its checksum covers: at least these, at most a sector. */
const MIN_HEADER_BYTE_LENGTH = 92

/** Where the header keeps its own checksum, which counts as zero while it is computed. */
const HEADER_CRC32_OFFSET = 16

const MIN_ENTRY_BYTE_LENGTH = 128

/** Most bytes of partition entries; every tool writes 128 entries of 128 bytes, or a few fewer. */
const MAX_ENTRIES_BYTE_LENGTH: number = 1024 * 1024

const NAME_BYTE_LENGTH = 72
const UNUSED_TYPE_GUID = '00000000-0000-0000-0000-000000000000'

/**
 * Reads the partition table that starts at sector 1. Damage is reported in `problems`: a table is looked at to see what
 * an image is, and a damaged one is an answer too.
 *
 * Layout: UEFI 2.10, 5.3. Both checksums are compared, and the backup header is looked for; entries come from the primary.
 *
 * @returns `undefined` when there is no table.
 */
export async function readGpt(source: Source, options: ReadGptOptions = {}): Promise<Gpt | undefined> {
  const { sectorSize = 512 } = options
  if (source.byteLength < 2 * sectorSize) return undefined
  const sector = await source.read(sectorSize, sectorSize, options)
  if (!hasSignature(sector)) return undefined

  const header = decodeHeader(sector)
  if (!header) {
    const problem = `The GPT header at offset ${sectorSize} of ${source.name} is damaged`
    return { sectorSize, diskGuid: undefined, partitions: [], problems: [problem] }
  }
  const problems: string[] = []
  const partitions = await readPartitions(source, header, sectorSize, problems, options)
  if (!(await hasHeader(source, header.backupLba * sectorSize, sectorSize, options))) {
    problems.push(`The backup of the GPT is missing or damaged, at offset ${header.backupLba * sectorSize}`)
  }
  return { sectorSize, diskGuid: header.diskGuid, partitions, problems }
}

function hasSignature(sector: Uint8Array): boolean {
  return String.fromCharCode(...sector.subarray(0, SIGNATURE.length)) === SIGNATURE
}

async function hasHeader(source: Source, offset: number, sectorSize: number, options: ReadOptions): Promise<boolean> {
  if (offset + sectorSize > source.byteLength) return false
  const sector = await source.read(offset, sectorSize, options)
  return hasSignature(sector) && decodeHeader(sector) !== undefined
}

/** The header, or `undefined` when its checksum or its numbers are wrong. */
function decodeHeader(sector: Uint8Array): GptHeader | undefined {
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
    cursor.skip(8) // address of this header
    const backupLba = cursor.u64le()
    cursor.skip(16) // first and last sector for partitions
    const diskGuid = decodeGuid(cursor.take(GUID_BYTE_LENGTH))
    const entriesLba = cursor.u64le()
    const entryCount = cursor.u32le()
    const entryByteLength = cursor.u32le()
    return { diskGuid, backupLba, entriesLba, entryCount, entryByteLength, entriesCrc32: cursor.u32le() }
  })
}

async function readPartitions(
  source: Source,
  { entriesLba, entryCount, entryByteLength, entriesCrc32 }: GptHeader,
  sectorSize: number,
  problems: string[],
  options: ReadOptions,
): Promise<readonly GptPartition[]> {
  const offset = entriesLba * sectorSize
  const byteLength = entryCount * entryByteLength
  const isReadable =
    entryByteLength >= MIN_ENTRY_BYTE_LENGTH &&
    byteLength <= MAX_ENTRIES_BYTE_LENGTH &&
    offset + byteLength <= source.byteLength
  if (!isReadable) {
    problems.push(`The GPT places ${entryCount} entries of ${entryByteLength} bytes at offset ${offset}`)
    return []
  }
  const bytes = await source.read(offset, byteLength, options)
  if (crc32(bytes) !== entriesCrc32) problems.push(`The checksum of the GPT entries at offset ${offset} is wrong`)

  const partitions: GptPartition[] = []
  for (let index = 0; index < entryCount; index++) {
    const entry = bytes.subarray(index * entryByteLength, (index + 1) * entryByteLength)
    const partition = decodePartition(entry, index + 1, sectorSize)
    if (partition === 'damaged') problems.push(`The range of GPT partition ${index + 1} makes no sense`)
    else if (partition !== 'unused') partitions.push(partition)
  }
  return partitions
}

function decodePartition(entry: Uint8Array, number: number, sectorSize: number): GptPartition | 'unused' | 'damaged' {
  const cursor = new Cursor(entry)
  const typeGuid = decodeGuid(cursor.take(GUID_BYTE_LENGTH))
  if (typeGuid === UNUSED_TYPE_GUID) return 'unused'
  const uniqueGuid = decodeGuid(cursor.take(GUID_BYTE_LENGTH))
  const range = unlessFormatError(() => ({ firstLba: cursor.u64le(), lastLba: cursor.u64le() }))
  if (!range || range.lastLba < range.firstLba || !Number.isSafeInteger((range.lastLba + 1) * sectorSize))
    return 'damaged'
  cursor.skip(8) // attributes
  // Made here, since a decoder for UTF-16 costs two milliseconds, and most commands meet no partition.
  const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true })
  const name = utf16.decode(cursor.take(NAME_BYTE_LENGTH)).split('\0', 1)[0] ?? ''
  const extent = {
    offset: range.firstLba * sectorSize,
    byteLength: (range.lastLba - range.firstLba + 1) * sectorSize,
  }
  return { number, typeGuid, uniqueGuid, name, ...range, extent }
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
