import { decodeUtf8 } from '../bytes/index.ts'
import { FormatError, IsokitError } from '../errors.ts'
import { findJsonError, type TextPosition, textPosition } from '../formats/json/index.ts'

/** The stable Ignition spec versions that CoreOS images in the field accept. */
export const IGNITION_SPEC_VERSIONS: readonly string[] = ['3.0.0', '3.1.0', '3.2.0', '3.3.0', '3.4.0', '3.5.0', '3.6.0']

/** Accepted by the newest Ignition only, and only until the next release. */
const EXPERIMENTAL_SPEC_VERSION = '3.7.0-experimental'

/** Why a text will not be accepted as an Ignition config, and where. */
export interface IgnitionFinding {
  /** What is wrong, as a clause. */
  readonly problem: string
  /** One imperative sentence. */
  readonly hint: string
  /** The place in the text, where there is one. */
  readonly position?: TextPosition
}

/**
 * Looks for what would make every Ignition reject the config: text that isn't JSON, or an unknown spec version.
 *
 * @returns the first finding, or `undefined`.
 */
export function reviewIgnitionConfig(bytes: Uint8Array): IgnitionFinding | undefined {
  if (bytes.byteLength === 0) return { problem: 'the file is empty', hint: 'Give an Ignition config in JSON' }
  let text: string
  try {
    text = decodeUtf8(bytes, 'The Ignition config')
  } catch (error) {
    if (!(error instanceof IsokitError)) throw error
    return { problem: 'it is not UTF-8 text', hint: 'Give an uncompressed Ignition config in JSON' }
  }
  const error = findJsonError(text)
  if (error) {
    const hint = looksLikeYaml(text)
      ? 'Convert the Butane config to an Ignition config first'
      : 'Correct the JSON, or embed it as it is with --no-validate'
    return { problem: `it is not valid JSON: ${error.problem}`, hint, position: textPosition(text, error.index) }
  }
  return reviewVersion(JSON.parse(text))
}

/**
 * Throws unless the config is JSON with a known spec version.
 *
 * @param name how messages call the config.
 * @throws {FormatError} `IGNITION_INVALID` with the line and column, where there are any.
 */
export function checkIgnitionConfig(bytes: Uint8Array, name: string): void {
  const finding = reviewIgnitionConfig(bytes)
  if (finding) throw new FormatError('IGNITION_INVALID', formatIgnitionFinding(finding, name), { hint: finding.hint })
}

/** The finding in one line: `parsing Ignition config a.ign:3:7: it is not valid JSON: …`. */
export function formatIgnitionFinding(finding: IgnitionFinding, name: string): string {
  const place = finding.position ? `:${finding.position.line}:${finding.position.column}` : ''
  return `parsing Ignition config ${name}${place}: ${finding.problem}`
}

function reviewVersion(config: unknown): IgnitionFinding | undefined {
  const hint = `Set ignition.version to one of ${IGNITION_SPEC_VERSIONS.join(', ')}`
  const ignition = lookUp(config, 'ignition')
  const version = lookUp(ignition, 'version')
  if (version === undefined || version === null) {
    const isLegacy = lookUp(config, 'ignitionVersion') !== undefined
    return { problem: `it has no ignition.version${isLegacy ? ' (spec 1 configs are not supported)' : ''}`, hint }
  }
  if (typeof version !== 'string') return { problem: 'ignition.version is not a string', hint }
  if (isKnownVersion(version)) return undefined
  const shown = JSON.stringify(version.slice(0, 40))
  if (/^2\./.test(version)) return { problem: `spec version ${shown} is too old for these images`, hint }
  return { problem: `spec version ${shown} is not known`, hint }
}

/** Ignition reads versions leniently: `03.3.0`, `3.3.0-` and `3.3.0+` are all 3.3.0. */
function isKnownVersion(version: string): boolean {
  if (version === EXPERIMENTAL_SPEC_VERSION) return true
  const match = /^([0-9]+)\.([0-9]+)\.([0-9]+)-?\+?$/.exec(version)
  if (!match) return false
  const canonical = match.slice(1).map((part) => part.replace(/^0+(?=.)/, ''))
  return IGNITION_SPEC_VERSIONS.includes(canonical.join('.'))
}

/** Ignition, being written in Go, matches keys without regard to case; a later key wins. */
function lookUp(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const found = Object.keys(value).findLast((candidate) => candidate.toLowerCase() === key.toLowerCase())
  return found === undefined ? undefined : (value as Record<string, unknown>)[found]
}

function looksLikeYaml(text: string): boolean {
  return /^(?:variant|version)\s*:/m.test(text)
}
