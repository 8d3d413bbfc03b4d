import {
  ADAPTATION_SHIFT,
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
  LENGTH_CONTEXTS,
  LENGTH_LONG,
  LENGTH_MIDDLE,
  LENGTH_SHORT,
  LITERAL,
  LITERAL_CONTEXT_SIZE,
  LONG_LENGTHS,
  MATCH_LENGTH,
  MAX_LITERAL_BITS,
  MIN_MATCH_LENGTH,
  MODEL_SIZE,
  PROBABILITY_BITS,
  REPEAT_LENGTH,
  SHORT_LENGTHS,
  SLOT,
  SLOT_COUNT,
  SPECIAL,
} from './lzma-model.ts'

const FULL_PROBABILITY = 1 << PROBABILITY_BITS
const RANGE_CODER_BYTE_LENGTH = 5

/** The next states, after a literal, a match, a repeated match, and a single repeated byte. */
const AFTER_LITERAL: Uint8Array = Uint8Array.of(0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5)

/** One run of LZMA data to decode. */
export interface LzmaRun {
  /** The compressed bytes, all of them. */
  readonly input: Uint8Array
  /** What has been decoded so far; the run is decoded right behind it. */
  readonly output: Uint8Array
  /** Where the run starts and ends in the output. Positions modulo 16 are what the encoder counted. */
  readonly position: number
  readonly end: number
  /** First byte of the output that a match may reach back to. The byte before it is zero. */
  readonly start: number
  /** How far back a match may reach. */
  readonly dictionaryByteLength: number
}

/**
 * The LZMA decoder: the model's state, kept from run to run as LZMA2 wants it.
 *
 * The range coder is written out at each place that decodes a bit, with everything in local variables and integers of 32
 * bits. As methods or closures it takes two to three times as long, and this is where an image's time goes.
 */
export class LzmaDecoder {
  readonly #probabilities = new Uint16Array(MODEL_SIZE)
  #state = 0
  #distance0 = 0
  #distance1 = 0
  #distance2 = 0
  #distance3 = 0
  #literalContextBits = 0
  #literalPositionMask = 0
  #positionMask = 0

  /** Starts over with other parameters, packed in one byte. Gives `false`, and does nothing, when they are out of range. */
  setProperties(byte: number): boolean {
    const literalContextBits = byte % 9
    const literalPositionBits = Math.floor(byte / 9) % 5
    const positionBits = Math.floor(byte / 45)
    if (positionBits > 4 || literalContextBits + literalPositionBits > MAX_LITERAL_BITS) return false
    this.#literalContextBits = literalContextBits
    this.#literalPositionMask = (1 << literalPositionBits) - 1
    this.#positionMask = (1 << positionBits) - 1
    this.reset()
    return true
  }

  /** Forgets what has been learnt. */
  reset(): void {
    this.#probabilities.fill(INITIAL_PROBABILITY)
    this.#state = 0
    this.#distance0 = 0
    this.#distance1 = 0
    this.#distance2 = 0
    this.#distance3 = 0
  }

