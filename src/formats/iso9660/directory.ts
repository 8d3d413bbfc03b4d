import { type Extent, equalBytes, type ReadOptions, type Source } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type DirectoryRecord, decodeDirectoryRecords, isSelfOrParent } from './directory-record.ts'
import type { Iso9660 } from './iso.ts'
import { SECTOR_SIZE } from './layout.ts'
import { decodeIsoName, decodeJolietName } from './names.ts'
import { decodeRockRidge, type RockRidge } from './rock-ridge.ts'
import { type Continuation, decodeSystemUseArea, type SystemUseField } from './system-use.ts'

/** A file or directory as its directory describes it: without the path that led there. */
export interface DirectoryEntry {
  readonly name: string
  readonly isDirectory: boolean
  readonly extents: readonly Extent[]
  readonly byteLength: number
  readonly recordOffset: number
  readonly rockRidge: RockRidge | undefined
}

/** The entries of one directory in record order. */
export interface Directory {
  readonly entries: readonly DirectoryEntry[]
  /** Bytes that were read for it, continued system use areas included. */
  readonly readByteLength: number
}

/** Which names a directory is read by: those of the primary tree (with Rock Ridge), or those of the Joliet tree. */
export type NameEncoding = 'iso' | 'joliet'

/** Most bytes of a directory, and of what its records continue in: some hundred thousand files. */
const MAX_DIRECTORY_BYTE_LENGTH: number = 16 * 1024 * 1024

/** Most continuation areas of one record. A name and a link target of full length need three. */
const MAX_CONTINUATION_COUNT = 4

/**
 * Reads the directory in `extent`, which messages call `path`.
 *
 * @throws {FormatError} `ISO_RECORD_CORRUPT`, `LIMIT_EXCEEDED`
 */
export async function readDirectory(
  iso: Iso9660,
  { path, extent, encoding }: { readonly path: string; readonly extent: Extent; readonly encoding: NameEncoding },
  options: ReadOptions = {},
): Promise<Directory> {
  const key = `${encoding} ${extent.offset} ${extent.byteLength}`
  const cached = iso.directoryCache.get(key)
  if (cached) return cached

  const where = `directory /${path} of ${iso.name}`
  checkDirectoryExtent(iso, extent, where)
  const bytes = await iso.source.read(extent.offset, extent.byteLength, options)
  const records = decodeDirectoryRecords(bytes, extent.offset, where).filter((record) => !isSelfOrParent(record))
  const continuations = new ContinuationReader(iso.source, MAX_DIRECTORY_BYTE_LENGTH - bytes.byteLength)
  const entries: DirectoryEntry[] = []
  for (const group of groupByFile(records, where)) {
    options.signal?.throwIfAborted()
    const [first] = group
    const rockRidge =
      encoding === 'joliet' || first.systemUse.byteLength <= iso.systemUseSkipByteLength
        ? undefined
        : decodeRockRidge(
            await readSystemUse(first.systemUse.subarray(iso.systemUseSkipByteLength), continuations, options),
          )
    entries.push({
      name: encoding === 'joliet' ? decodeJolietName(first.identifier) : decodeIsoName(first.identifier),
      isDirectory: first.isDirectory,
      extents: group.map(({ extent }) => extent),
      byteLength: group.reduce((total, { extent }) => total + extent.byteLength, 0),
      recordOffset: first.offset,
      rockRidge,
    })
  }
  const directory = { entries, readByteLength: bytes.byteLength + continuations.readByteLength }
  iso.directoryCache.add(key, directory)
  return directory
}

function checkDirectoryExtent(iso: Iso9660, { offset, byteLength }: Extent, where: string): void {
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
}

/** Records of one name belong together when all but the last say that they go on: the parts of a file over 4 GiB. */
function groupByFile(
  records: readonly DirectoryRecord[],
  where: string,
): readonly (readonly [DirectoryRecord, ...DirectoryRecord[]])[] {
  const groups: [DirectoryRecord, ...DirectoryRecord[]][] = []
  let open: [DirectoryRecord, ...DirectoryRecord[]] | undefined
  for (const record of records) {
    if (open && (record.isDirectory || !equalBytes(record.identifier, open[0].identifier))) break
    if (open) open.push(record)
    else {
      open = [record]
      groups.push(open)
    }
    if (!record.isContinued || record.isDirectory) open = undefined
  }
  if (open) {
    throw new FormatError(
      'ISO_RECORD_CORRUPT',
      `The last part is missing of the file whose directory record starts at offset ${open[0].offset}, in ${where}`,
    )
  }
  return groups
}

async function readSystemUse(
  bytes: Uint8Array,
  continuations: ContinuationReader,
  options: ReadOptions,
): Promise<readonly SystemUseField[]> {
  let area = decodeSystemUseArea(bytes)
  if (!area.continuation) return area.fields
  const fields = [...area.fields]
  for (let count = 0; area.continuation && count < MAX_CONTINUATION_COUNT; count++) {
    const next = await continuations.read(area.continuation, options)
    if (!next) break
    area = decodeSystemUseArea(next)
    fields.push(...area.fields)
  }
  return fields
}

/** Reads continuation areas. Records share sectors of them, so the sector read last is kept. */
class ContinuationReader {
  readonly #source: Source
  readonly #maxByteLength: number
  #start = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #readByteLength = 0

  constructor(source: Source, maxByteLength: number) {
    this.#source = source
    this.#maxByteLength = maxByteLength
  }

  get readByteLength(): number {
    return this.#readByteLength
  }

  /** The area's bytes; `undefined` when it is not inside the image, or when the directory has had its share. */
  async read({ offset, byteLength }: Continuation, options: ReadOptions): Promise<Uint8Array | undefined> {
    const end = offset + byteLength
    if (end > this.#source.byteLength) return undefined
    if (offset < this.#start || end > this.#start + this.#bytes.byteLength) {
      const start = offset - (offset % SECTOR_SIZE)
      const sectorsEnd = Math.min(Math.ceil(end / SECTOR_SIZE) * SECTOR_SIZE, this.#source.byteLength)
      if (this.#readByteLength + sectorsEnd - start > this.#maxByteLength) return undefined
      this.#bytes = await this.#source.read(start, sectorsEnd - start, options)
      this.#start = start
      this.#readByteLength += this.#bytes.byteLength
    }
    return this.#bytes.subarray(offset - this.#start, end - this.#start)
  }
}
