import { CLOSE_BRACE, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, skipWhiteSpace } from './ascii.ts'
import { JsonDocument } from './json-document.ts'
import { type JsonFault, unexpected } from './json-fault.ts'
import { MAX_DEPTH, MAX_ENTRY_COUNT, MAX_TEXT_BYTE_LENGTH } from './limits.ts'
import { stringEnd, Tape } from './tape.ts'
import { FAILED, TokenScanner } from './token-scanner.ts'

/** The document, or why there is none. */
export type JsonReading =
  | { readonly document: JsonDocument; readonly fault?: undefined }
  | { readonly fault: JsonFault; readonly document?: undefined }

/** A closing bracket's code is that of the opening one and this. */
const CLOSER_DISTANCE = 2

const TOO_MANY_PARTS = `the text has more than ${MAX_ENTRY_COUNT} values, names and closing brackets`

/**
 * Reads a JSON text of at most 256 MiB, 10,000 levels and 16 Mi values, names and closing brackets. Within these limits, it
 * accepts exactly what Go's encoding/json accepts.
 *
 * The document refers to the bytes, which have to stay as they are. Besides them, it keeps eight bytes for each value, name
 * and closing bracket, of which there may be twice as many set aside.
 *
 * Syntax: RFC 8259; bytes in strings that aren't UTF-8 are let pass.
 */
export function readJson(bytes: Uint8Array): JsonReading {
  if (bytes.byteLength > MAX_TEXT_BYTE_LENGTH) {
    return { fault: tooLarge(MAX_TEXT_BYTE_LENGTH, `the text has more than ${MAX_TEXT_BYTE_LENGTH} bytes`) }
  }
  const tokens = new TokenScanner(bytes)
  const tape = new Tape()
  const fault = new Reader(bytes, tokens, tape).read()
  if (fault) return { fault }
  return { document: new JsonDocument(bytes, tape.words, tokens.hasUnrepresentableNumber) }
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #tokens: TokenScanner
  readonly #tape: Tape
  /** Entries of the brackets that are open. */
  readonly #open: Int32Array
  #depth = 0
  /** What closes the innermost one. */
  #closer = 0

  constructor(bytes: Uint8Array, tokens: TokenScanner, tape: Tape) {
    this.#bytes = bytes
    this.#open = new Int32Array(Math.min(MAX_DEPTH, bytes.length)) // short texts may be many
    this.#tokens = tokens
    this.#tape = tape
  }

  read(): JsonFault | undefined {
    const bytes = this.#bytes
    let offset = skipWhiteSpace(bytes, 0)
    for (;;) {
      const byte = bytes[offset]
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.#depth === MAX_DEPTH) {
          return { kind: 'depth', offset, problem: `nested deeper than ${MAX_DEPTH} levels` }
        }
        this.#enter(offset, byte)
        offset = skipWhiteSpace(bytes, offset + 1)
        if (bytes[offset] !== this.#closer) {
          offset = this.#beginItem(offset)
          if (offset === FAILED) return this.#tokens.fault
          continue
        }
      } else {
        offset = this.#scalar(offset)
        if (offset === FAILED) return this.#tokens.fault
      }

      // the value is complete: close what it completes, up to the comma before the next one
      offset = skipWhiteSpace(bytes, offset)
      while (this.#depth > 0 && bytes[offset] === this.#closer) {
        this.#leave(offset + 1)
        offset = skipWhiteSpace(bytes, offset + 1)
      }
      if (this.#tape.isOverfull) return tooLarge(offset, TOO_MANY_PARTS)
      if (this.#depth === 0) {
        return offset === bytes.length ? undefined : unexpected(bytes, offset, 'the end of the text')
      }
      if (bytes[offset] !== COMMA) {
        return unexpected(bytes, offset, `a comma or ${String.fromCharCode(this.#closer)}`)
      }
      offset = this.#beginItem(skipWhiteSpace(bytes, offset + 1))
      if (offset === FAILED) return this.#tokens.fault
    }
  }

  #enter(offset: number, bracket: number): void {
    this.#open[this.#depth++] = this.#tape.append(offset, 0)
    this.#closer = bracket + CLOSER_DISTANCE
  }

  #leave(end: number): void {
    const tape = this.#tape
    const entry = this.#open[--this.#depth] as number
    tape.append(end, tape.words[entry + 1] as number)
    tape.words[entry + 1] = tape.length
    this.#closer = this.#depth === 0 ? 0 : this.#closerOf(this.#open[this.#depth - 1] as number)
  }

  #closerOf(entry: number): number {
    return (this.#bytes[this.#tape.words[entry] as number] as number) + CLOSER_DISTANCE
  }

  /** Counts the element or member that starts here, and gives the start of its value. */
  #beginItem(offset: number): number {
    const { words } = this.#tape
    const entry = this.#open[this.#depth - 1] as number
    // until the bracket is closed, its entry holds the count
    words[entry + 1] = (words[entry + 1] as number) + 1
    if (this.#closer !== CLOSE_BRACE) return offset
    const bytes = this.#bytes
    if (bytes[offset] !== QUOTE) return this.#tokens.unexpected(offset, 'a name in double quotes')
    const end = this.#string(offset)
    if (end === FAILED) return FAILED
    const colon = skipWhiteSpace(bytes, end)
    if (bytes[colon] !== COLON) return this.#tokens.unexpected(colon, 'a colon')
    return skipWhiteSpace(bytes, colon + 1)
  }

  #string(start: number): number {
    const end = this.#tokens.string(start)
    if (end !== FAILED) this.#tape.append(start, stringEnd(end, this.#tokens.isEncoded))
    return end
  }

  #scalar(start: number): number {
    if (this.#bytes[start] === QUOTE) return this.#string(start)
    const end = this.#tokens.wordOrNumber(start)
    if (end !== FAILED) this.#tape.append(start, end)
    return end
  }
}

function tooLarge(offset: number, problem: string): JsonFault {
  return { kind: 'size', offset, problem }
}
