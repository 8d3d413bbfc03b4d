import { hasValidEscapes } from '../url/index.ts'

/** What stands before the contents of a data URL. */
export interface DataUrlHeader {
  /** Whether the contents are base64 rather than plain text. */
  readonly isBase64: boolean
  /** Index of the first character of the contents, behind the comma. */
  readonly payloadIndex: number
}

const PREFIX = 'data:'

/** A token of MIME (RFC 2045, 5.1): printable ASCII without the characters that mean something between tokens. */
const TOKEN = /[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]*/y

/** The decoder of Ignition compares no further than this: `textual/plain` passes, `font/ttf` doesn't. */
const MEDIA_TYPE = /^(?:text|image|audio|video|application|message|multipart|[xX]-)/

/** Escapes of Go's string literals, which a quoted value may hold; a number names a byte, or a character of Unicode. */
const QUOTED_ESCAPE =
  /\\(?:[abfnrtv\\"]|[0-3][0-7]{2}|x[0-9A-Fa-f]{2}|(?:u|U0000)(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}|U00(?:0[1-9A-Fa-f]|10)[0-9A-Fa-f]{4})/y

/**
 * Reads a data URL up to its comma, as the decoder built into Ignition does.
 *
 * @returns a clause that says what is wrong, when something is.
 */
export function readDataUrlHeader(url: string): DataUrlHeader | string {
  if (!url.startsWith(PREFIX)) return 'it does not start with data: in lower case'
  let index = PREFIX.length
  if (url[index] !== ';' && url[index] !== ',') {
    const slash = tokenEnd(url, index)
    if (url[slash] !== '/') return unexpected(url, slash, 'the slash of a media type')
    if (!MEDIA_TYPE.test(url.slice(index, slash))) return 'its media type is none that Ignition knows'
    index = tokenEnd(url, slash + 1)
  }
  // The decoder notes that a value is quoted when it meets the quote, and forgets it with the first text that it takes
  // from a value. After "" the next value is therefore never looked at for escapes.
  let isTakenAsQuoted = false
  while (url[index] === ';') {
    const name = index + 1
    index = tokenEnd(url, name)
    if (index === name) return unexpected(url, index, 'the name of a parameter')
    if (url[index] === ',') {
      if (url.slice(name, index) !== 'base64') return 'a parameter has no value, and is not base64 in lower case'
      return { isBase64: true, payloadIndex: index + 1 }
    }
    if (url[index] !== '=') return unexpected(url, index, 'the equals sign of a parameter')

    const value = index + 1
    if (url[value] === '"') {
      const end = quotedEnd(url, value)
      if (typeof end === 'string') return end
      isTakenAsQuoted = end === value + 2
      index = end
    } else {
      index = tokenEnd(url, value)
      if (index === value) return unexpected(url, index, 'the value of a parameter')
      if (!isTakenAsQuoted && !hasValidEscapes(url.slice(value, index))) return 'a parameter has a damaged escape'
      isTakenAsQuoted = false
    }
  }
  if (url[index] !== ',') return unexpected(url, index, 'the comma before the contents')
  return { isBase64: false, payloadIndex: index + 1 }
}

/** The index behind the token that starts here; the same index when none does. */
function tokenEnd(url: string, start: number): number {
  TOKEN.lastIndex = start
  TOKEN.test(url)
  return TOKEN.lastIndex
}

/** The index behind the closing quote, or a problem. */
function quotedEnd(url: string, start: number): number | string {
  let index = start + 1
  for (; url[index] !== '"'; index++) {
    if (index >= url.length) return 'a quoted value is not closed'
    if (url.charCodeAt(index) > 0x7f) return 'a quoted value is not ASCII'
    if (url[index] === '\n') return 'a quoted value holds a line feed'
    if (url[index] !== '\\') continue
    QUOTED_ESCAPE.lastIndex = index
    if (!QUOTED_ESCAPE.test(url)) return 'a quoted value has an escape sequence that Go does not know'
    index = QUOTED_ESCAPE.lastIndex - 1
  }
  return index + 1
}

function unexpected(url: string, index: number, wanted: string): string {
  return index >= url.length ? `it ends before ${wanted}` : `character ${index + 1} is not ${wanted}`
}
