import type { ByteSpan } from '../../coreos/index.ts'

/** How many bytes are looked at to either side of what is meant: lines may have megabytes. */
export const WINDOW_BYTE_LENGTH = 300

/** A key of an object, in front of its value. */
export interface KeyBefore {
  readonly start: number
  readonly name: string
}

// These see a text a byte a character.
const STRING = /^"(?:[^"\\\n]|\\.)*"/
const KEY_BEFORE = /(?<!\\)"([^"\\\n]*)"\s*:\s*$/
const WORD_BEFORE = /[\w.+\-\x80-\xff]*$/
const WORD = /^[\w.+\-\x80-\xff]+/

/**
 * The token that is meant: the span itself where it is more than a byte, and else the string or the word that the byte
 * belongs to. Any other byte is a token.
 */
export function tokenAt(bytes: Uint8Array, { start, end }: ByteSpan): ByteSpan {
  if (end - start > 1) return { start, end }
  const behind = readWindow(bytes, start, start + WINDOW_BYTE_LENGTH)
  const string = STRING.exec(behind)
  if (string) return { start, end: start + string[0].length }
  const word = WORD.exec(behind)
  if (!word) return { start, end: start + 1 }
  const wordBefore = WORD_BEFORE.exec(readWindow(bytes, start - WINDOW_BYTE_LENGTH, start))?.[0] ?? ''
  return { start: start - wordBefore.length, end: start + word[0].length }
}

/**
 * The key whose value starts at an offset outside of strings; `undefined` for elements of lists, and for keys that are long
 * or not written plainly.
 */
export function keyBefore(bytes: Uint8Array, offset: number): KeyBefore | undefined {
  const match = KEY_BEFORE.exec(readWindow(bytes, offset - WINDOW_BYTE_LENGTH, offset))
  return match ? { start: offset - match[0].length, name: match[1] ?? '' } : undefined
}

/** Part of a text, with one character for each byte; what stands outside of the text is left out. */
export function readWindow(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(Math.max(0, start), Math.max(0, end)))
}
