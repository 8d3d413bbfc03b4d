import { ADAPTATION_SHIFT, PROBABILITY_BITS } from './lzma-model.ts'

const FULL_PROBABILITY = 1 << PROBABILITY_BITS

/** Bytes that {@link RangeEncoder.finish} adds at most, beside those that wait for a carry. */
const FLUSH_BYTE_LENGTH = 5

/** The range coder's writing side: bits with their probabilities become bytes. */
export class RangeEncoder {
  #bytes = new Uint8Array(0x11000)
  #byteLength = 0
  // 32 bits each, kept as signed numbers: engines hold those in registers, and larger ones as floating point.
  #low = 0
  /** The bit above `low`. */
  #carry = 0
  #range = -1
  /** The byte that a carry could still change, and how many 0xFF bytes behind it that a carry would turn over. */
  #pending = 0
  #pendingCount = 0

  /** Bytes that a run takes when it is finished now. */
  get byteLength(): number {
    return this.#byteLength + this.#pendingCount + FLUSH_BYTE_LENGTH
  }

  /** Encodes one bit and lets the probability follow it. */
  bit(probabilities: Uint16Array, index: number, bit: number): void {
    const probability = probabilities[index] as number
    const bound = Math.imul(this.#range >>> PROBABILITY_BITS, probability)
    if (bit === 0) {
      this.#range = bound
      probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
    } else {
      this.#raise(bound)
      this.#range = (this.#range - bound) | 0
      probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
    }
    if (this.#range >>> 24 === 0) this.#normalize()
  }

  /** Encodes the lowest `bitCount` bits of a value, highest first, in a tree of probabilities. */
  tree(probabilities: Uint16Array, base: number, bitCount: number, value: number): void {
    let symbol = 1
    for (let shift = bitCount - 1; shift >= 0; shift--) {
      const bit = (value >>> shift) & 1
      this.bit(probabilities, base + symbol, bit)
      symbol = (symbol << 1) | bit
    }
  }

  /** As {@link tree}, lowest bit first. */
  reverseTree(probabilities: Uint16Array, base: number, bitCount: number, value: number): void {
    let symbol = 1
    for (let shift = 0; shift < bitCount; shift++) {
      const bit = (value >>> shift) & 1
      this.bit(probabilities, base + symbol, bit)
      symbol = (symbol << 1) | bit
    }
  }

  /** Encodes bits whose chances are even, highest first. */
  direct(value: number, bitCount: number): void {
    for (let shift = bitCount - 1; shift >= 0; shift--) {
      this.#range >>>= 1
      if ((value >>> shift) & 1) this.#raise(this.#range)
      if (this.#range >>> 24 === 0) this.#normalize()
    }
  }

  /** The bytes of the run, as a view until the next run starts, which is now. */
  finish(): Uint8Array {
    for (let count = 0; count < FLUSH_BYTE_LENGTH; count++) this.#shiftLow()
    const bytes = this.#bytes.subarray(0, this.#byteLength)
    this.#byteLength = 0
    this.#low = 0
    this.#carry = 0
    this.#range = -1
    this.#pendingCount = 0
    this.#pending = 0
    return bytes
  }

  /** Adds to `low`, 32 bits of it. */
  #raise(amount: number): void {
    const low = (this.#low + amount) | 0
    if (low >>> 0 < amount >>> 0) this.#carry = 1
    this.#low = low
  }

  #normalize(): void {
    this.#range <<= 8
    this.#shiftLow()
  }

  /** Moves the top byte of `low` out, unless it is 0xFF: then a carry may still run through it. */
  #shiftLow(): void {
    const top = this.#low >>> 24
    const carry = this.#carry
    if (top < 0xff || carry > 0) {
      this.#push(this.#pending + carry)
      for (; this.#pendingCount > 0; this.#pendingCount--) this.#push(0xff + carry)
      this.#pending = top
      this.#carry = 0
    } else this.#pendingCount++
    this.#low <<= 8
  }

  #push(byte: number): void {
    this.#bytes[this.#byteLength++] = byte
  }
}
