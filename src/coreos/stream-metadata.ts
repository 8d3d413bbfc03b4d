import { decodeUtf8 } from '../bytes/index.ts'
import { FormatError, IoError, UsageError } from '../errors.ts'
import { redactUrl } from '../formats/url/index.ts'
import { asObject, asString, parseMetadata } from './metadata.ts'

/** Where Fedora CoreOS publishes its streams. */
export const DEFAULT_STREAM_BASE_URL: string = 'https://builds.coreos.fedoraproject.org/streams/'

/** The most bytes of a stream's metadata that are read; real ones have less than 100 KiB. */
export const MAX_STREAM_METADATA_BYTE_LENGTH: number = 16 * 1024 * 1024

/** One published file. */
export interface StreamArtifact {
  /** `x86_64`, `aarch64`, `ppc64le`, `s390x` */
  readonly architecture: string
  /** `metal`, `qemu`, `aws` and many more */
  readonly platform: string
  /** `raw.xz`, `4k.raw.xz`, `iso`, `pxe` and many more */
  readonly format: string
  /** `disk`, or one of the parts of `pxe`: `kernel`, `initramfs`, `rootfs`. */
  readonly type: string
  /** Where it can be fetched. */
  readonly location: string
  /** Where its detached OpenPGP signature can be fetched; builds of RHCOS have none. */
  readonly signature: string | undefined
  /** SHA-256 of the file in lower-case hexadecimal. */
  readonly sha256: string | undefined
  /** SHA-256 of what the file holds when it is compressed. */
  readonly uncompressedSha256: string | undefined
}

/** A stream as it is published: the current files of one line of releases. */
export interface StreamMetadata {
  /** How messages call it: its URL without what may be secret. */
  readonly name: string
  /** Sorted by architecture, platform, format and type. */
  readonly artifacts: readonly StreamArtifact[]
}

/** Which files of a stream are wanted. */
export interface ArtifactChoice {
  readonly architecture: string
  readonly platform: string
  readonly format: string
}

/**
 * The URL of a stream's metadata. A base without a slash at its end means the same as one with it.
 *
 * @throws {UsageError} `URL_INVALID` when the base is no URL.
 */
