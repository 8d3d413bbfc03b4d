import { ADAPTATION_SHIFT, PROBABILITY_BITS } from './lzma-model.ts'

const FULL_PROBABILITY = 1 << PROBABILITY_BITS
const START_BYTE_LENGTH = 5

/**
 * The range coder's reading side: bytes become bits, by their probabilities.
 *
 * This is where an image's time goes. Range and code are integers of 32 bits, which is what `|` and `>>>` keep them at, and
 * each method that decodes more than one bit works on local variables.
 */
export class RangeDecoder {
  #input = new Uint8Array(0)
  #next = 0
  #range = 0
  #code = 0

  /** Starts a run. Gives `false` when the input does not start as one. */
  start(input: Uint8Array): boolean {
    if (input.length < START_BYTE_LENGTH || input[0] !== 0) return false
    const [, a = 0, b = 0, c = 0, d = 0] = input
    this.#input = input as Uint8Array<ArrayBuffer>
    this.#next = START_BYTE_LENGTH
    this.#range = -1
    this.#code = (a << 24) | (b << 16) | (c << 8) | d
    return true
  }

  /** Whether the run ends as it should: all input is used, and nothing is left over. */
  finish(): boolean {
    if (this.#range >>> 24 === 0) this.#shift()
    return this.#next === this.#input.length && this.#code === 0
  }

  /** Decodes one bit and lets the probability follow it. */
  bit(probabilities: Uint16Array, index: number): number {
    if (this.#range >>> 24 === 0) this.#shift()
    const probability = probabilities[index] as number
    const bound = Math.imul(this.#range >>> PROBABILITY_BITS, probability)
    if (this.#code >>> 0 < bound >>> 0) {
      this.#range = bound
      probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
      return 0
    }
    this.#range = (this.#range - bound) | 0
    this.#code = (this.#code - bound) | 0
    probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
    return 1
  }

  /** Decodes a value below `size`, a power of two, highest bit first, in a tree of probabilities. */
  tree(probabilities: Uint16Array, base: number, size: number): number {
    const input = this.#input
    let next = this.#next
    let range = this.#range
    let code = this.#code
    let symbol = 1
    while (symbol < size) {
      if (range >>> 24 === 0) {
        range <<= 8
        code = (code << 8) | (input[next++] as number)
      }
      const index = base + symbol
      const probability = probabilities[index] as number
      const bound = Math.imul(range >>> PROBABILITY_BITS, probability)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
        symbol <<= 1
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
        symbol = (symbol << 1) | 1
      }
    }
    this.#next = next
    this.#range = range
    this.#code = code
    return symbol - size
  }

  /** Decodes a byte in a tree that is chosen bit by bit by an expected byte, as long as that one is right. */
  expectedTree(probabilities: Uint16Array, base: number, expectedByte: number): number {
    const input = this.#input
    let next = this.#next
    let range = this.#range
    let code = this.#code
    let expected = expectedByte
    let half = 0x100
    let symbol = 1
    while (symbol < 0x100) {
      if (range >>> 24 === 0) {
        range <<= 8
        code = (code << 8) | (input[next++] as number)
      }
      expected <<= 1
      const expectedBit = expected & half
      const index = base + half + expectedBit + symbol
      const probability = probabilities[index] as number
      const bound = Math.imul(range >>> PROBABILITY_BITS, probability)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
        symbol <<= 1
        half ^= expectedBit
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
        symbol = (symbol << 1) | 1
        half = expectedBit
      }
    }
    this.#next = next
    this.#range = range
    this.#code = code
    return symbol & 0xff
  }

  /** Decodes `bitCount` bits, lowest first, in a tree of probabilities. */
  reverseTree(probabilities: Uint16Array, base: number, bitCount: number): number {
    let value = 0
    let symbol = 1
    for (let shift = 0; shift < bitCount; shift++) {
      const bit = this.bit(probabilities, base + symbol)
      symbol = (symbol << 1) | bit
      value |= bit << shift
    }
    return value
  }

  /** Decodes `bitCount` bits whose chances are even, highest first. */
  direct(bitCount: number): number {
    let value = 0
    for (let count = bitCount; count > 0; count--) {
      if (this.#range >>> 24 === 0) this.#shift()
      const half = this.#range >>> 1
      const isOne = this.#code >>> 0 >= half
      if (isOne) this.#code = (this.#code - half) | 0
      this.#range = half
      value = (value << 1) | (isOne ? 1 : 0)
    }
    return value
  }

  #shift(): void {
    this.#range <<= 8
    this.#code = (this.#code << 8) | (this.#input[this.#next++] as number)
  }
}
