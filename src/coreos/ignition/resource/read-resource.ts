import { Sha256 } from '../../../bytes/index.ts'
import { parseUrl, redactUrl } from '../../../formats/url/index.ts'
import type * as types from '../model/types.ts'
import { checkCertificates } from './check-certificates.ts'
import { type ContentsOptions, readContents } from './read-contents.ts'

/** What a resource is for. */
export type Purpose = 'merge' | 'replace' | 'certificate-authority' | 'key-file' | 'contents' | 'append'

/** What can be said about a resource without showing it. */
export interface ResourceFacts {
  /** `inline` for data URLs, `nothing` for an empty source, which yields an empty file. */
  readonly origin: 'inline' | 'remote' | 'nothing'
  /** Where it is fetched from, without user info and query. */
  readonly url: string | undefined
  readonly isCompressed: boolean
  /** Bytes of the contents once decompressed; `undefined` when they are not known here. */
  readonly byteLength: number | undefined
  /** The hash of the contents in hexadecimal digits; `undefined` when they are not known here, and for keys. */
  readonly sha256: string | undefined
  /** What the contents have to be, as in `sha512-…`; of keys only the name of the hash. */
  readonly verification: string | undefined
  /** Names of the HTTP headers that are sent with the request. */
  readonly headers: readonly string[]
}

/** Why contents can't be had, or used, on any target. */
export interface ResourceFailure {
  readonly kind:
    | 'contents-damaged'
    | 'hash-mismatch'
    | 'compression-unsupported'
    | 'header-without-value'
    | 'certificates-unusable'
  /** A clause that shows no secrets. */
  readonly message: string
}

/** A resource that was looked at. */
export interface ResourceReading {
  readonly facts: ResourceFacts
  /** Why fetching or writing it fails on every target. */
  readonly failures: readonly ResourceFailure[]
  /** Why something isn't known, as clauses. */
  readonly notes: readonly string[]
  /** The contents of a referenced config, if it is carried along and nothing is wrong with them. */
  readonly bytes?: Uint8Array
}

const HASHES = { sha256: 'SHA-256', sha512: 'SHA-512' } as const

type Algorithm = (typeof HASHES)[keyof typeof HASHES]

/** Up to this, hashing takes less than asking Web Crypto to do it. */
const MAX_SMALL_BYTE_LENGTH = 2048
const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const HEX = /^(?:[0-9A-Fa-f]{2})*$/

/** Looks at a resource: contents that it carries are decoded, decompressed and hashed, and nothing is fetched. */
export async function readResource(
  resource: types.Resource,
  purpose: Purpose,
  options: ContentsOptions,
): Promise<ResourceReading> {
  const { source = '', compression = '', httpHeaders = [], verification } = resource
  // a data URL may be long, and `DATA:` has been refused by the validator
  const isInline = source.startsWith('data:')
  const hash = verification?.hash
  const facts = {
    origin: isInline ? 'inline' : source === '' ? 'nothing' : 'remote',
    url: isInline || source === '' ? undefined : redactUrl(source),
    isCompressed: compression !== '',
    byteLength: source === '' ? 0 : undefined,
    sha256: undefined,
    verification: purpose === 'key-file' ? hash?.replace(/-.*$/s, '-…') : hash,
    headers: httpHeaders.map(({ name }) => name),
  } as const
  const isReference = purpose === 'merge' || purpose === 'replace'
  // nothing is neither decompressed nor verified
  if (source === '') return { facts, failures: [], notes: [], ...(isReference && { bytes: new Uint8Array() }) }
  const failures: ResourceFailure[] = hash === undefined ? [] : checkHash(hash, purpose)
  if (!isInline) return { facts, failures: [...failures, ...checkRequest(resource)], notes: [] }

  const { bytes, failure, gap } = await readContents(source, compression, options)
  if (failure !== undefined) failures.push({ kind: 'contents-damaged', message: failure })
  if (!bytes) return { facts, failures, notes: gap === undefined ? [] : [gap] }
  if (hash !== undefined && failures.length === 0 && !(await matches(bytes, hash))) {
    failures.push({ kind: 'hash-mismatch', message: 'its contents have another hash than verification.hash wants' })
  }
  const problem = purpose === 'certificate-authority' ? checkCertificates(bytes) : undefined
  if (problem !== undefined) failures.push({ kind: 'certificates-unusable', message: problem })
  const sha256 = purpose === 'key-file' ? undefined : await hexDigest('SHA-256', bytes)
  const known = { ...facts, byteLength: bytes.byteLength, sha256 }
  return { facts: known, failures, notes: [], ...(isReference && failures.length === 0 && { bytes }) }
}

function checkHash(hash: string, purpose: Purpose): ResourceFailure[] {
  const digits = hash.slice(hash.indexOf('-') + 1)
  const kind = 'hash-mismatch' as const
  if (!HEX.test(digits)) return [{ kind, message: 'verification.hash has characters that are no hexadecimal digits' }]
  const isReference = purpose === 'merge' || purpose === 'replace'
  if (!isReference || !/[A-F]/.test(digits)) return []
  return [{ kind, message: 'verification.hash is in upper case, in which that of a config matches nothing' }]
}

function checkRequest({ source = '', compression = '', httpHeaders = [] }: types.Resource): readonly ResourceFailure[] {
  const scheme = parseUrl(source)?.scheme ?? ''
  const failures: ResourceFailure[] = []
  if (compression !== '' && (scheme === 's3' || scheme === 'arn')) {
    failures.push({ kind: 'compression-unsupported', message: `what comes from ${scheme}: URLs can't be decompressed` })
  }
  if (httpHeaders.some(({ value }) => value === undefined)) {
    failures.push({ kind: 'header-without-value', message: 'an HTTP header has no value' })
  }
  return failures
}

async function matches(bytes: Uint8Array, hash: string): Promise<boolean> {
  const [name = '', digits = ''] = hash.split('-')
  const algorithm = HASHES[name as keyof typeof HASHES]
  return (await hexDigest(algorithm, bytes)) === digits.toLowerCase()
}

async function hexDigest(algorithm: Algorithm, bytes: Uint8Array): Promise<string> {
  const digest =
    algorithm === 'SHA-256' && bytes.byteLength <= MAX_SMALL_BYTE_LENGTH
      ? sha256(bytes)
      : new Uint8Array(await crypto.subtle.digest(algorithm, bytes as Uint8Array<ArrayBuffer>))
  let text = ''
  for (const byte of digest) text += HEX_BYTES[byte]
  return text
}

function sha256(bytes: Uint8Array): Uint8Array {
  const hasher = new Sha256()
  hasher.update(bytes)
  return hasher.digest()
}
