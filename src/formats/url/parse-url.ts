import { hasValidEscapes } from './percent-escapes.ts'

/** The parts of a URL as they are written, with their escapes; a part that is absent is `''`. */
export interface ParsedUrl {
  /** In lower case; `''` for a relative URL. */
  readonly scheme: string
  /** What stands before the `@`: a name and perhaps a password. */
  readonly userInfo: string
  /** Host and port, as in `[::1]:8080`. */
  readonly host: string
  readonly path: string
  /** Everything between the scheme and the query when no slash follows the scheme, as in `data:` and `arn:`. */
  readonly opaque: string
  /** Without the question mark. */
  readonly query: string
  /** Without the number sign. */
  readonly fragment: string
}

const CONTROL_CHARACTER = /[\0-\x1f\x7f]/
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
const USER_INFO = /^[A-Za-z0-9\-._~!$&'()*+,;=:%@]*$/
const OPTIONAL_PORT = /^(?::[0-9]*)?$/

/** What no host may hold, raw or escaped: some of ASCII, since escapes are for other bytes and the percent sign. */
const BAD_IN_HOST = /[ \\^`{|}]|%(?!25|[89A-Fa-f][0-9A-Fa-f])/
/** In a zone, spaces and what may stand there raw can be escaped too. Nothing else, hence no byte above 0x7f. */
const BAD_IN_ZONE = /[ \\^`{|}]|%(?!2[0-24-9A-Ea-e]|3[0-9A-Ea-e]|4[1-9A-Fa-f]|5[0-9ABDFabdf]|6[1-9A-Fa-f]|7[0-9AEae])/

/**
 * Takes a URL apart, in time linear in its length and without copying large parts.
 *
 * Follows Go's `net/url` as built into Ignition: neither repairs nor trims, lets fragments hold control characters, and
 * checks escapes everywhere but in opaque parts and queries. Releases built with a later Go also refuse brackets around
 * anything but an IPv6 address, and hosts with several colons.
 *
 * @returns `undefined` when the text is no URL.
 */
export function parseUrl(text: string): ParsedUrl | undefined {
  const [locator, fragment] = cut(text, '#')
  if (CONTROL_CHARACTER.test(locator) || !hasValidEscapes(fragment)) return undefined
  if (locator.startsWith(':')) return undefined

  const scheme = SCHEME.exec(locator)?.[1] ?? ''
  const [rest, query] = cut(scheme === '' ? locator : locator.slice(scheme.length + 1), '?')
  const parts = { scheme: scheme.toLowerCase(), userInfo: '', host: '', path: '', opaque: '', query, fragment }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...parts, opaque: rest }
    if (cut(rest, '/')[0].includes(':')) return undefined // it was meant to be a scheme
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) {
    return hasValidEscapes(rest) ? { ...parts, path: rest } : undefined
  }

  const slash = rest.indexOf('/', 2)
  const authority = rest.slice(2, slash < 0 ? rest.length : slash)
  const path = slash < 0 ? '' : rest.slice(slash)
  const at = authority.lastIndexOf('@')
  const userInfo = authority.slice(0, Math.max(at, 0))
  const host = authority.slice(at + 1)
  const isValid = USER_INFO.test(userInfo) && hasValidEscapes(userInfo) && isHost(host) && hasValidEscapes(path)
  return isValid ? { ...parts, userInfo, host, path } : undefined
}

function isHost(host: string): boolean {
  if (!host.startsWith('[')) {
    const colon = host.lastIndexOf(':')
    return (colon < 0 || OPTIONAL_PORT.test(host.slice(colon))) && !BAD_IN_HOST.test(host)
  }
  const bracket = host.lastIndexOf(']')
  if (bracket < 0 || !OPTIONAL_PORT.test(host.slice(bracket + 1))) return false
  const [address, zone] = cut(host.slice(0, bracket), '%25')
  return !BAD_IN_HOST.test(address) && !BAD_IN_ZONE.test(zone)
}

/** The text before the first separator, and the text behind it. */
function cut(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + separator.length)]
}
