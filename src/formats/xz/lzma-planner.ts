import type { LzmaEncoder } from './lzma-encoder.ts'
import {
  IS_MATCH,
  IS_REPEAT,
  IS_REPEAT_0,
  IS_REPEAT_0_LONG,
  IS_REPEAT_1,
  IS_REPEAT_2,
  LENGTH_CONTEXTS,
  lengthContext,
  MAX_MATCH_LENGTH,
  MIN_MATCH_LENGTH,
  stateAfterLiteral,
  stateAfterMatch,
  stateAfterRepeat,
} from './lzma-model.ts'
import { FIRST_MATCH_STEP, LITERAL_STEP, LzmaPlan, MAX_PLAN_BYTE_LENGTH, REPEAT_COUNT } from './lzma-plan.ts'
import { bitPrice, LENGTH_STRIDE, LengthAndDistancePrices } from './lzma-prices.ts'
import type { MatchFinder } from './match-finder.ts'

/** Prices of lengths and distances are computed anew after this many matches. */
const MATCHES_PER_UPDATE = 64

/** Lengths from this one on share a length context. */
const FIRST_COMMON_LENGTH: number = MIN_MATCH_LENGTH + LENGTH_CONTEXTS - 1

/**
 * Chooses among the many ways to write the next bytes the one that costs the least.
 *
 * It is a search for the shortest path: each byte is a node, each literal or match is an edge to a later node, and an edge
 * costs what the model of the moment says. Of all ways to a node only the cheapest is kept, see {@link LzmaPlan}. An edge
 * may also be three steps in one, a match, one literal and a repeat of the match behind it, since that pays off only as a
 * whole.
 */
export class LzmaPlanner {
  readonly #bytes: Uint8Array
  readonly #encoder: LzmaEncoder
  readonly #finder: MatchFinder
  readonly #niceLength: number
  readonly #plan = new LzmaPlan()
  readonly #prices: LengthAndDistancePrices
  #matchesUntilUpdate = 0

  /** Matches of `niceLength`, up to 273, are taken at once. */
  constructor(bytes: Uint8Array, encoder: LzmaEncoder, finder: MatchFinder, niceLength: number) {
    this.#bytes = bytes
    this.#encoder = encoder
    this.#finder = finder
    this.#niceLength = niceLength
    this.#prices = new LengthAndDistancePrices(encoder.probabilities, encoder.positionMask + 1)
  }

  /** Plans from `position` on, writes the steps with the encoder, and gives the position behind them. */
  encode(position: number): number {
    if (this.#matchesUntilUpdate <= 0) {
      this.#prices.update()
      this.#matchesUntilUpdate = MATCHES_PER_UPDATE
    }
    const end = this.#search(position)
    this.#matchesUntilUpdate -= this.#plan.write(this.#encoder, position, end)
    return position + end
  }

