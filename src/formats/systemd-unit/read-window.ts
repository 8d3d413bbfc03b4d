/** Bytes that the buffer holds. */
const CAPACITY = 4096

/** systemd cuts lines that are longer. */
const MAX_LINE_BYTE_LENGTH = 2047

/**
 * Reads valid UTF-8 by characters or lines, and keeps account of what the buffered reader of the real parser would hold.
 *
 * That parser looks for long lines only among the bytes in its buffer, which is filled up when it can't satisfy a read and
 * not earlier. Which long lines it sees hence depends on where they lie, and a verdict like its own needs the same account.
 */
export class ReadWindow {
  /** Of the next byte. May be set back to where the last character began. */
  offset = 0

  readonly #bytes: Uint8Array
  /** Behind the last byte in the buffer. */
  #end = 0
  /** The next line break, as far as it was looked for, so that no byte is looked at twice. */
  #lineBreak = -1

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Whether a longer line than systemd reads is in the buffer, as far as can be told from its next bytes. */
  holdsLongLine(): boolean {
    const limit = this.offset + MAX_LINE_BYTE_LENGTH
    if (limit >= this.#end) return false
    if (this.#lineBreak < this.offset) {
      this.#lineBreak = this.offset
      while (this.#lineBreak <= limit && !isLineBreak(this.#bytes[this.#lineBreak])) this.#lineBreak++
    }
    return this.#lineBreak > limit
  }

  /** The code point of the next character; `undefined` at the end. */
  readCharacter(): number | undefined {
    const first = this.#bytes[this.offset]
    if (first === undefined) return undefined
    const byteLength = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    if (this.offset + byteLength > this.#end) this.#fill()
    let codePoint = byteLength === 1 ? first : first & (0x7f >> byteLength)
    for (let index = 1; index < byteLength; index++) {
      codePoint = codePoint * 64 + ((this.#bytes[this.offset + index] ?? 0) & 0x3f)
    }
    this.offset += byteLength
    return codePoint
  }

  /** Moves behind the next such byte. Where there is none, moves to the end and gives false. */
  skipPast(byte: number): boolean {
    const index = this.#bytes.indexOf(byte, this.offset)
    const target = index < 0 ? this.#bytes.byteLength : index + 1
    while (this.#end < target) {
      if (this.#end - this.offset === CAPACITY) this.offset = this.#end // full: taken out as a whole
      this.#fill()
    }
    this.offset = target
    return index >= 0
  }

  #fill(): void {
    this.#end = Math.min(this.offset + CAPACITY, this.#bytes.byteLength)
  }
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d
}
