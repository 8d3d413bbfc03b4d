import { crc32, type ReadOptions, type Source } from '../../bytes/index.ts'
import {
  decodeEntries,
  decodeHeader,
  entriesExtent,
  type GptHeader,
  type GptPartition,
  hasSignature,
  locateEntries,
} from './decode-table.ts'

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

/** Options of {@link readGpt}. */
export interface ReadGptOptions extends ReadOptions {
  /** Bytes of a sector; 512 unless given, as in images that boot from any drive. */
  readonly sectorSize?: number
}

/**
 * Reads the partition table that starts at sector 1. Damage is reported in `problems`: a table is looked at to see what
 * an image is, and a damaged one is an answer too. For what has to be relied on there is `readPartitionTable`.
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

  const header = decodeHeader(sector, 1)
  if (!header) {
    const problem = `The GPT header at offset ${sectorSize} of ${source.name} is damaged`
    return { sectorSize, diskGuid: undefined, partitions: [], problems: [problem] }
  }
  const problems: string[] = []
  const partitions = await readPartitions(source, header, sectorSize, problems, options)
  if (!(await hasHeader(source, header.otherLba, sectorSize, options))) {
    problems.push(`The backup of the GPT is missing or damaged, at offset ${header.otherLba * sectorSize}`)
  }
  return { sectorSize, diskGuid: header.diskGuid, partitions, problems }
}

async function hasHeader(source: Source, lba: number, sectorSize: number, options: ReadOptions): Promise<boolean> {
  const offset = lba * sectorSize
  if (offset + sectorSize > source.byteLength) return false
  const sector = await source.read(offset, sectorSize, options)
  return hasSignature(sector) && decodeHeader(sector, lba) !== undefined
}

async function readPartitions(
  source: Source,
  header: GptHeader,
  sectorSize: number,
  problems: string[],
  options: ReadOptions,
): Promise<readonly GptPartition[]> {
  const { offset } = entriesExtent(header, sectorSize)
  const extent = locateEntries(header, sectorSize, source.byteLength)
  if (!extent) {
    const { entryCount, entryByteLength } = header
    problems.push(`The GPT places ${entryCount} entries of ${entryByteLength} bytes at offset ${offset}`)
    return []
  }
  const bytes = await source.read(extent.offset, extent.byteLength, options)
  if (crc32(bytes) !== header.entriesCrc32)
    problems.push(`The checksum of the GPT entries at offset ${offset} is wrong`)
  const { partitions, damaged } = decodeEntries(bytes, header, sectorSize)
  problems.push(...damaged.map((number) => `The range of GPT partition ${number} makes no sense`))
  return partitions
}
