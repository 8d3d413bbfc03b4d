import { encodeUtf8 } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'
import { type DataUrlEncoding, dataUrlLength, encodeDataUrl } from '../../../formats/data-url/index.ts'
import type * as types from '../model/types.ts'
import type { Contents } from './ignition-parts.ts'

/**
 * Compresses bytes to one gzip member. Equal bytes should give equal members, wherever this runs: no name, no time, and 255
 * (unknown) for the operating system. `encodeGzip` of `isokit/node` is one; in browsers, `CompressionStream` can serve.
 */
export type GzipEncoder = (bytes: Uint8Array) => Promise<Uint8Array>

/** Options of {@link encodeContents}. */
export interface EncodeContentsOptions {
  /** Without one, contents are plain or base64. */
  readonly gzip?: GzipEncoder | undefined
  /** Whether contents are compressed and base64 always, as coreos-installer writes them, rather than as short as can be. */
  readonly isCanonical?: boolean | undefined
  /** Whether compression and hash are always stated, so that merging does not take them from another config. */
  readonly isOverlay?: boolean | undefined
}

/** What compression costs beside the URL, in compact JSON. */
const COMPRESSION_FIELD_LENGTH = ',"compression":"gzip"'.length

/** Header and trailer of gzip, and two bytes for nothing at all. */
const MIN_GZIP_BYTE_LENGTH = 20

/**
 * The resource that carries the contents in the fewest characters of compact JSON: plain, base64, or gzip in base64; the
 * earlier of them when two are as short. A resource that is given stays as it is.
 *
 * @throws {UsageError} `CODEC_MISSING` when the canonical form is wanted without a gzip encoder.
 */
export async function encodeContents(contents: Contents, options: EncodeContentsOptions): Promise<types.Resource> {
  const { isOverlay = false } = options
  if (typeof contents === 'object' && !(contents instanceof Uint8Array)) {
    return isOverlay ? { ...contents, compression: contents.compression ?? '' } : contents
  }
  const bytes = typeof contents === 'string' ? encodeUtf8(contents) : contents
  const resource = (await compressed(bytes, options)) ?? { source: encodeDataUrl(bytes, shorterEncoding(bytes)) }
  if (!isOverlay) return resource
  const hash = `sha512-${await sha512(bytes)}`
  return { compression: '', ...resource, verification: { hash } }
}

/** The compressed form, when it is wanted or shorter than the others. */
async function compressed(
  bytes: Uint8Array,
  { gzip, isCanonical = false }: EncodeContentsOptions,
): Promise<types.Resource | undefined> {
  if (!gzip) {
    if (!isCanonical) return undefined
    throw new UsageError('CODEC_MISSING', 'Cannot write canonical contents: no gzip encoder was given')
  }
  const shortest = dataUrlLength(bytes, shorterEncoding(bytes))
  if (!isCanonical && shortest <= lengthOf(new Uint8Array(MIN_GZIP_BYTE_LENGTH))) return undefined
  const member = await gzip(bytes)
  if (!isCanonical && shortest <= lengthOf(member)) return undefined
  return { compression: 'gzip', source: encodeDataUrl(member, 'base64') }
}

function lengthOf(member: Uint8Array): number {
  return dataUrlLength(member, 'base64') + COMPRESSION_FIELD_LENGTH
}

function shorterEncoding(bytes: Uint8Array): DataUrlEncoding {
  return dataUrlLength(bytes, 'plain') <= dataUrlLength(bytes, 'base64') ? 'plain' : 'base64'
}

async function sha512(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-512', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
