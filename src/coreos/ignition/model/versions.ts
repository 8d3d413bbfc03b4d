/** The spec versions that a config may name, oldest first. */
export const SPEC_VERSIONS = [
  '3.0.0',
  '3.1.0',
  '3.2.0',
  '3.3.0',
  '3.4.0',
  '3.5.0',
  '3.6.0',
  '3.7.0-experimental',
] as const

/** One of {@link SPEC_VERSIONS}. */
export type SpecVersion = (typeof SPEC_VERSIONS)[number]

/** The newest version that will not change any more. */
export const NEWEST_STABLE_VERSION: SpecVersion = '3.6.0'

/** The newest version at all, into which Ignition upgrades every config before it uses it. */
export const NEWEST_VERSION: SpecVersion = '3.7.0-experimental'

/** What became of the text in `ignition.version`. */
export type VersionReading =
  | { readonly status: 'supported'; readonly version: SpecVersion }
  /** Well-formed, but nothing that today's Ignition takes: 2.x, a later one, or an experimental one of another release. */
  | { readonly status: 'unsupported'; readonly era: 'older' | 'newer' | 'experimental' | 'other' }
  | { readonly status: 'invalid' }

const IDENTIFIERS = /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/
const NUMBER = /^[+-]?[0-9]+$/
const MAX_INT64 = 2n ** 63n - 1n

/**
 * Reads `ignition.version` as Ignition does: semantic versions, with leading zeros and empty suffixes allowed, and then an
 * exact match with a known one.
 */
export function readVersion(text: string): VersionReading {
  const [beforeMetadata, metadata = ''] = splitOnce(text, '+')
  const [core, prerelease = ''] = splitOnce(beforeMetadata, '-')
  const numbers = core.split('.')
  if (numbers.length !== 3 || !numbers.every(isInt64)) return { status: 'invalid' }
  for (const suffix of [metadata, prerelease]) {
    if (suffix !== '' && !IDENTIFIERS.test(suffix)) return { status: 'invalid' }
  }
  const canonical = numbers.map((number) => BigInt(number)).join('.') + (prerelease && `-${prerelease}`)
  const version = SPEC_VERSIONS.find((known) => known === canonical)
  if (version && metadata === '') return { status: 'supported', version }
  return { status: 'unsupported', era: eraOf(canonical, prerelease) }
}

/** Whether a config of the version may use what a later or equal version `since` brought. */
export function isAtLeast(version: SpecVersion, since: SpecVersion): boolean {
  return SPEC_VERSIONS.indexOf(version) >= SPEC_VERSIONS.indexOf(since)
}

/** The later of two versions. */
export function laterVersion(a: SpecVersion, b: SpecVersion): SpecVersion {
  return isAtLeast(a, b) ? a : b
}

/** Whether the version may still change without notice. */
export function isExperimental(version: SpecVersion): boolean {
  return version.endsWith('-experimental')
}

function eraOf(canonical: string, prerelease: string): 'older' | 'newer' | 'experimental' | 'other' {
  if (prerelease === 'experimental') return 'experimental'
  const [major = 0, minor = 0] = canonical.split('.').map(Number)
  if (major < 3) return 'older'
  return major > 3 || minor > 6 ? 'newer' : 'other'
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

function isInt64(text: string): boolean {
  // 19 digits and leading zeros: a longer text is still compared as a number, but not an endless one.
  if (!NUMBER.test(text) || text.length > 1000) return false
  const value = BigInt(text.replace(/^\+/, ''))
  return value <= MAX_INT64 && value >= -MAX_INT64 - 1n
}
