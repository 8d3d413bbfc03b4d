import { decodeUtf8, type Extent } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'
import { findIsoEntry, type Iso9660, type IsoEntry, readIsoFile } from '../formats/iso9660/index.ts'

/** The largest JSON metadata file that is read; real ones have less than 1 KiB. */
const MAX_METADATA_BYTE_LENGTH = 1024 * 1024

/** A JSON object of an image, of which nothing has been believed yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads a JSON metadata file, such as `COREOS/KARGS.JSO`.
 *
 * @returns `undefined` when the image has no such file.
 * @throws {FormatError} `METADATA_INVALID` when it is no file, too large, or not a JSON object.
 */
export async function readMetadata(iso: Iso9660, path: string, signal?: AbortSignal): Promise<JsonObject | undefined> {
  const entry = await findIsoEntry(iso, path, { signal })
  if (!entry) return undefined
  const where = `${path} of ${iso.name}`
  if (entry.isDirectory) throw new FormatError('METADATA_INVALID', `${where} is a directory`)
  const bytes = await readIsoFile(iso, entry, { maxByteLength: MAX_METADATA_BYTE_LENGTH, signal })
  return parseMetadata(decodeUtf8(bytes, where), where)
}

/** @throws {FormatError} `METADATA_INVALID` when the text is not a JSON object. */
export function parseMetadata(text: string, where: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new FormatError('METADATA_INVALID', `${where} is not valid JSON`, { cause })
  }
  return asObject(value, where)
}

/** Words a metadata file as builds of CoreOS do: keys in order, two spaces, a newline at the end. */
export function formatMetadata(value: JsonObject): string {
  return `${JSON.stringify(sortKeys(value), undefined, 2)}\n`
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]))
}

/** The value as an object. @throws {FormatError} `METADATA_INVALID` */
export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw invalid(where, 'an object', value)
}

/** The value as an array. @throws {FormatError} `METADATA_INVALID` */
export function asArray(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw invalid(where, 'an array', value)
}

/** The value as a string. @throws {FormatError} `METADATA_INVALID` */
export function asString(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  throw invalid(where, 'a string', value)
}

/** The value as a number of bytes. @throws {FormatError} `METADATA_INVALID` unless it is a safe integer, 0 or more. */
export function asByteCount(value: unknown, where: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw invalid(where, 'a whole number, 0 or more', value)
}

/**
 * Finds a file that metadata names by its real path. ISO names are upper-case, so that form is looked up first, as
 * coreos-installer does; Rock Ridge names serve for paths that ISO 9660 had to shorten.
 *
 * @throws {FormatError} `METADATA_INVALID` when there is no such file.
 */
export async function findNamedFile(
  iso: Iso9660,
  path: string,
  namedBy: string,
  signal?: AbortSignal,
): Promise<IsoEntry> {
  const entry = (await findIsoEntry(iso, path.toUpperCase(), { signal })) ?? (await findIsoEntry(iso, path, { signal }))
  if (entry && !entry.isDirectory) return entry
  const problem = entry ? 'is a directory' : 'does not exist'
  throw new FormatError('METADATA_INVALID', `${path}, which ${namedBy} of ${iso.name} names, ${problem}`)
}

/**
 * Where a range of a file lies in the image.
 *
 * @throws {FormatError} `AREA_INVALID` when the range is empty, leaves the file or the image, or is not in one piece.
 */
export function locateInFile(
  iso: Iso9660,
  entry: IsoEntry,
  range: { readonly offset: number; readonly byteLength: number },
  what: string,
): Extent {
  let rest = range.offset
  for (const extent of entry.extents) {
    if (rest < extent.byteLength && range.byteLength > 0 && rest + range.byteLength <= extent.byteLength) {
      const offset = extent.offset + rest
      if (offset + range.byteLength <= iso.source.byteLength) return { offset, byteLength: range.byteLength }
    }
    if (rest < extent.byteLength) break
    rest -= extent.byteLength
  }
  throw new FormatError(
    'AREA_INVALID',
    `The ${what} of ${iso.name} (${range.byteLength} bytes at offset ${range.offset} of ${entry.path}) does not lie in that file, which has ${entry.byteLength} bytes`,
    { hint: 'Get the image again from its publisher' },
  )
}

function invalid(where: string, expected: string, value: unknown): FormatError {
  const found = value === undefined ? 'nothing' : Array.isArray(value) ? 'an array' : JSON.stringify(value).slice(0, 60)
  return new FormatError('METADATA_INVALID', `${where} should be ${expected}, but is ${found}`)
}
