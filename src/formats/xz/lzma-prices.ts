import {
  ALIGN,
  ALIGN_BITS,
  distanceSlot,
  FIRST_ALIGNED_SLOT,
  FIRST_OPEN_SLOT,
  LENGTH_CHOICE_2,
  LENGTH_CONTEXTS,
  LENGTH_LONG,
  LENGTH_MIDDLE,
  LENGTH_SHORT,
  lengthContext,
  MATCH_LENGTH,
  MAX_MATCH_LENGTH,
  MIN_MATCH_LENGTH,
  PROBABILITY_BITS,
  REPEAT_LENGTH,
  SHORT_LENGTHS,
  SLOT,
  SLOT_COUNT,
  SPECIAL,
} from './lzma-model.ts'

/** Prices count sixteenths of a bit. */
const UNITS_PER_BIT = 16

/** Price of a zero bit by its probability. */
let madeBitPrices: Uint16Array | undefined

function makeBitPrices(): Uint16Array {
  return Uint16Array.from({ length: 1 << PROBABILITY_BITS }, (_, probability) =>
    Math.round(-Math.log2((probability + 0.5) / (1 << PROBABILITY_BITS)) * UNITS_PER_BIT),
  )
}

/** What a bit costs with the probability that it is zero. */
export function bitPrice(probability: number, bit: number): number {
  madeBitPrices ??= makeBitPrices()
  return madeBitPrices[bit === 0 ? probability : (1 << PROBABILITY_BITS) - 1 - probability] as number
}

function treePrice(probabilities: Uint16Array, base: number, bitCount: number, value: number): number {
  let price = 0
  let symbol = 1
  for (let shift = bitCount - 1; shift >= 0; shift--) {
    const bit = (value >>> shift) & 1
    price += bitPrice(probabilities[base + symbol] as number, bit)
    symbol = (symbol << 1) | bit
  }
  return price
}

function reverseTreePrice(probabilities: Uint16Array, base: number, bitCount: number, value: number): number {
  let price = 0
  let symbol = 1
  for (let shift = 0; shift < bitCount; shift++) {
    const bit = (value >>> shift) & 1
    price += bitPrice(probabilities[base + symbol] as number, bit)
    symbol = (symbol << 1) | bit
  }
  return price
}

/** Distances below this are priced one by one. */
const NEAR_DISTANCES = 128

/**
 * What lengths and distances cost with the model as it was at the last {@link LengthAndDistancePrices.update}. Computing
 * them anew for each match would take most of the time.
 */
export class LengthAndDistancePrices {
  readonly #probabilities: Uint16Array
  readonly #positionStateCount: number
  /** By position state and length. */
  readonly #matchLengths: Int32Array
  readonly #repeatLengths: Int32Array
  /** By length context and slot, and by length context and near distance. */
  readonly #slots = new Int32Array(LENGTH_CONTEXTS * SLOT_COUNT)
  readonly #nearDistances = new Int32Array(LENGTH_CONTEXTS * NEAR_DISTANCES)
  readonly #aligned = new Int32Array(1 << ALIGN_BITS)

  constructor(probabilities: Uint16Array, positionStateCount: number) {
    this.#probabilities = probabilities
    this.#positionStateCount = positionStateCount
    this.#matchLengths = new Int32Array(positionStateCount * (MAX_MATCH_LENGTH + 1))
    this.#repeatLengths = new Int32Array(positionStateCount * (MAX_MATCH_LENGTH + 1))
  }

  /** Computes all prices from the model as it is now. */
  update(): void {
    this.#updateLengths(this.#matchLengths, MATCH_LENGTH)
    this.#updateLengths(this.#repeatLengths, REPEAT_LENGTH)
    this.#updateDistances()
  }

  matchLength(positionState: number, length: number): number {
    return this.#matchLengths[positionState * (MAX_MATCH_LENGTH + 1) + length] as number
  }

  repeatLength(positionState: number, length: number): number {
    return this.#repeatLengths[positionState * (MAX_MATCH_LENGTH + 1) + length] as number
  }

  /** Distances count from 0. */
  distance(distance: number, length: number): number {
    const context = lengthContext(length)
    if (distance < NEAR_DISTANCES) return this.#nearDistances[context * NEAR_DISTANCES + distance] as number
    const slotPrice = this.#slots[context * SLOT_COUNT + distanceSlot(distance)] as number
    return slotPrice + (this.#aligned[distance & ((1 << ALIGN_BITS) - 1)] as number)
  }

  #updateLengths(prices: Int32Array, model: number): void {
    const probabilities = this.#probabilities
    const choice = probabilities[model] as number
    const choice2 = probabilities[model + LENGTH_CHOICE_2] as number
    const isMiddle = bitPrice(choice, 1) + bitPrice(choice2, 0)
    const isLong = bitPrice(choice, 1) + bitPrice(choice2, 1)
    for (let positionState = 0; positionState < this.#positionStateCount; positionState++) {
      const base = positionState * (MAX_MATCH_LENGTH + 1) + MIN_MATCH_LENGTH
      const offset = positionState << 3
      for (let rest = 0; rest <= MAX_MATCH_LENGTH - MIN_MATCH_LENGTH; rest++) {
        prices[base + rest] =
          rest < SHORT_LENGTHS
            ? bitPrice(choice, 0) + treePrice(probabilities, model + LENGTH_SHORT + offset, 3, rest)
            : rest < 2 * SHORT_LENGTHS
              ? isMiddle + treePrice(probabilities, model + LENGTH_MIDDLE + offset, 3, rest - SHORT_LENGTHS)
              : isLong + treePrice(probabilities, model + LENGTH_LONG, 8, rest - 2 * SHORT_LENGTHS)
      }
    }
  }

  #updateDistances(): void {
    const probabilities = this.#probabilities
    for (let value = 0; value < 1 << ALIGN_BITS; value++) {
      this.#aligned[value] = reverseTreePrice(probabilities, ALIGN, ALIGN_BITS, value)
    }
    for (let context = 0; context < LENGTH_CONTEXTS; context++) {
      for (let slot = 0; slot < SLOT_COUNT; slot++) {
        const directBits = slot < FIRST_ALIGNED_SLOT ? 0 : (slot >>> 1) - 1 - ALIGN_BITS
        this.#slots[context * SLOT_COUNT + slot] =
          treePrice(probabilities, SLOT + context * SLOT_COUNT, 6, slot) + directBits * UNITS_PER_BIT
      }
      for (let distance = 0; distance < NEAR_DISTANCES; distance++) {
        const slot = distanceSlot(distance)
        this.#nearDistances[context * NEAR_DISTANCES + distance] =
          (this.#slots[context * SLOT_COUNT + slot] as number) + this.#openBitsPrice(slot, distance)
      }
    }
  }

  #openBitsPrice(slot: number, distance: number): number {
    if (slot < FIRST_OPEN_SLOT) return 0
    const bitCount = (slot >>> 1) - 1
    const base = (2 | (slot & 1)) << bitCount
    return reverseTreePrice(this.#probabilities, SPECIAL + base - slot, bitCount, distance - base)
  }
}
