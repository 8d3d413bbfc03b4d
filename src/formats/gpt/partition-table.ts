import { crc32, type Extent, type ReadOptions, type Source } from '../../bytes/index.ts'
import { FormatError, ImageError } from '../../errors.ts'
import {
  decodeEntries,
  decodeHeader,
  type GptHeader,
  type GptPartition,
  hasSignature,
  locateEntries,
} from './decode-table.ts'
import type { SectorSize } from './table-layout.ts'

/** A GUID partition table that is sound: both its checksums are right, and each entry makes sense. */
export interface PartitionTable {
  readonly sectorSize: SectorSize
  readonly diskGuid: string
  /** The slots that are in use, in slot order. */
  readonly partitions: readonly GptPartition[]
  /** Which copy it was read from. The backup is read only when the primary is damaged or gone. */
  readonly copy: 'primary' | 'backup'
  /** Where the header of the other copy is, by this one. */
  readonly otherHeader: Extent
  /** Bytes of all entries. */
  readonly entriesByteLength: number
}

/** Options of {@link readPartitionTable}. */
export interface ReadPartitionTableOptions extends ReadOptions {
  readonly sectorSize: SectorSize
}

/**
 * Reads the partition table of a disk to rely on it: from the primary copy, or from the backup when that is damaged.
 *
 * @returns `undefined` when neither place has the signature of a table, for sectors of either size.
 * @throws {FormatError} `GPT_CORRUPT` when a table is there and neither copy is sound.
 * @throws {ImageError} `SECTOR_SIZE_MISMATCH` for a table that counts other sectors.
 */
export async function readPartitionTable(
  source: Source,
  options: ReadPartitionTableOptions,
): Promise<PartitionTable | undefined> {
  const { sectorSize } = options
  const own = await lookFor(source, sectorSize, options)
  if (own.table) return own.table
  const otherSize = otherSectorSize(sectorSize)
  const other = await lookFor(source, otherSize, options)
  if (other.table || (other.hasSignature && !own.hasSignature))
    throw sectorSizeMismatch(source.name, otherSize, sectorSize)
  if (own.hasSignature) throw corrupt(source.name, 'and so is its backup', 'Repair the table first, or go without it')
  return undefined
}

/**
 * Decodes the primary copy of a table from the first bytes of an image, which may lack its backup and even its partitions.
 *
 * @returns `undefined` when there is no table, for sectors of either size.
 * @throws {FormatError} `GPT_CORRUPT` when the table is damaged, or its entries lie behind these bytes.
 * @throws {ImageError} `SECTOR_SIZE_MISMATCH` for a table that counts other sectors.
 */
export function decodePartitionTable(
  head: Uint8Array,
  { sectorSize, name }: { readonly sectorSize: SectorSize; readonly name: string },
): PartitionTable | undefined {
  const sectorOf = (size: SectorSize) => head.subarray(size, 2 * size)
  if (!hasSignature(sectorOf(sectorSize))) {
    const otherSize = otherSectorSize(sectorSize)
    if (hasSignature(sectorOf(otherSize))) throw sectorSizeMismatch(name, otherSize, sectorSize)
    return undefined
  }
  const header = decodeHeader(sectorOf(sectorSize), 1)
  const extent = header && locateEntries(header, sectorSize, head.byteLength)
  const table =
    header && extent && decodeTable(header, head.subarray(extent.offset, extent.offset + extent.byteLength), sectorSize)
  if (!table) throw corrupt(name, `in its first ${head.byteLength} bytes`, 'Get the image once more')
  return table
}

interface Finding {
  readonly hasSignature: boolean
  /** The header, as far as it is sound. */
  readonly header?: GptHeader | undefined
  readonly table?: PartitionTable | undefined
}

async function lookFor(source: Source, sectorSize: SectorSize, options: ReadOptions): Promise<Finding> {
  const primary = await readCopy(source, 1, sectorSize, options)
  if (primary.table) return primary
  let found = primary.hasSignature
  // Where the primary header says, if that much is known, and at the disk's end, where everybody looks.
  const lastLba = Math.floor(source.byteLength / sectorSize) - 1
  for (const lba of new Set([primary.header?.otherLba ?? lastLba, lastLba])) {
    const backup = await readCopy(source, lba, sectorSize, options)
    if (backup.table) return backup
    found ||= backup.hasSignature
  }
  return { hasSignature: found }
}

async function readCopy(source: Source, lba: number, sectorSize: SectorSize, options: ReadOptions): Promise<Finding> {
  if (lba < 1 || (lba + 1) * sectorSize > source.byteLength) return { hasSignature: false }
  const sector = await source.read(lba * sectorSize, sectorSize, options)
  if (!hasSignature(sector)) return { hasSignature: false }
  const header = decodeHeader(sector, lba)
  if (!header) return { hasSignature: true }
  const extent = locateEntries(header, sectorSize, source.byteLength)
  const entries = extent && (await source.read(extent.offset, extent.byteLength, options))
  return { hasSignature: true, header, table: entries && decodeTable(header, entries, sectorSize) }
}

function decodeTable(header: GptHeader, entries: Uint8Array, sectorSize: SectorSize): PartitionTable | undefined {
  if (crc32(entries) !== header.entriesCrc32) return undefined
  const { partitions, damaged } = decodeEntries(entries, header, sectorSize)
  if (damaged.length > 0) return undefined
  return {
    sectorSize,
    diskGuid: header.diskGuid,
    partitions,
    copy: header.ownLba === 1 ? 'primary' : 'backup',
    otherHeader: { offset: header.otherLba * sectorSize, byteLength: sectorSize },
    entriesByteLength: entries.byteLength,
  }
}

function otherSectorSize(sectorSize: SectorSize): SectorSize {
  return sectorSize === 512 ? 4096 : 512
}

function sectorSizeMismatch(name: string, found: SectorSize, wanted: SectorSize): ImageError {
  return new ImageError(
    'SECTOR_SIZE_MISMATCH',
    `The partition table of ${name} is for sectors of ${found} bytes, and the disk has sectors of ${wanted} bytes`,
    { hint: `Use an image and a disk that were made for sectors of ${wanted} bytes` },
  )
}

function corrupt(name: string, where: string, hint: string): FormatError {
  return new FormatError('GPT_CORRUPT', `The partition table of ${name} is damaged, ${where}`, { hint })
}
