import { type Extent, equalBytes, type ReadOptions } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { ContinuationReader } from './continuation-reader.ts'
import { type DirectoryRecord, decodeDirectoryRecords, isSelfOrParent } from './directory-record.ts'
import type { Iso9660 } from './iso.ts'
import { decodeIsoName, decodeJolietName } from './names.ts'
import { ReadBudget } from './read-budget.ts'
import { decodeRockRidge, type RockRidge } from './rock-ridge.ts'

/** A file or directory as its directory describes it: without the path that led there. */
export interface DirectoryEntry {
  readonly name: string
  readonly isDirectory: boolean
  readonly extents: readonly Extent[]
  readonly byteLength: number
  readonly recordOffset: number
  readonly rockRidge: RockRidge | undefined
}

/** Which names a directory is read by: those of the primary tree (with Rock Ridge), or those of the Joliet tree. */
export type NameEncoding = 'iso' | 'joliet'

/** A directory to be read. */
export interface DirectoryRequest {
  /** How messages call it. */
  readonly path: string
  readonly extent: Extent
  readonly encoding: NameEncoding
}

/** Options of {@link readDirectory}. */
export interface ReadDirectoryOptions extends ReadOptions {
  /** What the read counts against, when it is part of a larger task. */
  readonly budget?: ReadBudget
}

/** The records of one file, in order. */
type RecordGroup = readonly [DirectoryRecord, ...DirectoryRecord[]]

/** Most bytes of a directory: about a hundred thousand files. */
const MAX_DIRECTORY_BYTE_LENGTH: number = 16 * 1024 * 1024

/**
 * The entries of a directory in record order, without `.` and `..`. Records are decoded as the consumer asks for them, so
 * a large directory takes the memory of its bytes and no more.
 *
 * @throws {FormatError} `ISO_RECORD_CORRUPT`, `LIMIT_EXCEEDED`
 */
export async function* readDirectory(
  iso: Iso9660,
  { path, extent, encoding }: DirectoryRequest,
  options: ReadDirectoryOptions = {},
): AsyncGenerator<DirectoryEntry, void, undefined> {
  const { signal, budget = new ReadBudget(2 * MAX_DIRECTORY_BYTE_LENGTH) } = options
  const where = `directory /${path} of ${iso.name}`
  budget.take(extent.byteLength, where)
  const bytes = await readRecords(iso, extent, where, options)
  const continuations = new ContinuationReader(iso.source, budget, where)
  for (const group of groupByFile(decodeDirectoryRecords(bytes, extent.offset, where), where)) {
    signal?.throwIfAborted()
    const [first] = group
    const isJoliet = encoding === 'joliet'
    const systemUse = isJoliet ? first.systemUse.subarray(0, 0) : first.systemUse.subarray(iso.systemUseSkipByteLength)
    yield {
      name: isJoliet ? decodeJolietName(first.identifier) : decodeIsoName(first.identifier),
      isDirectory: first.isDirectory,
      extents: group.map((record) => record.extent),
      byteLength: group.reduce((total, record) => total + record.extent.byteLength, 0),
      recordOffset: first.offset,
      rockRidge:
        systemUse.byteLength > 0 ? decodeRockRidge(await continuations.readFields(systemUse, { signal })) : undefined,
    }
  }
}

async function readRecords(iso: Iso9660, extent: Extent, where: string, options: ReadOptions): Promise<Uint8Array> {
  const { offset, byteLength } = extent
  if (byteLength > MAX_DIRECTORY_BYTE_LENGTH) {
    throw new FormatError(
      'LIMIT_EXCEEDED',
      `The ${where} claims ${byteLength} bytes; isokit reads directories of up to ${MAX_DIRECTORY_BYTE_LENGTH}`,
    )
  }
  if (offset + byteLength > iso.source.byteLength) {
    throw new FormatError(
      'ISO_RECORD_CORRUPT',
      `The ${where} lies outside of it: ${byteLength} bytes at offset ${offset}, but it has ${iso.source.byteLength}`,
    )
  }
  const cached = iso.directoryCache.get(extent)
  if (cached) return cached
  const bytes = await iso.source.read(offset, byteLength, { signal: options.signal })
  iso.directoryCache.add(extent, bytes)
  return bytes
}

/** Records of one name belong together when all but the last say that they go on: the parts of a file over 4 GiB. */
function* groupByFile(records: Iterable<DirectoryRecord>, where: string): Generator<RecordGroup, void, undefined> {
  let open: [DirectoryRecord, ...DirectoryRecord[]] | undefined
  for (const record of records) {
    if (isSelfOrParent(record)) continue
    if (open && (record.isDirectory || !equalBytes(record.identifier, open[0].identifier))) break
    if (open) open.push(record)
    else open = [record]
    if (record.isContinued && !record.isDirectory) continue
    yield open
    open = undefined
  }
  if (!open) return
  throw new FormatError(
    'ISO_RECORD_CORRUPT',
    `The last part is missing of the file whose directory record starts at offset ${open[0].offset}, in ${where}`,
  )
}
