import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, isDigit, isWhiteSpace, ZERO } from './ascii.ts'

/** Where and why a text can't be read. */
export interface JsonFault {
  /**
   * `eof` when the text ends too early, `depth` and `size` when it is beyond a limit, `syntax` for everything else. A text
   * that ends inside a number, a word or an escape sequence is `eof` too, though Go words it as a wrong character there.
   */
  readonly kind: 'syntax' | 'eof' | 'depth' | 'size'
  /** The first byte that can't stand there; the text's length when it ends too early. */
  readonly offset: number
  /** What is wrong, as a clause: `expected a comma or ]`. */
  readonly problem: string
  /** Another encoding that the text is in, by its first bytes. */
  readonly encoding?: ForeignEncoding | undefined
}

/** An encoding that JSON is not written in. */
export type ForeignEncoding = 'utf-8-with-mark' | 'utf-16'

/** The fault of a text that has something else, or nothing, where `wanted` belongs. */
export function unexpected(bytes: Uint8Array, offset: number, wanted: string): JsonFault {
  if (offset >= bytes.length) return { kind: 'eof', offset, problem: `the text ends where ${wanted} is expected` }
  const encoding = encodingOf(bytes, offset)
  if (encoding) return { kind: 'syntax', offset, problem: ENCODING_PROBLEMS[encoding], encoding }
  return { kind: 'syntax', offset, problem: describeHabit(bytes, offset) ?? `expected ${wanted}` }
}

const ENCODING_PROBLEMS: Readonly<Record<ForeignEncoding, string>> = {
  'utf-8-with-mark': 'the text starts with a byte order mark',
  'utf-16': 'the text looks like UTF-16',
}

/** Other encodings fail at the first or the second byte. */
function encodingOf(bytes: Uint8Array, offset: number): ForeignEncoding | undefined {
  if (offset > 1) return undefined
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8-with-mark'
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return hasMark || bytes[offset] === 0 ? 'utf-16' : undefined
}

/** What other notations allow and JSON doesn't. */
function describeHabit(bytes: Uint8Array, offset: number): string | undefined {
  const byte = bytes[offset] as number
  const character = String.fromCharCode(byte)
  if (character === "'") return 'names and strings take double quotes'
  // a slash alone may be a path that lacks its quotes
  if (/^(?:\/[/*]|#)/.test(String.fromCharCode(byte, bytes[offset + 1] ?? 0))) return 'JSON has no comments'
  if (isDigit(byte) && bytes[offset - 1] === ZERO) return 'a number starts with a superfluous 0'
  if (byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET) return undefined
  let before = offset - 1
  while (isWhiteSpace(bytes[before])) before--
  return bytes[before] === COMMA ? `the comma before ${character} is one too many` : undefined
}
