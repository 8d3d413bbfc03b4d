import { MAX_ENTRY_COUNT } from './limits.ts'

/** Words of an entry. */
export const ENTRY_LENGTH = 2

const FIRST_CAPACITY = 64

/** Set beside the end of a string or a name that holds more than ASCII as it stands. Offsets stay far below it. */
const ENCODED = 2 ** 30

/**
 * What stands where in a JSON text, in two words for each of its parts, in text order:
 *
 * | part | first word | second word |
 * |---|---|---|
 * | string, name | its start | its end, marked when it has to be decoded |
 * | number, `true`, `false`, `null` | its start | its end |
 * | opening bracket | its start | index of the entry behind the closing bracket's |
 * | closing bracket | its end | number of elements or members |
 *
 * A member is a name followed by a value. An index counts words.
 */
export class Tape {
  words: Int32Array = new Int32Array(FIRST_CAPACITY)
  length = 0
  /** Whether entries were left out for want of room; the tape is of no use then. */
  isOverfull = false

  readonly #maxLength = MAX_ENTRY_COUNT * ENTRY_LENGTH

  /** Adds an entry and gives its index. */
  append(first: number, second: number): number {
    const index = this.length
    if (index === this.words.length && !this.#grow()) return index
    this.words[index] = first
    this.words[index + 1] = second
    this.length = index + ENTRY_LENGTH
    return index
  }

  #grow(): boolean {
    if (this.words.length >= this.#maxLength) {
      this.isOverfull = true
      return false
    }
    const words = new Int32Array(Math.min(this.words.length * 2, this.#maxLength))
    words.set(this.words)
    this.words = words
    return true
  }
}

/** The second word of a string or a name. */
export function stringEnd(end: number, isEncoded: boolean): number {
  return isEncoded ? end | ENCODED : end
}

/** The end in the second word of anything but brackets. */
export function endIn(word: number): number {
  return word & ~ENCODED
}

/** Whether the string or name of this second word has to be decoded. */
export function isEncodedIn(word: number): boolean {
  return (word & ENCODED) !== 0
}