  /** Finds the cheapest way and gives the node where it ends. */
  #search(position: number): number {
    const plan = this.#plan
    const finder = this.#finder
    const end = this.#bytes.length - position
    plan.start(this.#encoder)
    for (let node = 0; ; node++) {
      if (node > 0) {
        plan.settle(node)
        if (node >= MAX_PLAN_BYTE_LENGTH || node === end || node === plan.reached) return node
      }
      const matchCount = finder.find()
      const longest = matchCount > 0 ? (finder.lengths[matchCount - 1] as number) : 0
      if (longest >= this.#niceLength) {
        // Little beats a match this long, and a run of them would be compared over and over.
        finder.skip(longest - 1)
        plan.reach(node + longest)
        plan.keep(node + longest, 0, node, this.#longestStep(node, position + node, longest, matchCount), longest, 0)
        return plan.settle(node + longest)
      }
      this.#expand(node, position + node, end - node, matchCount)
    }
  }

  /** How to copy as much as the longest match does: from one of the last distances if possible, which is cheapest. */
  #longestStep(node: number, position: number, longest: number, matchCount: number): number {
    for (let index = 0; index < REPEAT_COUNT; index++) {
      const distance = this.#plan.distances[node * REPEAT_COUNT + index] as number
      if (this.#matchLength(position, distance, longest) === longest) return index
    }
    return FIRST_MATCH_STEP + (this.#finder.distances[matchCount - 1] as number)
  }

  /** Offers all edges that start at a node. */
  #expand(node: number, position: number, available: number, matchCount: number): void {
    const { probabilities, positionMask } = this.#encoder
    const plan = this.#plan
    const bytes = this.#bytes
    const cost = plan.costs[node] as number
    const state = plan.states[node] as number
    const distance = plan.distances[node * REPEAT_COUNT] as number
    const positionState = position & positionMask
    const isMatch = probabilities[IS_MATCH + (state << 4) + positionState] as number
    const isRepeat = probabilities[IS_REPEAT + state] as number
    const matchCost = cost + bitPrice(isMatch, 1)

    plan.reach(node + 1)
    const literalCost = cost + bitPrice(isMatch, 0) + this.#encoder.literalPrice(position, state, distance)
    if (literalCost < (plan.costs[node + 1] as number)) plan.keep(node + 1, literalCost, node, LITERAL_STEP, 1, 0)
    // Reads outside of an array make all reads at that place slow, so each is guarded.
    if (position > distance && bytes[position] !== bytes[position - distance - 1]) {
      this.#offerTail(node, cost, LITERAL_STEP, 0, position, available, state, distance)
    }
    const covered = this.#expandRepeats(node, position, available, matchCost + bitPrice(isRepeat, 1))
    if (matchCount > 0) {
      this.#expandMatches(node, position, available, matchCost + bitPrice(isRepeat, 0), matchCount, covered + 1)
    }
  }

  /** Gives the length that the latest distance covers, which no match copies for less. */
  #expandRepeats(node: number, position: number, available: number, cost: number): number {
    const { probabilities, positionMask } = this.#encoder
    const plan = this.#plan
    const { costs } = plan
    const bytes = this.#bytes
    const state = plan.states[node] as number
    const positionState = position & positionMask
    const limit = Math.min(available, MAX_MATCH_LENGTH)
    const isFirst = probabilities[IS_REPEAT_0 + state] as number
    const isLong = probabilities[IS_REPEAT_0_LONG + (state << 4) + positionState] as number
    const lengthPrices = this.#prices.repeatLengths
    const pricesStart = positionState * LENGTH_STRIDE
    let covered = 1
    for (let index = 0; index < REPEAT_COUNT; index++) {
      const distance = plan.distances[node * REPEAT_COUNT + index] as number
      if (position <= distance || bytes[position] !== bytes[position - distance - 1]) continue
      if (index === 0) {
        const shortCost = cost + bitPrice(isFirst, 0) + bitPrice(isLong, 0)
        if (shortCost < (costs[node + 1] as number)) plan.keep(node + 1, shortCost, node, 0, 1, 0)
      }
      const longest = this.#matchLength(position, distance, limit)
      if (longest < MIN_MATCH_LENGTH) continue
      if (index === 0) covered = longest
      const indexCost = cost + this.#indexPrice(state, index, isFirst, isLong)
      plan.reach(node + longest)
      for (let length = longest; length >= MIN_MATCH_LENGTH; length--) {
        const lengthCost = indexCost + (lengthPrices[pricesStart + length] as number)
        if (lengthCost < (costs[node + length] as number)) plan.keep(node + length, lengthCost, node, index, length, 0)
      }
      const longestCost = indexCost + (lengthPrices[pricesStart + longest] as number)
      this.#offerTail(node, longestCost, index, longest, position, available, stateAfterRepeat(state), distance)
    }
    return covered
  }

