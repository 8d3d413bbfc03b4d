import { type ByteSpan, exposureOf } from '../../coreos/index.ts'
import { printable } from '../printable.ts'
import { textWidth } from '../text-width.ts'
import { type KeyBefore, keyBefore, readWindow, tokenAt, WINDOW_BYTE_LENGTH } from './token.ts'

/** A line of a config, cut down to what is meant. */
export interface Excerpt {
  readonly text: string
  /** Columns before what is meant. */
  readonly indent: number
  /** Columns that it takes. */
  readonly width: number
}

const MAX_SHOWN_LENGTH = 60
const MAX_LEAD_LENGTH = 40

/** How much punctuation is shown next to a cut. */
const MAX_PUNCTUATION_LENGTH = 8

const PUNCTUATION = /^[^\w\s.+\-\x80-\uffff]$/

/** A URL up to what may be secret: the query and the fragment. */
const OPEN_PART_OF_URL = /^"(?!data:)[a-z][a-z0-9+.-]*:\/\/[^"\\?#]*/i

/**
 * Shows a span of a config in its line. Configs carry secrets, and a text with a mistake in it need not be what it seems. So
 * only the span's token, the key before it and the punctuation around are shown, and the token only where it is a key, or
 * belongs to a field that is known to hold no secret. The rest is `…`.
 *
 * @param field the field that an element of a list belongs to.
 * @returns `undefined` when nothing worth a line could be shown.
 */
export function excerptOf(bytes: Uint8Array, span: ByteSpan, field?: string): Excerpt | undefined {
  if (span.start >= bytes.byteLength) return undefined
  const token = tokenAt(bytes, span)
  const key = keyBefore(bytes, token.start)
  const isInDoubt = span.end - span.start <= 1
  const shown = showToken(bytes, token, { field: key?.name ?? field, isInDoubt })
  const isKeyInLine = key !== undefined && !bytes.subarray(key.start, token.start).includes(LINE_FEED)
  if (shown === undefined && !isKeyInLine) return undefined

  const start = isKeyInLine ? key.start : token.start
  const before = lead(bytes, start) + (isKeyInLine ? showKey(bytes, key, token.start) : '')
  const meant = shown ?? (bytes[token.start] === QUOTE ? '"…"' : '…')
  const text = before + meant + tail(bytes, token.end)
  return { text, indent: textWidth(before), width: Math.max(1, textWidth(meant)) }
}

const LINE_FEED = 0x0a
const QUOTE = 0x22
const AT_SIGN = 0x40

/**
 * What is shown of a token, when it may be shown.
 *
 * @param isInDoubt the text may be wrong there: what looks like a key need not be one.
 */
function showToken(
  bytes: Uint8Array,
  { start, end }: ByteSpan,
  { field, isInDoubt }: { readonly field: string | undefined; readonly isInDoubt: boolean },
): string | undefined {
  const text = decode(bytes, start, Math.min(end, start + WINDOW_BYTE_LENGTH))
  const isWhole = end - start <= WINDOW_BYTE_LENGTH
  const isKey = bytes[start] === QUOTE && /^\s*:/.test(readWindow(bytes, end, end + WINDOW_BYTE_LENGTH))
  if (isKey || PUNCTUATION.test(text)) {
    const isOpen = !isKey || !isInDoubt || exposureOf(text.slice(1, -1)) !== 'secret'
    return isOpen ? clip(text, isWhole) : undefined
  }
  const exposure = field === undefined ? 'secret' : exposureOf(field)
  if (exposure === 'open') return clip(text, isWhole)
  if (exposure === 'secret' || bytes.subarray(start, end).includes(AT_SIGN)) return undefined
  const open = OPEN_PART_OF_URL.exec(text)?.[0]
  return open === undefined ? undefined : clip(`${open}${`${open}"` === text ? '' : '…'}"`, true)
}

function showKey(bytes: Uint8Array, key: KeyBefore, end: number): string {
  const name = clip(decode(bytes, key.start, key.start + WINDOW_BYTE_LENGTH).replace(/^("[^"]*").*$/s, '$1'), true)
  return `${name}${tidy(decode(bytes, key.start, end)).endsWith(' ') ? ': ' : ':'}`
}

/** The line up to an offset: its indentation, or punctuation behind a cut. */
function lead(bytes: Uint8Array, offset: number): string {
  const windowStart = offset - WINDOW_BYTE_LENGTH
  const [line = '', ...earlier] = readWindow(bytes, windowStart, offset).split('\n').reverse()
  const punctuation = /[\s,[{]*$/.exec(line)?.[0] ?? ''
  const isWhole = punctuation === line && (earlier.length > 0 || windowStart <= 0)
  if (isWhole && punctuation.length <= MAX_LEAD_LENGTH) return tidy(punctuation)
  return `…${shorten(punctuation).slice(-MAX_PUNCTUATION_LENGTH)}`
}

/** The line from an offset on: punctuation up to the end or a cut. */
function tail(bytes: Uint8Array, offset: number): string {
  const [line = ''] = readWindow(bytes, offset, offset + WINDOW_BYTE_LENGTH).split('\n')
  const punctuation = /^\s*:?[\s,\]}]*/.exec(line)?.[0] ?? ''
  if (punctuation === line && punctuation.length <= MAX_LEAD_LENGTH) return tidy(punctuation.trimEnd())
  return `${shorten(punctuation).slice(0, MAX_PUNCTUATION_LENGTH)}…`
}

/** Beside a cut, white space says no more than that there is some. */
function shorten(punctuation: string): string {
  return punctuation.replace(/\s+/g, ' ')
}

function clip(text: string, isWhole: boolean): string {
  const characters = [...tidy(text)]
  if (isWhole && characters.length <= MAX_SHOWN_LENGTH) return characters.join('')
  return `${characters.slice(0, MAX_SHOWN_LENGTH).join('')}…${text.startsWith('"') ? '"' : ''}`
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end))
}

/** Tabs take as many columns as a terminal likes, so they become spaces. */
function tidy(text: string): string {
  return printable(text.replaceAll('\t', '    ').replaceAll('\n', ' '))
}
