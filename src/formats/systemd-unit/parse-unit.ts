import { decodeUtf8, encodeUtf8 } from '../../bytes/index.ts'
import { ReadWindow } from './read-window.ts'
import { isWhiteSpace, trimWhiteSpace } from './white-space.ts'

/** An assignment, in the order of the text. A name may stand there several times. */
export interface UnitOption {
  /** What stands between the brackets above it, untrimmed. */
  readonly section: string
  readonly name: string
  /** With the backslashes and line feeds of its continued lines. */
  readonly value: string
}

/** What a unit's text says. */
export interface UnitText {
  readonly options: readonly UnitOption[]
}

/** Why a text is no unit. */
export interface UnitFault {
  /** What is wrong, as a clause: `the line is longer than 2047 bytes`. */
  readonly problem: string
  /** Of the section, option or line that is wrong, in bytes of UTF-8. */
  readonly offset: number
  /** The line of that offset, counted from 1. */
  readonly line: number
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const NUMBER_SIGN = 0x23
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d

/**
 * Parses the text of a systemd unit or drop-in.
 *
 * Everything before the first `[` is skipped. Comments start with `#` or `;` and, like values, go on behind a backslash at
 * a line's end. A line of 2048 bytes or more is a fault where the real parser notices it, which depends on where it lies; a
 * shorter one never is.
 */
export function parseUnit(text: string): UnitText | UnitFault {
  const parser = new UnitParser(text)
  try {
    return { options: parser.readAll() }
  } catch (error) {
    if (error instanceof Fault) return parser.describe(error)
    throw error
  }
}

/** Leaves the parser; never leaves this file. */
class Fault extends Error {
  readonly offset: number

  constructor(problem: string, offset: number) {
    super(problem)
    this.offset = offset
  }
}

class UnitParser {
  readonly #text: string
  readonly #bytes: Uint8Array
  readonly #window: ReadWindow

  constructor(text: string) {
    this.#text = text
    this.#bytes = encodeUtf8(text)
    this.#window = new ReadWindow(this.#bytes)
  }

  readAll(): readonly UnitOption[] {
    const options: UnitOption[] = []
    let section: string | undefined
    for (;;) {
      const start = this.#startStep()
      const character = this.#window.readCharacter()
      if (character === undefined) return options
      if (character === OPENING_BRACKET) section = this.#readSection(start)
      else if (character === NUMBER_SIGN || character === SEMICOLON) this.#skipComment()
      else if (section !== undefined && !isWhiteSpace(character)) {
        this.#window.offset = start
        options.push({ section, name: this.#readName(), value: this.#readValue() })
      }
    }
  }

  describe(fault: Fault): UnitFault {
    let line = 1
    for (let index = this.#bytes.indexOf(LINE_FEED); index >= 0 && index < fault.offset; line++) {
      index = this.#bytes.indexOf(LINE_FEED, index + 1)
    }
    return { problem: fault.message, offset: fault.offset, line }
  }

  /** Looks for a long line where the real parser does, before each of its steps; gives the offset. */
  #startStep(): number {
    const { offset } = this.#window
    if (this.#window.holdsLongLine()) throw new Fault('the line is longer than 2047 bytes', offset)
    return offset
  }

  #readSection(bracket: number): string {
    const start = this.#startStep()
    if (!this.#window.skipPast(CLOSING_BRACKET)) throw new Fault('the name of a section is not closed', bracket)
    const end = this.#startStep()
    const isBlank = trimWhiteSpace(this.#readLine()) === ''
    if (!isBlank) throw new Fault('something follows the name of a section on its line', bracket)
    return this.#textBetween(start, end - 1)
  }

  #skipComment(): void {
    this.#startStep()
    let line: string
    do line = this.#readLine()
    while (/\\ ?$/.test(line))
  }

  #readName(): string {
    const start = this.#startStep()
    for (;;) {
      const character = this.#window.readCharacter()
      if (character === EQUALS) return trimWhiteSpace(this.#textBetween(start, this.#window.offset - 1))
      if (character === undefined || character === LINE_FEED || character === CARRIAGE_RETURN) {
        throw new Fault('an option has no equals sign', start)
      }
    }
  }

  #readValue(): string {
    const start = this.#window.offset
    for (;;) {
      const lineStart = this.#startStep()
      const line = this.#readLine()
      const isBlank = trimWhiteSpace(line) === ''
      if (!isBlank && line.endsWith('\\')) continue
      // A blank line ends a continued value, which then keeps the line feed of its last line.
      const isCutOff = isBlank && this.#bytes[lineStart - 1] === LINE_FEED
      const value = trimWhiteSpace(this.#textBetween(start, isBlank ? lineStart : this.#window.offset))
      return isCutOff ? `${value}\n` : value
    }
  }

  /** The rest of the line without its line feed. */
  #readLine(): string {
    const start = this.#window.offset
    const hasLineFeed = this.#window.skipPast(LINE_FEED)
    return this.#textBetween(start, this.#window.offset - (hasLineFeed ? 1 : 0))
  }

  #textBetween(start: number, end: number): string {
    const isAscii = this.#bytes.byteLength === this.#text.length // so offsets are indexes as well
    if (isAscii) return this.#text.slice(start, end)
    return decodeUtf8(this.#bytes.subarray(start, end), 'A unit')
  }
}
