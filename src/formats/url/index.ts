/**
 * URLs as Ignition reads them, which is as Go's `net/url` does: neither trimmed nor repaired, and judged by rules of its
 * own. The parser of browsers differs on white space, empty hosts, ports and escapes, so it can't stand in.
 *
 * Supported: taking a URL apart, parameters of a query, percent escapes, hiding what may be secret. Left out: resolving
 * against a base, writing.
 */
export { type ParsedUrl, parseUrl } from './parse-url.ts'
export { decodePercentEscapes, hasValidEscapes } from './percent-escapes.ts'
export { queryValues } from './query-values.ts'
export { redactUrl, redactUrls } from './redact-url.ts'
