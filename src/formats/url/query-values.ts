import { decodePercentEscapes, hasValidEscapes } from './percent-escapes.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * The values that a query gives to a name, decoded and in order; a name without `=` has the value `''`.
 *
 * As in Go, a pair with a semicolon or a damaged escape counts as absent, and bytes that aren't UTF-8 become U+FFFD.
 */
export function queryValues(query: string, name: string): readonly string[] {
  const values: string[] = []
  let start = 0
  while (start < query.length) {
    const ampersand = query.indexOf('&', start)
    const end = ampersand < 0 ? query.length : ampersand
    const pair = query.slice(start, end)
    start = end + 1
    if (pair === '' || pair.includes(';') || !hasValidEscapes(pair)) continue
    const equals = pair.indexOf('=')
    if (decode(equals < 0 ? pair : pair.slice(0, equals)) !== name) continue
    values.push(equals < 0 ? '' : decode(pair.slice(equals + 1)))
  }
  return values
}

/** A plus is a space here, unlike in the rest of a URL. */
function decode(text: string): string {
  return utf8.decode(decodePercentEscapes(text.replaceAll('+', ' ')))
}