  /** Decodes a run. Gives `false` when the input is damaged: it reaches too far, or does not end where it should. */
  decode(run: LzmaRun): boolean {
    const { input, output, start, end, dictionaryByteLength } = run
    const probabilities = this.#probabilities
    const literalContextShift = 8 - this.#literalContextBits
    const literalContextBits = this.#literalContextBits
    const literalPositionMask = this.#literalPositionMask
    const positionMask = this.#positionMask

    if (input.length < RANGE_CODER_BYTE_LENGTH || input[0] !== 0) return false
    let range = 0xffffffff | 0
    let code =
      ((input[1] as number) << 24) | ((input[2] as number) << 16) | ((input[3] as number) << 8) | (input[4] as number)
    let next = RANGE_CODER_BYTE_LENGTH

    let state = this.#state
    let distance0 = this.#distance0
    let distance1 = this.#distance1
    let distance2 = this.#distance2
    let distance3 = this.#distance3
    let position = run.position

    let index = 0
    let probability = 0
    let bound = 0

    while (position < end) {
      const positionState = position & positionMask
      index = IS_MATCH + (state << 4) + positionState
      probability = probabilities[index] as number
      if (range >>> 24 === 0) {
        range <<= 8
        code = (code << 8) | (input[next++] as number)
      }
      bound = Math.imul(range >>> PROBABILITY_BITS, probability)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)

        const literalPosition = (position & literalPositionMask) << literalContextBits
        const literalContext = literalPosition + ((output[position - 1] as number) >>> literalContextShift)
        const model = LITERAL + literalContext * LITERAL_CONTEXT_SIZE
        let symbol = 1
        if (state >= FIRST_MATCH_STATE) {
          // Behind a match, the byte that would have gone on with it tells what the literal is not.
          let expected = output[position - distance0 - 1] as number
          let half = 0x100
          while (symbol < 0x100) {
            expected <<= 1
            const expectedBit = expected & half
            index = model + half + expectedBit + symbol
            probability = probabilities[index] as number
            if (range >>> 24 === 0) {
              range <<= 8
              code = (code << 8) | (input[next++] as number)
            }
            bound = Math.imul(range >>> PROBABILITY_BITS, probability)
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
        } else {
          while (symbol < 0x100) {
            index = model + symbol
            probability = probabilities[index] as number
            if (range >>> 24 === 0) {
              range <<= 8
              code = (code << 8) | (input[next++] as number)
            }
            bound = Math.imul(range >>> PROBABILITY_BITS, probability)
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
        }
        output[position++] = symbol
        state = AFTER_LITERAL[state] as number
        continue
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
      }

      let lengthModel = MATCH_LENGTH
      let isMatch = false
      index = IS_REPEAT + state
      probability = probabilities[index] as number
      if (range >>> 24 === 0) {
        range <<= 8
        code = (code << 8) | (input[next++] as number)
      }
      bound = Math.imul(range >>> PROBABILITY_BITS, probability)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
        isMatch = true
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
        lengthModel = REPEAT_LENGTH
      }
      if (isMatch) {
        distance3 = distance2
        distance2 = distance1
        distance1 = distance0
        state = state < FIRST_MATCH_STATE ? 7 : 10
      } else {
        let repeat = 0
        index = IS_REPEAT_0 + state
        probability = probabilities[index] as number
        if (range >>> 24 === 0) {
          range <<= 8
          code = (code << 8) | (input[next++] as number)
        }
        bound = Math.imul(range >>> PROBABILITY_BITS, probability)
        if (code >>> 0 < bound >>> 0) {
          range = bound
          probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
          index = IS_REPEAT_0_LONG + (state << 4) + positionState
          probability = probabilities[index] as number
          if (range >>> 24 === 0) {
            range <<= 8
            code = (code << 8) | (input[next++] as number)
          }
          bound = Math.imul(range >>> PROBABILITY_BITS, probability)
          if (code >>> 0 < bound >>> 0) {
            range = bound
            probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)

            if (!canReach(distance0, position, start, dictionaryByteLength)) return false
            output[position] = output[position - distance0 - 1] as number
            position++
            state = state < FIRST_MATCH_STATE ? 9 : 11
            continue
          } else {
            range = (range - bound) | 0
            code = (code - bound) | 0
            probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
          }
        } else {
          range = (range - bound) | 0
          code = (code - bound) | 0
          probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
          repeat = 1
        }
        if (repeat === 1) {
          index = IS_REPEAT_1 + state
          probability = probabilities[index] as number
          if (range >>> 24 === 0) {
            range <<= 8
            code = (code << 8) | (input[next++] as number)
          }
          bound = Math.imul(range >>> PROBABILITY_BITS, probability)
          if (code >>> 0 < bound >>> 0) {
            range = bound
            probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
          } else {
            range = (range - bound) | 0
            code = (code - bound) | 0
            probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
            repeat = 2
          }
        }
        if (repeat === 2) {
          index = IS_REPEAT_2 + state
          probability = probabilities[index] as number
          if (range >>> 24 === 0) {
            range <<= 8
            code = (code << 8) | (input[next++] as number)
          }
          bound = Math.imul(range >>> PROBABILITY_BITS, probability)
          if (code >>> 0 < bound >>> 0) {
            range = bound
            probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
          } else {
            range = (range - bound) | 0
            code = (code - bound) | 0
            probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
            repeat = 3
          }
        }
        if (repeat > 0) {
          const distance = repeat === 1 ? distance1 : repeat === 2 ? distance2 : distance3
          if (repeat === 3) distance3 = distance2
          if (repeat >= 2) distance2 = distance1
          distance1 = distance0
          distance0 = distance
        }
        state = state < FIRST_MATCH_STATE ? 8 : 11
      }

