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
  LONG_LENGTHS,
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

/**
 * Price of a zero bit by its probability; a one bit's is at the other end. The first {@link LengthAndDistancePrices} of a
 * process fills it in, since most commands compress nothing.
 */
export const BIT_PRICES: Uint16Array = new Uint16Array(1 << PROBABILITY_BITS)

/** A one bit's price has the index of the zero bit's with these bits turned over. */
export const ONE_BIT: number = (1 << PROBABILITY_BITS) - 1

/** Rounded to the nearest unit. Prices rise slowly, so it is quicker to work out where each one ends than what each is. */
function fillBitPrices(): void {
  let end = BIT_PRICES.length
  for (let price = 0; end > 0; price++) {
    const start = Math.max(0, Math.ceil(2 ** (PROBABILITY_BITS - (price + 0.5) / UNITS_PER_BIT) - 0.5))
    BIT_PRICES.fill(price, start, end)
    end = start
  }
}

/** What a bit costs with the probability that it is zero. */
export function bitPrice(probability: number, bit: number): number {
  return BIT_PRICES[probability ^ ((0 - bit) & ONE_BIT)] as number
}

/** Lengths have this many entries for each position state. */
export const LENGTH_STRIDE: number = MAX_MATCH_LENGTH + 1

/** Distances below this are priced one by one. */
const NEAR_DISTANCES = 128
const ALIGN_MASK: number = (1 << ALIGN_BITS) - 1

/**
 * What lengths and distances cost with the model as it was at the last {@link LengthAndDistancePrices.update}. Computing
 * them anew for each match would take most of the time.
 */
export class LengthAndDistancePrices {
  /** By position state, {@link LENGTH_STRIDE} apart, and length. */
  readonly matchLengths: Int32Array
  readonly repeatLengths: Int32Array

  readonly #probabilities: Uint16Array
  readonly #positionStateCount: number
  /** By length context and slot, and by length context and near distance. */
  readonly #slots = new Int32Array(LENGTH_CONTEXTS * SLOT_COUNT)
  readonly #nearDistances = new Int32Array(LENGTH_CONTEXTS * NEAR_DISTANCES)
  readonly #aligned = new Int32Array(1 << ALIGN_BITS)
  /** Prices of a tree's nodes, which are numbered as the model numbers them. */
  readonly #nodes = new Int32Array(2 * LONG_LENGTHS)

  constructor(probabilities: Uint16Array, positionStateCount: number) {
    if (BIT_PRICES[0] === 0) fillBitPrices()
    this.#probabilities = probabilities
    this.#positionStateCount = positionStateCount
    this.matchLengths = new Int32Array(positionStateCount * LENGTH_STRIDE)
    this.repeatLengths = new Int32Array(positionStateCount * LENGTH_STRIDE)
  }

  /** Computes all prices from the model as it is now. */
  update(): void {
    this.#updateLengths(this.matchLengths, MATCH_LENGTH)
    this.#updateLengths(this.repeatLengths, REPEAT_LENGTH)
    this.#updateDistances()
  }

  /** Distances count from 0. */
  distance(distance: number, lengthContext: number): number {
    if (distance < NEAR_DISTANCES) return this.#nearDistances[lengthContext * NEAR_DISTANCES + distance] as number
    const slotPrice = this.#slots[lengthContext * SLOT_COUNT + distanceSlot(distance)] as number
    return slotPrice + (this.#aligned[distance & ALIGN_MASK] as number)
  }

  #updateLengths(prices: Int32Array, model: number): void {
    const choice = this.#probabilities[model] as number
    const choice2 = this.#probabilities[model + LENGTH_CHOICE_2] as number
    const isMiddle = bitPrice(choice, 1) + bitPrice(choice2, 0)
    const isLong = bitPrice(choice, 1) + bitPrice(choice2, 1)
    const long = MIN_MATCH_LENGTH + 2 * SHORT_LENGTHS
    for (let positionState = 0; positionState < this.#positionStateCount; positionState++) {
      const base = positionState * LENGTH_STRIDE
      const offset = positionState << 3
      const middle = base + MIN_MATCH_LENGTH + SHORT_LENGTHS
      this.#updateTree(prices, base + MIN_MATCH_LENGTH, model + LENGTH_SHORT + offset, 3, bitPrice(choice, 0))
      this.#updateTree(prices, middle, model + LENGTH_MIDDLE + offset, 3, isMiddle)
      if (positionState === 0) this.#updateTree(prices, long, model + LENGTH_LONG, 8, isLong)
      else prices.copyWithin(base + long, long, LENGTH_STRIDE)
    }
  }

  #updateDistances(): void {
    const probabilities = this.#probabilities
    const slots = this.#slots
    const near = this.#nearDistances
    for (let value = 0; value <= ALIGN_MASK; value++) {
      this.#aligned[value] = reverseTreePrice(probabilities, ALIGN, ALIGN_BITS, value)
    }
    for (let context = 0; context < LENGTH_CONTEXTS; context++) {
      const base = context * SLOT_COUNT
      this.#updateTree(slots, base, SLOT + base, 6, 0)
      for (let slot = FIRST_ALIGNED_SLOT; slot < SLOT_COUNT; slot++) {
        slots[base + slot] = (slots[base + slot] as number) + ((slot >>> 1) - 1 - ALIGN_BITS) * UNITS_PER_BIT
      }
    }
    for (let distance = 0; distance < NEAR_DISTANCES; distance++) {
      const slot = distanceSlot(distance)
      const openBitsPrice = this.#openBitsPrice(slot, distance)
      for (let context = 0; context < LENGTH_CONTEXTS; context++) {
        near[context * NEAR_DISTANCES + distance] = (slots[context * SLOT_COUNT + slot] as number) + openBitsPrice
      }
    }
  }

  #openBitsPrice(slot: number, distance: number): number {
    if (slot < FIRST_OPEN_SLOT) return 0
    const bitCount = (slot >>> 1) - 1
    const base = (2 | (slot & 1)) << bitCount
    return reverseTreePrice(this.#probabilities, SPECIAL + base - slot, bitCount, distance - base)
  }

  /** Prices of all values of a tree, each with `price` added, from the root down. */
  #updateTree(prices: Int32Array, offset: number, model: number, bitCount: number, price: number): void {
    const probabilities = this.#probabilities
    const nodes = this.#nodes
    const leafCount = 1 << bitCount
    nodes[1] = price
    for (let node = 1; node < leafCount; node++) {
      const nodePrice = nodes[node] as number
      const probability = probabilities[model + node] as number
      nodes[2 * node] = nodePrice + (BIT_PRICES[probability] as number)
      nodes[2 * node + 1] = nodePrice + (BIT_PRICES[probability ^ ONE_BIT] as number)
    }
    for (let leaf = 0; leaf < leafCount; leaf++) prices[offset + leaf] = nodes[leafCount + leaf] as number
  }
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
