import {
  ALIGN,
  ALIGN_BITS,
  distanceSlot,
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
import { BIT_PRICES, ONE_BIT } from './lzma-prices.ts'
import { RangeEncoder } from './range-encoder.ts'

/** How the contexts of an LZMA model are chosen. */
export interface LzmaParameters {
  /** Bits of the byte before, 0 to 4, that choose a literal's context. */
  readonly literalContextBits: number
  /** Bits of the position that choose a literal's context; both together are at most 4. */
  readonly literalPositionBits: number
  /** Bits of the position, 0 to 4, that choose the contexts of matches. */
  readonly positionBits: number
}

/** The parameters in one byte. */
export function encodeParameters(parameters: LzmaParameters): number {
  return (parameters.positionBits * 5 + parameters.literalPositionBits) * 9 + parameters.literalContextBits
}

/** Writes LZMA symbols one by one: the model's state with its range coder. */
export class LzmaEncoder {
  readonly range: RangeEncoder = new RangeEncoder()
  readonly probabilities: Uint16Array = new Uint16Array(MODEL_SIZE)
  readonly positionMask: number
  /** What the last symbols were, and the last four distances, counted from 0. */
  state = 0
  readonly distances: [number, number, number, number] = [0, 0, 0, 0]

  readonly #bytes: Uint8Array
  readonly #literalContextBits: number
  readonly #literalPositionMask: number

  constructor(bytes: Uint8Array, parameters: LzmaParameters) {
    this.#bytes = bytes
    this.positionMask = (1 << parameters.positionBits) - 1
    this.#literalContextBits = parameters.literalContextBits
    this.#literalPositionMask = (1 << parameters.literalPositionBits) - 1
    this.reset()
  }

  /** Forgets what has been learnt. */
  reset(): void {
    this.probabilities.fill(INITIAL_PROBABILITY)
    this.state = 0
    this.distances.fill(0)
  }

  /** Where the model of the literal at a position starts. */
  literalModel(position: number): number {
    const before = position > 0 ? (this.#bytes[position - 1] as number) : 0
    const context =
      ((position & this.#literalPositionMask) << this.#literalContextBits) + (before >>> (8 - this.#literalContextBits))
    return LITERAL + context * LITERAL_CONTEXT_SIZE
  }

  /** What the literal at a position costs. Behind a match, the byte at `distance` helps to tell it. */
  literalPrice(position: number, state: number, distance: number): number {
    const { probabilities } = this
    const model = this.literalModel(position)
    const byte = this.#bytes[position] as number
    let expected = state >= FIRST_MATCH_STATE ? (this.#bytes[position - distance - 1] as number) : 0
    let half = state >= FIRST_MATCH_STATE ? 0x100 : 0
    let price = 0
    let symbol = 1
    for (let shift = 7; shift >= 0; shift--) {
      expected <<= 1
      const bit = (byte >>> shift) & 1
      const expectedBit = expected & half
      const probability = probabilities[model + half + expectedBit + symbol] as number
      price += BIT_PRICES[probability ^ ((0 - bit) & ONE_BIT)] as number
      symbol = (symbol << 1) | bit
      half = bit === 1 ? expectedBit : half ^ expectedBit
    }
    return price
  }

  literal(position: number): void {
    const { range, probabilities } = this
    range.bit(probabilities, IS_MATCH + (this.state << 4) + (position & this.positionMask), 0)
    const model = this.literalModel(position)
    const byte = this.#bytes[position] as number
    const isBehindMatch = this.state >= FIRST_MATCH_STATE
    let expected = isBehindMatch ? (this.#bytes[position - this.distances[0] - 1] as number) : 0
    let half = isBehindMatch ? 0x100 : 0
    let symbol = 1
    for (let shift = 7; shift >= 0; shift--) {
      expected <<= 1
      const bit = (byte >>> shift) & 1
      const expectedBit = expected & half
      range.bit(probabilities, model + half + expectedBit + symbol, bit)
      symbol = (symbol << 1) | bit
      half = bit === 1 ? expectedBit : half ^ expectedBit
    }
    this.state = stateAfterLiteral(this.state)
  }

  match(position: number, length: number, distance: number): void {
    const { range, probabilities, distances } = this
    const positionState = position & this.positionMask
    range.bit(probabilities, IS_MATCH + (this.state << 4) + positionState, 1)
    range.bit(probabilities, IS_REPEAT + this.state, 0)
    this.#length(MATCH_LENGTH, positionState, length)
    this.#distance(distance, length)
    distances[3] = distances[2]
    distances[2] = distances[1]
    distances[1] = distances[0]
    distances[0] = distance
    this.state = stateAfterMatch(this.state)
  }

  /** A match from one of the last distances. Only from the latest one may the length be 1. */
  repeat(position: number, length: number, index: number): void {
    const { range, probabilities, distances } = this
    const positionState = position & this.positionMask
    range.bit(probabilities, IS_MATCH + (this.state << 4) + positionState, 1)
    range.bit(probabilities, IS_REPEAT + this.state, 1)
    range.bit(probabilities, IS_REPEAT_0 + this.state, index === 0 ? 0 : 1)
    if (index === 0)
      range.bit(probabilities, IS_REPEAT_0_LONG + (this.state << 4) + positionState, length === 1 ? 0 : 1)
    else {
      range.bit(probabilities, IS_REPEAT_1 + this.state, index === 1 ? 0 : 1)
      if (index > 1) range.bit(probabilities, IS_REPEAT_2 + this.state, index - 2)
      const distance = distances[index] as number
      if (index > 2) distances[3] = distances[2]
      if (index > 1) distances[2] = distances[1]
      distances[1] = distances[0]
      distances[0] = distance
    }
    if (length === 1) this.state = stateAfterShortRepeat(this.state)
    else {
      this.#length(REPEAT_LENGTH, positionState, length)
      this.state = stateAfterRepeat(this.state)
    }
  }

  #length(model: number, positionState: number, length: number): void {
    const { range, probabilities } = this
    const rest = length - MIN_MATCH_LENGTH
    range.bit(probabilities, model, rest < SHORT_LENGTHS ? 0 : 1)
    if (rest < SHORT_LENGTHS) {
      range.tree(probabilities, model + LENGTH_SHORT + (positionState << 3), 3, rest)
      return
    }
    range.bit(probabilities, model + LENGTH_CHOICE_2, rest < 2 * SHORT_LENGTHS ? 0 : 1)
    if (rest < 2 * SHORT_LENGTHS) {
      range.tree(probabilities, model + LENGTH_MIDDLE + (positionState << 3), 3, rest - SHORT_LENGTHS)
    } else range.tree(probabilities, model + LENGTH_LONG, 8, rest - 2 * SHORT_LENGTHS)
  }

  #distance(distance: number, length: number): void {
    const { range, probabilities } = this
    const slot = distanceSlot(distance)
    range.tree(probabilities, SLOT + lengthContext(length) * SLOT_COUNT, 6, slot)
    if (slot < FIRST_OPEN_SLOT) return
    const bitCount = (slot >>> 1) - 1
    const base = (2 | (slot & 1)) << bitCount
    const rest = distance - base
    if (slot < FIRST_ALIGNED_SLOT) range.reverseTree(probabilities, SPECIAL + base - slot, bitCount, rest)
    else {
      range.direct(rest >>> ALIGN_BITS, bitCount - ALIGN_BITS)
      range.reverseTree(probabilities, ALIGN, ALIGN_BITS, rest & ((1 << ALIGN_BITS) - 1))
    }
  }
}
