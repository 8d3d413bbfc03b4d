import type { LzmaEngine, LzmaRun } from './lzma-engine.ts'
import {
  ALIGN,
  ALIGN_BITS,
  FIRST_ALIGNED_SLOT,
  FIRST_MATCH_STATE,
  FIRST_OPEN_SLOT,
  INITIAL_PROBABILITY,
  IS_MATCH,
  IS_REPEAT,
  IS_REPEAT_0,
  IS_REPEAT_0_LONG,
  IS_REPEAT_1,
  IS_REPEAT_2,
  LENGTH_CHOICE_2,
  LENGTH_LONG,
  LENGTH_MIDDLE,
  LENGTH_SHORT,
  LITERAL,
  LITERAL_CONTEXT_SIZE,
  LONG_LENGTHS,
  lengthContext,
  MATCH_LENGTH,
  MIN_MATCH_LENGTH,
  MODEL_SIZE,
  REPEAT_LENGTH,
  SHORT_LENGTHS,
  SLOT,
  SLOT_COUNT,
  SPECIAL,
  stateAfterLiteral,
  stateAfterMatch,
  stateAfterRepeat,
  stateAfterShortRepeat,
} from './lzma-model.ts'
import { decodeLzmaProperties } from './lzma-properties.ts'
import { RangeDecoder } from './range-decoder.ts'

/** The engine in JavaScript, which runs everywhere, and which WebAssembly's is measured against. */
export class LzmaDecoder implements LzmaEngine {
  readonly #range = new RangeDecoder()
  readonly #probabilities = new Uint16Array(MODEL_SIZE)
  #state = 0
  /** The last four distances, counted from 0. */
  #distance0 = 0
  #distance1 = 0
  #distance2 = 0
  #distance3 = 0
  #literalContextBits = 0
  #literalPositionMask = 0
  #positionMask = 0
  #output: Uint8Array

  constructor(outputByteLength: number) {
    this.#output = new Uint8Array(outputByteLength)
  }

  get output(): Uint8Array {
    return this.#output
  }

  grow(byteLength: number): void {
    if (byteLength <= this.#output.byteLength) return
    const larger = new Uint8Array(byteLength)
    larger.set(this.#output)
    this.#output = larger
  }

  setProperties(byte: number): boolean {
    const properties = decodeLzmaProperties(byte)
    if (!properties) return false
    this.#literalContextBits = properties.literalContextBits
    this.#literalPositionMask = properties.literalPositionMask
    this.#positionMask = properties.positionMask
    this.reset()
    return true
  }

  reset(): void {
    this.#probabilities.fill(INITIAL_PROBABILITY)
    this.#state = 0
    this.#distance0 = 0
    this.#distance1 = 0
    this.#distance2 = 0
    this.#distance3 = 0
  }

  decode(run: LzmaRun): boolean {
    const { input, start, end, dictionaryByteLength } = run
    const output = this.#output
    const range = this.#range
    const probabilities = this.#probabilities
    if (!range.start(input)) return false
    let position = run.position
    let state = this.#state
    while (position < end) {
      const positionState = position & this.#positionMask
      if (range.bit(probabilities, IS_MATCH + (state << 4) + positionState) === 0) {
        output[position] = this.#literal(output, position, state)
        position++
        state = stateAfterLiteral(state)
        continue
      }
      let length = 1
      if (range.bit(probabilities, IS_REPEAT + state) === 0) {
        length = this.#length(MATCH_LENGTH, positionState)
        this.#distance3 = this.#distance2
        this.#distance2 = this.#distance1
        this.#distance1 = this.#distance0
        this.#distance0 = this.#distance(length)
        state = stateAfterMatch(state)
      } else if (this.#isShortRepeat(state, positionState)) state = stateAfterShortRepeat(state)
      else {
        length = this.#length(REPEAT_LENGTH, positionState)
        state = stateAfterRepeat(state)
      }

      // Distances count from 0; beyond 2^31 they are negative here, and never valid.
      const distance = this.#distance0
      const isReachable = distance >= 0 && distance < position - start && distance < dictionaryByteLength
      if (!isReachable || length > end - position) return false
      const matchEnd = position + length
      let from = position - distance - 1
      while (position < matchEnd) output[position++] = output[from++] as number
    }
    this.#state = state
    return range.finish()
  }

  #literal(output: Uint8Array, position: number, state: number): number {
    const before = (output[position - 1] as number) >>> (8 - this.#literalContextBits)
    const context = ((position & this.#literalPositionMask) << this.#literalContextBits) + before
    const model = LITERAL + context * LITERAL_CONTEXT_SIZE
    if (state < FIRST_MATCH_STATE) return this.#range.tree(this.#probabilities, model, 0x100)
    // Behind a match, the byte that would have gone on with it tells what the literal is not.
    return this.#range.expectedTree(this.#probabilities, model, output[position - this.#distance0 - 1] as number)
  }

  /** Decodes which of the last distances is repeated and makes it the latest. Tells whether it is for a single byte. */
  #isShortRepeat(state: number, positionState: number): boolean {
    const range = this.#range
    const probabilities = this.#probabilities
    if (range.bit(probabilities, IS_REPEAT_0 + state) === 0) {
      return range.bit(probabilities, IS_REPEAT_0_LONG + (state << 4) + positionState) === 0
    }
    let distance = this.#distance1
    if (range.bit(probabilities, IS_REPEAT_1 + state) === 1) {
      distance = this.#distance2
      if (range.bit(probabilities, IS_REPEAT_2 + state) === 1) {
        distance = this.#distance3
        this.#distance3 = this.#distance2
      }
      this.#distance2 = this.#distance1
    }
    this.#distance1 = this.#distance0
    this.#distance0 = distance
    return false
  }

  #length(model: number, positionState: number): number {
    const range = this.#range
    const probabilities = this.#probabilities
    const offset = positionState << 3
    if (range.bit(probabilities, model) === 0) {
      return MIN_MATCH_LENGTH + range.tree(probabilities, model + LENGTH_SHORT + offset, SHORT_LENGTHS)
    }
    if (range.bit(probabilities, model + LENGTH_CHOICE_2) === 0) {
      return MIN_MATCH_LENGTH + SHORT_LENGTHS + range.tree(probabilities, model + LENGTH_MIDDLE + offset, SHORT_LENGTHS)
    }
    return MIN_MATCH_LENGTH + 2 * SHORT_LENGTHS + range.tree(probabilities, model + LENGTH_LONG, LONG_LENGTHS)
  }

  #distance(length: number): number {
    const range = this.#range
    const probabilities = this.#probabilities
    const slot = range.tree(probabilities, SLOT + lengthContext(length) * SLOT_COUNT, SLOT_COUNT)
    if (slot < FIRST_OPEN_SLOT) return slot
    const bitCount = (slot >>> 1) - 1
    const base = (2 | (slot & 1)) << bitCount
    if (slot < FIRST_ALIGNED_SLOT) return base + range.reverseTree(probabilities, SPECIAL + base - slot, bitCount)
    const direct = range.direct(bitCount - ALIGN_BITS) << ALIGN_BITS
    return (base + direct + range.reverseTree(probabilities, ALIGN, ALIGN_BITS)) | 0
  }
}