  #indexPrice(state: number, index: number, isFirst: number, isLong: number): number {
    if (index === 0) return bitPrice(isFirst, 0) + bitPrice(isLong, 1)
    const { probabilities } = this.#encoder
    const isSecond = probabilities[IS_REPEAT_1 + state] as number
    if (index === 1) return bitPrice(isFirst, 1) + bitPrice(isSecond, 0)
    const isThird = probabilities[IS_REPEAT_2 + state] as number
    return bitPrice(isFirst, 1) + bitPrice(isSecond, 1) + bitPrice(isThird, index - 2)
  }

  #expandMatches(
    node: number,
    position: number,
    available: number,
    cost: number,
    matchCount: number,
    shortest: number,
  ): void {
    const { lengths, distances } = this.#finder
    const plan = this.#plan
    const { costs } = plan
    const prices = this.#prices
    const state = stateAfterMatch(plan.states[node] as number)
    const lengthPrices = prices.matchLengths
    const pricesStart = (position & this.#encoder.positionMask) * LENGTH_STRIDE
    let length = shortest
    for (let index = 0; index < matchCount; index++) {
      const longest = lengths[index] as number
      if (longest < length) continue
      const distance = distances[index] as number
      const step = FIRST_MATCH_STEP + distance
      plan.reach(node + longest)
      let distanceCost = 0
      let lengthCost = 0
      let isCommon = false
      for (; length <= longest; length++) {
        if (!isCommon) distanceCost = cost + prices.distance(distance, lengthContext(length))
        isCommon = length >= FIRST_COMMON_LENGTH
        lengthCost = distanceCost + (lengthPrices[pricesStart + length] as number)
        if (lengthCost < (costs[node + length] as number)) plan.keep(node + length, lengthCost, node, step, length, 0)
      }
      this.#offerTail(node, lengthCost, step, longest, position, available, state, distance)
    }
  }

  /**
   * Offers the edge with a literal and a repeat of the latest distance behind its first step, when the bytes go on like
   * that. `cost`, `step` and `length` are the first step's, whose length may be 0, and `state` is the one behind it.
   */
  #offerTail(
    node: number,
    cost: number,
    step: number,
    length: number,
    position: number,
    available: number,
    state: number,
    distance: number,
  ): void {
    const limit = Math.min(available - length - 1, MAX_MATCH_LENGTH)
    if (limit < MIN_MATCH_LENGTH) return
    const bytes = this.#bytes
    const literalPosition = position + length
    const start = literalPosition - distance
    if (bytes[start] !== bytes[literalPosition + 1] || bytes[start + 1] !== bytes[literalPosition + 2]) return
    const tail = this.#matchLength(literalPosition + 1, distance, limit)
    const { probabilities, positionMask } = this.#encoder
    const literalState = stateAfterLiteral(state)
    const positionState = (literalPosition + 1) & positionMask
    const tailCost =
      cost +
      bitPrice(probabilities[IS_MATCH + (state << 4) + (literalPosition & positionMask)] as number, 0) +
      this.#encoder.literalPrice(literalPosition, state, distance) +
      bitPrice(probabilities[IS_MATCH + (literalState << 4) + positionState] as number, 1) +
      bitPrice(probabilities[IS_REPEAT + literalState] as number, 1) +
      bitPrice(probabilities[IS_REPEAT_0 + literalState] as number, 0) +
      bitPrice(probabilities[IS_REPEAT_0_LONG + (literalState << 4) + positionState] as number, 1) +
      (this.#prices.repeatLengths[positionState * LENGTH_STRIDE + tail] as number)
    const target = node + length + 1 + tail
    this.#plan.reach(target)
    if (tailCost < (this.#plan.costs[target] as number)) this.#plan.keep(target, tailCost, node, step, length, tail)
  }

  #matchLength(position: number, distance: number, limit: number): number {
    const bytes = this.#bytes
    const start = position - distance - 1
    if (start < 0) return 0
    let length = 0
    while (length < limit && bytes[start + length] === bytes[position + length]) length++
    return length
  }
}
