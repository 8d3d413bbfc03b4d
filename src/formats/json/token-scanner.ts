import {
  BACKSLASH,
  CASE_BIT,
  isDigit,
  LINE_FEED,
  LOWER_E,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  LOWER_U,
  MINUS,
  PLUS,
  POINT,
  QUOTE,
  SPACE,
  ZERO,
} from './ascii.ts'
import { decodeAscii } from './decode-string.ts'
import { type JsonFault, unexpected } from './json-fault.ts'
import { PlainWords } from './plain-words.ts'

/** Given in the place of an offset by a token that is damaged. */
export const FAILED = -1

const ESCAPED = '"\\/bfnrt'
const HEX_DIGIT_COUNT = 4

/** A number without an exponent, or with one below 100, is finite when its text has no more bytes than this. */
const MAX_FINITE_BYTE_LENGTH = 200
const MAX_FINITE_EXPONENT_BYTE_LENGTH = 2

/**
 * Finds the ends of strings, numbers and words. Each method takes the token's start and gives the offset behind it, or
 * `FAILED` and leaves the fault.
 */
export class TokenScanner {
  fault: JsonFault | undefined
  /** Whether the last string holds anything but ASCII as it stands. */
  isEncoded = false
  /** Whether there was a number beyond what a double can hold. */
  hasUnrepresentableNumber = false

  readonly #bytes: Uint8Array
  readonly #plainWords: PlainWords

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#plainWords = new PlainWords(bytes)
  }

  /** `true`, `false`, `null` or a number. */
  wordOrNumber(start: number): number {
    switch (this.#bytes[start]) {
      case LOWER_T:
        return this.#word(start, 'true')
      case LOWER_F:
        return this.#word(start, 'false')
      case LOWER_N:
        return this.#word(start, 'null')
      default:
        return this.#number(start)
    }
  }

  /** A string or a name, which starts with a quote. */
  string(start: number): number {
    const bytes = this.#bytes
    let union = 0
    let hasEscapes = false
    let offset = this.#plainWords.skip(start + 1)
    while (offset < bytes.length) {
      const byte = bytes[offset] as number
      if (byte === QUOTE) {
        this.isEncoded = hasEscapes || union > 0x7f
        return offset + 1
      }
      if (byte < SPACE) return this.#fail(offset, describeControl(byte))
      if (byte === BACKSLASH) {
        hasEscapes = true
        offset = this.#escape(offset)
        if (offset === FAILED) return FAILED
      } else {
        union |= byte
        offset = this.#plainWords.skip(offset + 1)
      }
    }
    return this.#endsInside(offset, 'a string')
  }

  /** Leaves the fault that something else, or nothing, stands where `wanted` belongs. */
  unexpected(offset: number, wanted: string): typeof FAILED {
    this.fault = unexpected(this.#bytes, offset, wanted)
    return FAILED
  }

  #escape(start: number): number {
    const bytes = this.#bytes
    const offset = start + 1
    if (offset >= bytes.length) return this.#endsInside(offset, 'a string')
    const byte = bytes[offset] as number
    if (byte !== LOWER_U) {
      if (ESCAPED.includes(String.fromCharCode(byte))) return offset + 1
      return this.#fail(offset, 'a string holds an unknown escape sequence')
    }
    const end = offset + 1 + HEX_DIGIT_COUNT
    for (let next = offset + 1; next < end; next++) {
      if (next >= bytes.length) return this.#endsInside(next, 'a string')
      if (!isHexDigit(bytes[next] as number)) return this.#fail(next, 'expected four hexadecimal digits after \\u')
    }
    return end
  }

  #word(start: number, word: string): number {
    for (let index = 1; index < word.length; index++) {
      const offset = start + index
      if (offset >= this.#bytes.length) return this.#endsInside(offset, `the word ${word}`)
      if (this.#bytes[offset] !== word.charCodeAt(index)) return this.#fail(offset, `expected the word ${word}`)
    }
    return start + word.length
  }

  #number(start: number): number {
    const bytes = this.#bytes
    let offset = start
    if (bytes[offset] === MINUS) offset++
    else if (!isDigit(bytes[offset])) return this.unexpected(offset, 'a value')

    offset = bytes[offset] === ZERO ? offset + 1 : this.#digits(offset)
    if (offset === FAILED) return FAILED
    if (bytes[offset] === POINT) {
      offset = this.#digits(offset + 1)
      if (offset === FAILED) return FAILED
    }
    let exponentStart = offset
    if (((bytes[offset] ?? 0) | CASE_BIT) === LOWER_E) {
      offset++
      if (bytes[offset] === PLUS || bytes[offset] === MINUS) offset++
      exponentStart = offset
      offset = this.#digits(offset)
      if (offset === FAILED) return FAILED
    }
    if (offset - exponentStart > MAX_FINITE_EXPONENT_BYTE_LENGTH || offset - start > MAX_FINITE_BYTE_LENGTH) {
      this.hasUnrepresentableNumber ||= !Number.isFinite(Number(decodeAscii(bytes, start, offset)))
    }
    return offset
  }

  /** One digit or more. */
  #digits(start: number): number {
    let offset = start
    while (isDigit(this.#bytes[offset])) offset++
    if (offset > start) return offset
    if (offset >= this.#bytes.length) return this.#endsInside(offset, 'a number')
    return this.#fail(offset, 'expected a digit')
  }

  #endsInside(offset: number, what: string): typeof FAILED {
    this.fault = { kind: 'eof', offset, problem: `the text ends inside ${what}` }
    return FAILED
  }

  #fail(offset: number, problem: string): typeof FAILED {
    this.fault = { kind: 'syntax', offset, problem }
    return FAILED
  }
}

function describeControl(byte: number): string {
  return byte === LINE_FEED
    ? 'a string holds a line break; write it as \\n'
    : 'a string holds a control character; write it as an escape sequence'
}

function isHexDigit(byte: number): boolean {
  const lower = byte | CASE_BIT
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66)
}
