import { type Extent, encodeUtf8 } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'
import { findIsoEntry, type Iso9660 } from '../formats/iso9660/index.ts'
import { asArray, asByteCount, asObject, asString, type JsonObject, locateInFile, readMetadata } from './metadata.ts'

const KARGS_JSON_PATH = 'COREOS/KARGS.JSO'

/** The kernel's own limit for a command line on the architectures of CoreOS; every producer stays below it. */
export const MAX_KARGS_AREA_BYTE_LENGTH = 2048

/** More areas than any image has: one for each boot loader's config. */
const MAX_AREA_COUNT = 64

/** One kernel-argument area, as `kargs.json` declares it. */
export interface KargsJsonFile {
  /** The file that holds the area. */
  readonly path: string
  /** Where the area starts in the file, in bytes. */
  readonly offset: number
  /** Fills the area behind the arguments; images before mid 2023 don't say. */
  readonly pad?: string | undefined
  /** Ends the arguments; images before mid 2023 don't say. */
  readonly end?: string | undefined
}

/** What `coreos/kargs.json` declares: where the kernel-argument areas are, and what stood there at first. */
export interface KargsJson {
  /** The arguments that the image was made with. */
  readonly default: string
  /** The areas, in the file's order. */
  readonly files: readonly KargsJsonFile[]
  /** Bytes of each area. */
  readonly size: number
}

/**
 * Reads `coreos/kargs.json`.
 *
 * @returns `undefined` for an image without it (before late 2021).
 * @throws {FormatError} `METADATA_INVALID`, or `AREA_INVALID` for areas of an impossible size.
 */
export async function readKargsJson(
  iso: Iso9660,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<KargsJson | undefined> {
  const json = await readMetadata(iso, KARGS_JSON_PATH, options.signal)
  return json && decodeKargsJson(json, `coreos/kargs.json of ${iso.name}`)
}

/**
 * Where `coreos/kargs.json` itself stands in the image, for whoever rewrites it; `undefined` for an image without it.
 *
 * @throws {FormatError} `AREA_INVALID` when it is not in one piece.
 */
export async function locateKargsJson(
  iso: Iso9660,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Extent | undefined> {
  const entry = await findIsoEntry(iso, KARGS_JSON_PATH, options)
  return entry && locateInFile(iso, entry, { offset: 0, byteLength: entry.byteLength }, 'coreos/kargs.json')
}

/** Words a `kargs.json` as coreos-installer does when it rewrites one: two spaces, keys in this order, no last newline. */
export function formatKargsJson(json: KargsJson): string {
  const files = json.files.map(({ path, offset, pad, end }) => ({
    path,
    offset,
    ...(pad !== undefined && { pad }),
    ...(end !== undefined && { end }),
  }))
  return JSON.stringify({ default: json.default, files, size: json.size }, undefined, 2)
}

/** @throws {FormatError} `AREA_INVALID` when no area has this size. */
export function checkAreaByteLength(byteLength: number, where: string): number {
  if (byteLength > 0 && byteLength <= MAX_KARGS_AREA_BYTE_LENGTH) return byteLength
  throw new FormatError(
    'AREA_INVALID',
    `${where} declares kernel-argument areas of ${byteLength} bytes; expected 1 to ${MAX_KARGS_AREA_BYTE_LENGTH}`,
  )
}

function decodeKargsJson(json: JsonObject, where: string): KargsJson {
  const size = checkAreaByteLength(asByteCount(json['size'], `size in ${where}`), where)
  const defaultKargs = asString(json['default'], `default in ${where}`)
  if (encodeUtf8(defaultKargs).byteLength > size) {
    throw new FormatError('METADATA_INVALID', `default in ${where} is longer than an area, which has ${size} bytes`)
  }
  const files = asArray(json['files'], `files in ${where}`)
  if (files.length === 0 || files.length > MAX_AREA_COUNT) {
    throw new FormatError('METADATA_INVALID', `files in ${where} names ${files.length} areas`)
  }
  return {
    default: defaultKargs,
    size,
    files: files.map((value, index) => decodeFile(value, { field: `files[${index}]`, where })),
  }
}

function decodeFile(
  value: unknown,
  { field, where }: { readonly field: string; readonly where: string },
): KargsJsonFile {
  const file = asObject(value, `${field} in ${where}`)
  return {
    path: asString(file['path'], `${field}.path in ${where}`),
    offset: asByteCount(file['offset'], `${field}.offset in ${where}`),
    pad: asCharacter(file['pad'], `${field}.pad in ${where}`),
    end: asCharacter(file['end'], `${field}.end in ${where}`),
  }
}

function asCharacter(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null) return undefined
  const text = asString(value, where)
  if (text.length === 1 && text.charCodeAt(0) < 0x80) return text
  throw new FormatError('METADATA_INVALID', `${where} should be one ASCII character, but has ${text.length} characters`)
}
