import { UsageError } from '../../errors.ts'

/** A hash that is good enough to tell files apart that somebody has made alike on purpose. */
export type ChecksumAlgorithm = 'sha256' | 'sha512'

/** What bytes should hash to. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Hexadecimal, in lower case. */
  readonly digest: string
}

/** Options of {@link parseChecksum}. */
export interface ParseChecksumOptions {
  /** What stands between the algorithm and the digest: a colon or a dash unless given. */
  readonly separator?: ':' | '-'
}

const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }

/** Whether a text is meant to be a checksum, even if a wrong one, rather than the name of a file. */
export function isChecksum(text: string): boolean {
  return /^(?:md5|sha-?[0-9]+)[:-]/i.test(text) || /^(?:[0-9a-f]{64}|[0-9a-f]{128})$/i.test(text)
}

/**
 * Parses `sha256:HEX` or `sha512:HEX`; a dash does as well.
 *
 * @throws {UsageError} `CHECKSUM_INVALID`
 */
export function parseChecksum(text: string, options: ParseChecksumOptions = {}): Checksum {
  const { separator } = options
  const [, algorithm = '', mark = '', digest = ''] = /^([^:-]*)([:-])([\s\S]*)$/.exec(text) ?? []
  const length = DIGEST_LENGTHS[algorithm]
  if (length === undefined || (separator !== undefined && mark !== separator)) {
    const forms = `sha256${separator ?? ':'}HEX or sha512${separator ?? ':'}HEX`
    throw invalid(`not a hash of the form ${forms}`, `Write it as ${forms}`)
  }
  if (!/^[0-9a-fA-F]*$/.test(digest)) throw invalid('the digest is not hexadecimal', 'Copy the digest anew')
  if (digest.length !== length) {
    throw invalid(`a ${algorithm} digest has ${length} digits, not ${digest.length}`, 'Copy the digest anew')
  }
  return { algorithm: algorithm as ChecksumAlgorithm, digest: digest.toLowerCase() }
}

/** The algorithm whose digests have so many hexadecimal digits. */
export function algorithmOfLength(length: number): ChecksumAlgorithm | undefined {
  const [algorithm] = Object.entries(DIGEST_LENGTHS).find(([, digits]) => digits === length) ?? []
  return algorithm as ChecksumAlgorithm | undefined
}

function invalid(message: string, hint: string): UsageError {
  return new UsageError('CHECKSUM_INVALID', message, { hint })
}