export function streamUrl(stream: string, base: string = DEFAULT_STREAM_BASE_URL): string {
  const url = URL.parse(base)
  if (!url) {
    throw new UsageError('URL_INVALID', `Cannot look for streams at ${redactUrl(base)}: it is not a URL`, {
      hint: 'Give a URL that begins with https://',
    })
  }
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(stream)}.json`
  return url.href
}

/** What streams call what Node calls an architecture. */
const STREAM_ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ppc64', 'ppc64le'],
  ['s390x', 's390x'],
])

/** What streams call an architecture that Node calls `x64`, `arm64`, `ppc64` or `s390x`; `undefined` for any other. */
export function streamArchitecture(nodeArchitecture: string): string | undefined {
  return STREAM_ARCHITECTURES.get(nodeArchitecture)
}

/**
 * Decodes the metadata of a stream. Signatures and checksums may be missing; keys that aren't known are ignored.
 *
 * @param name how messages call it.
 * @throws {FormatError} `METADATA_INVALID`, with the path of what is wrong; `TEXT_NOT_UTF8`.
 */
export function decodeStreamMetadata(bytes: Uint8Array, name: string): StreamMetadata {
  const root = parseMetadata(decodeUtf8(bytes, name), name)
  const artifacts: StreamArtifact[] = []
  for (const [architecture, ofArchitecture] of members(root, 'architectures', name)) {
    const atArchitecture = `architectures.${architecture}`
    const platforms = asObject(ofArchitecture, `${atArchitecture} in ${name}`)
    for (const [platform, ofPlatform] of members(platforms, 'artifacts', name, atArchitecture)) {
      const atPlatform = `${atArchitecture}.artifacts.${platform}`
      const formats = asObject(ofPlatform, `${atPlatform} in ${name}`)
      for (const [format, ofFormat] of members(formats, 'formats', name, atPlatform)) {
        const atFormat = `${atPlatform}.formats.${format}`
        for (const [type, value] of Object.entries(asObject(ofFormat, `${atFormat} in ${name}`))) {
          const files = decodeFile(value, `${atFormat}.${type}`, name)
          artifacts.push({ architecture, platform, format, type, ...files })
        }
      }
    }
  }
  return { name, artifacts: artifacts.sort(compareArtifacts) }
}

/**
 * Finds the files of one format, sorted by type.
 *
 * @throws {FormatError} `METADATA_INVALID` when one of them is at no http or https URL. Other files may be anywhere.
 * @throws {IoError} `ARTIFACT_NOT_FOUND` when there are none, with what there is instead.
 */
export function findArtifacts(stream: StreamMetadata, choice: ArtifactChoice): readonly StreamArtifact[] {
  let left = stream.artifacts
  for (const key of ['architecture', 'platform', 'format'] as const) {
    const found = left.filter((artifact) => artifact[key] === choice[key])
    if (found.length === 0) throw notFound(stream, choice, key, new Set(left.map((artifact) => artifact[key])))
    left = found
  }
  for (const { type, location, signature } of left) {
    checkUrl(location, `location of the ${type}`)
    if (signature !== undefined) checkUrl(signature, `signature of the ${type}`)
  }
  return left

  function checkUrl(url: string, what: string): void {
    if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return
    const { architecture, platform, format } = choice
    const file = `architectures.${architecture}.artifacts.${platform}.formats.${format}`
    const message = `The ${what} in ${file} of ${stream.name} is not an http or https URL: ${redactUrl(url)}`
    throw new FormatError('METADATA_INVALID', message, { hint: 'Tell whoever publishes the stream' })
  }
}

function notFound(
  { name }: StreamMetadata,
  { architecture, platform, format }: ArtifactChoice,
  missing: keyof ArtifactChoice,
  there: ReadonlySet<string>,
): IoError {
  const wanted = `architecture ${architecture}, platform ${platform} and format ${format}`
  const has = there.size === 0 ? 'nothing at all' : [...there].join(', ')
  return new IoError('ARTIFACT_NOT_FOUND', `${name} has no image for ${wanted}: as ${missing} it has ${has}`, {
    hint: `Choose another ${missing}, or another stream`,
  })
}

type Json = Readonly<Record<string, unknown>>

/** The members of an object inside another; none when it is absent. */
function members(parent: Json, key: string, name: string, at?: string): readonly [string, unknown][] {
  const where = `${at === undefined ? key : `${at}.${key}`} in ${name}`
  return Object.entries(asObject(parent[key] ?? {}, where))
}

function decodeFile(
  value: unknown,
  at: string,
  name: string,
): Pick<StreamArtifact, 'location' | 'signature' | 'sha256' | 'uncompressedSha256'> {
  const file = asObject(value, `${at} in ${name}`)
  const text = (key: string): string | undefined => {
    const member = file[key]
    return member === undefined || member === null || member === ''
      ? undefined
      : asString(member, `${at}.${key} in ${name}`)
  }
  const sha256 = (key: string): string | undefined => {
    const digest = text(key)?.toLowerCase()
    if (digest === undefined || /^[0-9a-f]{64}$/.test(digest)) return digest
    throw new FormatError('METADATA_INVALID', `${at}.${key} in ${name} is not a SHA-256 in hexadecimal`, {
      hint: 'Tell whoever publishes the stream',
    })
  }
  return {
    location: asString(file['location'], `${at}.location in ${name}`),
    signature: text('signature'),
    sha256: sha256('sha256'),
    uncompressedSha256: sha256('uncompressed-sha256'),
  }
}

function compareArtifacts(a: StreamArtifact, b: StreamArtifact): number {
  for (const key of ['architecture', 'platform', 'format', 'type'] as const) {
    if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1
  }
  return 0
}