      let symbol = 1
      let lengthTree = lengthModel + LENGTH_SHORT + (positionState << 3)
      let symbolCount = SHORT_LENGTHS
      let length = MIN_MATCH_LENGTH
      index = lengthModel
      probability = probabilities[index] as number
      if (range >>> 24 === 0) {
        range <<= 8
        code = (code << 8) | (input[next++] as number)
      }
      bound = Math.imul(range >>> PROBABILITY_BITS, probability)
      if (code >>> 0 < bound >>> 0) {
        range = bound
        probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
      } else {
        range = (range - bound) | 0
        code = (code - bound) | 0
        probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
        index = lengthModel + LENGTH_CHOICE_2
        probability = probabilities[index] as number
        if (range >>> 24 === 0) {
          range <<= 8
          code = (code << 8) | (input[next++] as number)
        }
        bound = Math.imul(range >>> PROBABILITY_BITS, probability)
        if (code >>> 0 < bound >>> 0) {
          range = bound
          probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
          lengthTree = lengthModel + LENGTH_MIDDLE + (positionState << 3)
          length += SHORT_LENGTHS
        } else {
          range = (range - bound) | 0
          code = (code - bound) | 0
          probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
          lengthTree = lengthModel + LENGTH_LONG
          symbolCount = LONG_LENGTHS
          length += 2 * SHORT_LENGTHS
        }
      }

      while (symbol < symbolCount) {
        index = lengthTree + symbol
        probability = probabilities[index] as number
        if (range >>> 24 === 0) {
          range <<= 8
          code = (code << 8) | (input[next++] as number)
        }
        bound = Math.imul(range >>> PROBABILITY_BITS, probability)
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
      length += symbol - symbolCount

      if (isMatch) {
        const lengthContext =
          length < MIN_MATCH_LENGTH + LENGTH_CONTEXTS ? length - MIN_MATCH_LENGTH : LENGTH_CONTEXTS - 1
        const slots = SLOT + lengthContext * SLOT_COUNT
        symbol = 1
        while (symbol < SLOT_COUNT) {
          index = slots + symbol
          probability = probabilities[index] as number
          if (range >>> 24 === 0) {
            range <<= 8
            code = (code << 8) | (input[next++] as number)
          }
          bound = Math.imul(range >>> PROBABILITY_BITS, probability)
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
        const slot = symbol - SLOT_COUNT
        distance0 = slot
        if (slot >= FIRST_OPEN_SLOT) {
          let bitCount = (slot >>> 1) - 1
          let tree = SPECIAL - slot
          distance0 = (2 | (slot & 1)) << bitCount
          if (slot < FIRST_ALIGNED_SLOT) tree += distance0
          else {
            tree = ALIGN
            let direct = 0
            for (let count = bitCount - ALIGN_BITS; count > 0; count--) {
              if (range >>> 24 === 0) {
                range <<= 8
                code = (code << 8) | (input[next++] as number)
              }
              range >>>= 1
              if (code >>> 0 < range >>> 0) direct <<= 1
              else {
                code = (code - range) | 0
                direct = (direct << 1) | 1
              }
            }
            distance0 = (distance0 + (direct << ALIGN_BITS)) | 0
            bitCount = ALIGN_BITS
          }
          symbol = 1
          for (let bit = 0; bit < bitCount; bit++) {
            index = tree + symbol
            probability = probabilities[index] as number
            if (range >>> 24 === 0) {
              range <<= 8
              code = (code << 8) | (input[next++] as number)
            }
            bound = Math.imul(range >>> PROBABILITY_BITS, probability)
            if (code >>> 0 < bound >>> 0) {
              range = bound
              probabilities[index] = probability + ((FULL_PROBABILITY - probability) >>> ADAPTATION_SHIFT)
              symbol <<= 1
            } else {
              range = (range - bound) | 0
              code = (code - bound) | 0
              probabilities[index] = probability - (probability >>> ADAPTATION_SHIFT)
              symbol = (symbol << 1) | 1
              distance0 += 1 << bit
            }
          }
        }
      }

      if (!canReach(distance0, position, start, dictionaryByteLength) || length > end - position) return false
      const matchEnd = position + length
      let from = position - distance0 - 1
      while (position < matchEnd) output[position++] = output[from++] as number
    }

    if (range >>> 24 === 0) {
      range <<= 8
      code = (code << 8) | (input[next++] as number)
    }
    this.#state = state
    this.#distance0 = distance0
    this.#distance1 = distance1
    this.#distance2 = distance2
    this.#distance3 = distance3
    return next === input.length && code === 0
  }
}

/** Distances count from 0; beyond 2^31 they are negative here, and never valid. */
function canReach(distance: number, position: number, start: number, dictionaryByteLength: number): boolean {
  return distance >= 0 && distance < position - start && distance < dictionaryByteLength
}
