import { alignUp } from '../../bytes/index.ts'

/** Bytes of a word. */
const WORD_BYTE_LENGTH = 4

// One byte repeated in each byte of a word.
const ONES = 0x01010101
const QUOTES = 0x22222222
const BACKSLASHES = 0x5c5c5c5c
const SPACES = 0x20202020
const TOP_BITS = 0x80808080

/**
 * Passes over text in strings four bytes at a time, which is what makes long strings cheap.
 */
export class PlainWords {
  readonly #words: Int32Array
  /** Bytes before the first word, which has to be aligned in memory. */
  readonly #leadByteLength: number

  constructor(bytes: Uint8Array) {
    const start = alignUp(bytes.byteOffset, WORD_BYTE_LENGTH)
    const wordCount = Math.floor((bytes.byteOffset + bytes.byteLength - start) / WORD_BYTE_LENGTH)
    this.#leadByteLength = start - bytes.byteOffset
    this.#words = wordCount > 0 ? new Int32Array(bytes.buffer, start, wordCount) : new Int32Array()
  }

  /**
   * Gives the offset of the first byte from `offset` on that may be something else than a printable ASCII character without
   * meaning in strings. It may give `offset` itself, and does when no word starts there.
   */
  skip(offset: number): number {
    const fromLead = offset - this.#leadByteLength
    if (fromLead < 0 || fromLead % WORD_BYTE_LENGTH !== 0) return offset
    const words = this.#words
    let index = fromLead / WORD_BYTE_LENGTH
    while (index < words.length && isPlain(words[index] as number)) index++
    return index * WORD_BYTE_LENGTH + this.#leadByteLength
  }
}

/**
 * Whether no byte is below a space, a quote, a backslash or beyond ASCII. A byte's top bit is set by subtracting one from
 * zero; a borrow from the byte below may set it as well, and then a plain word is refused, which does no harm.
 */
function isPlain(word: number): boolean {
  const controls = word - SPACES
  const quotes = (word ^ QUOTES) - ONES
  const backslashes = (word ^ BACKSLASHES) - ONES
  return ((word | controls | quotes | backslashes) & TOP_BITS) === 0
}
