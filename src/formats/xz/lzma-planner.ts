import type { LzmaEncoder } from './lzma-encoder.ts'
import {
  IS_MATCH,
  IS_REPEAT,
  IS_REPEAT_0,
  IS_REPEAT_0_LONG,
  IS_REPEAT_1,
  IS_REPEAT_2,
  MAX_MATCH_LENGTH,
  MIN_MATCH_LENGTH,
  stateAfterLiteral,
  stateAfterMatch,
  stateAfterRepeat,
  stateAfterShortRepeat,
} from './lzma-model.ts'
import { bitPrice, LengthAndDistancePrices } from './lzma-prices.ts'
import type { MatchFinder } from './match-finder.ts'

/** Positions that are planned at once, at most. */
export const MAX_PLAN_BYTE_LENGTH = 4096

const NODE_COUNT = MAX_PLAN_BYTE_LENGTH + 2 * MAX_MATCH_LENGTH + 2
const UNREACHED = 0x7fffffff
const REPEAT_COUNT = 4

/** Steps of a plan: a literal, a repeat of one of the last distances (0 to 3), or a match, whose distance is added to 4. */
const LITERAL_STEP = -1
const FIRST_MATCH_STEP = REPEAT_COUNT

/** Prices of lengths and distances are computed anew after this many matches. */
const MATCHES_PER_UPDATE = 64

/**
 * Chooses among the many ways to write the next bytes the one that costs the least.
 *
 * It is a search for the shortest path: each byte is a node, each literal or match is an edge to a later node, and an edge
 * costs what the model of the moment says. Of all ways to a node only the cheapest is kept, with the distances that it
 * would leave for repeats. An edge may also be three steps in one, a match, one literal and a repeat of the match behind
 * it, since that pays off only as a whole.
 */
export class LzmaPlanner {
  readonly #bytes: Uint8Array
  readonly #encoder: LzmaEncoder
  readonly #finder: MatchFinder
  readonly #prices: LengthAndDistancePrices
  #matchesUntilUpdate = 0

  readonly #costs = new Int32Array(NODE_COUNT)
  /** The edge that leads to a node: where it comes from, its first step and that one's length, the repeat behind a literal. */
  readonly #origins = new Int32Array(NODE_COUNT)
  readonly #steps = new Int32Array(NODE_COUNT)
  readonly #lengths = new Int32Array(NODE_COUNT)
  readonly #tails = new Int32Array(NODE_COUNT)
  readonly #states = new Uint8Array(NODE_COUNT)
  readonly #distances = new Int32Array(NODE_COUNT * REPEAT_COUNT)
  /** The farthest node that an edge leads to. */
  #reached = 0

  constructor(bytes: Uint8Array, encoder: LzmaEncoder, finder: MatchFinder) {
    this.#bytes = bytes
    this.#encoder = encoder
    this.#finder = finder
    this.#prices = new LengthAndDistancePrices(encoder.probabilities, encoder.positionMask + 1)
  }

  /** Plans from `position` on, writes the steps with the encoder, and gives the position behind them. */
  encode(position: number): number {
    if (this.#matchesUntilUpdate <= 0) {
      this.#prices.update()
      this.#matchesUntilUpdate = MATCHES_PER_UPDATE
    }
    const nodeCount = this.#search(position)
    const path: number[] = []
    for (let node = nodeCount; node > 0; node = this.#origins[node] as number) path.push(node)
    let current = position
    for (const node of path.reverse()) current = this.#write(current, node)
    return current
  }

  /** Finds the cheapest way and gives the node where it ends. */
  #search(position: number): number {
    this.#reached = 0
    this.#costs[0] = 0
    this.#states[0] = this.#encoder.state
    this.#distances.set(this.#encoder.distances)
    const end = this.#bytes.length - position
    for (let node = 0; ; node++) {
      if (node > 0) {
        if (node >= MAX_PLAN_BYTE_LENGTH || node === end || node === this.#reached) return this.#settle(node)
        this.#settle(node)
      }
      const matchCount = this.#finder.find()
      const longest = matchCount > 0 ? (this.#finder.lengths[matchCount - 1] as number) : 0
      if (longest === MAX_MATCH_LENGTH) {
        // Nothing beats a match this long, and a run of them would be compared over and over.
        this.#finder.skip(longest - 1)
        this.#reach(node + longest)
        this.#costs[node + longest] = UNREACHED
        const step = this.#longestStep(node, position + node, matchCount)
        this.#offer({ node, target: node + longest, cost: 0, step, length: longest, tail: 0 })
        return this.#settle(node + longest)
      }
      this.#expand(node, position + node, end - node, matchCount)
    }
  }

  /** How to copy as much as a step can: from one of the last distances if possible, which is cheapest. */
  #longestStep(node: number, position: number, matchCount: number): number {
    for (let index = 0; index < REPEAT_COUNT; index++) {
      const distance = this.#distances[node * REPEAT_COUNT + index] as number
      if (this.#matchLength(position, distance, MAX_MATCH_LENGTH) === MAX_MATCH_LENGTH) return index
    }
    return FIRST_MATCH_STEP + (this.#finder.distances[matchCount - 1] as number)
  }

  /** Works out what the encoder's state will be at a node, now that no cheaper way to it can come. */
  #settle(node: number): number {
    const origin = this.#origins[node] as number
    const step = this.#steps[node] as number
    const length = this.#lengths[node] as number
    const distances = this.#distances
    const from = origin * REPEAT_COUNT
    const to = node * REPEAT_COUNT
    let state = this.#states[origin] as number
    distances.copyWithin(to, from, from + REPEAT_COUNT)
    if (length > 0 && step !== LITERAL_STEP) {
      const isMatch = step >= FIRST_MATCH_STEP
      const distance = isMatch ? step - FIRST_MATCH_STEP : (distances[from + step] as number)
      distances.copyWithin(to + 1, from, from + (isMatch ? REPEAT_COUNT - 1 : step))
      distances[to] = distance
      state = isMatch ? stateAfterMatch(state) : length === 1 ? stateAfterShortRepeat(state) : stateAfterRepeat(state)
    } else if (length > 0) state = stateAfterLiteral(state)
    if ((this.#tails[node] as number) > 0) state = stateAfterRepeat(stateAfterLiteral(state))
    this.#states[node] = state
    return node
  }

  /** Offers all edges that start at a node. */
  #expand(node: number, position: number, available: number, matchCount: number): void {
    const { probabilities, positionMask } = this.#encoder
    const cost = this.#costs[node] as number
    const state = this.#states[node] as number
    const distance0 = this.#distances[node * REPEAT_COUNT] as number
    const positionState = position & positionMask
    const isMatch = probabilities[IS_MATCH + (state << 4) + positionState] as number
    const isRepeat = probabilities[IS_REPEAT + state] as number
    const matchCost = cost + bitPrice(isMatch, 1)
    const edge: Edge = { node, target: node + 1, cost: 0, step: LITERAL_STEP, length: 1, tail: 0 }

    this.#reach(node + 1)
    edge.cost = cost + bitPrice(isMatch, 0) + this.#encoder.literalPrice(position, state, distance0)
    this.#offer(edge)
    edge.length = 0
    edge.cost = cost
    this.#offerTail(edge, position, available, state, distance0)

    this.#expandRepeats(edge, position, available, matchCost + bitPrice(isRepeat, 1))
    this.#expandMatches(edge, position, available, matchCost + bitPrice(isRepeat, 0), matchCount)
  }

  #expandRepeats(edge: Edge, position: number, available: number, cost: number): void {
    const { probabilities, positionMask } = this.#encoder
    const { node } = edge
    const state = this.#states[node] as number
    const positionState = position & positionMask
    const limit = Math.min(available, MAX_MATCH_LENGTH)
    const isFirst = probabilities[IS_REPEAT_0 + state] as number
    const isLong = probabilities[IS_REPEAT_0_LONG + (state << 4) + positionState] as number
    const isSecond = probabilities[IS_REPEAT_1 + state] as number
    const isThird = probabilities[IS_REPEAT_2 + state] as number
    for (let index = 0; index < REPEAT_COUNT; index++) {
      const distance = this.#distances[node * REPEAT_COUNT + index] as number
      const longest = this.#matchLength(position, distance, limit)
      if (longest === 0) continue
      edge.step = index
      if (index === 0) {
        edge.target = node + 1
        edge.length = 1
        edge.cost = cost + bitPrice(isFirst, 0) + bitPrice(isLong, 0)
        this.#offer(edge)
      }
      if (longest < MIN_MATCH_LENGTH) continue
      const indexCost =
        index === 0
          ? bitPrice(isFirst, 0) + bitPrice(isLong, 1)
          : bitPrice(isFirst, 1) +
            (index === 1 ? bitPrice(isSecond, 0) : bitPrice(isSecond, 1) + bitPrice(isThird, index - 2))
      this.#reach(node + longest)
      for (let length = MIN_MATCH_LENGTH; length <= longest; length++) {
        edge.target = node + length
        edge.length = length
        edge.cost = cost + indexCost + this.#prices.repeatLength(positionState, length)
        this.#offer(edge)
      }
      this.#offerTail(edge, position, available, stateAfterRepeat(state), distance)
    }
  }

  #expandMatches(edge: Edge, position: number, available: number, cost: number, matchCount: number): void {
    const { lengths, distances } = this.#finder
    const { node } = edge
    const state = stateAfterMatch(this.#states[node] as number)
    const positionState = position & this.#encoder.positionMask
    let length = MIN_MATCH_LENGTH
    for (let index = 0; index < matchCount; index++) {
      const distance = distances[index] as number
      const longest = lengths[index] as number
      this.#reach(node + longest)
      edge.step = FIRST_MATCH_STEP + distance
      for (; length <= longest; length++) {
        edge.target = node + length
        edge.length = length
        edge.cost = cost + this.#prices.matchLength(positionState, length) + this.#prices.distance(distance, length)
        this.#offer(edge)
      }
      this.#offerTail(edge, position, available, state, distance)
    }
  }

  /** Offers the edge with a literal and a repeat of the latest distance behind it, when the bytes go on like that. */
  #offerTail(edge: Edge, position: number, available: number, state: number, distance: number): void {
    const literalPosition = position + edge.length
    const limit = Math.min(available - edge.length - 1, MAX_MATCH_LENGTH)
    const tail = this.#matchLength(literalPosition + 1, distance, limit)
    if (tail < MIN_MATCH_LENGTH) return
    const { probabilities, positionMask } = this.#encoder
    const literalState = stateAfterLiteral(state)
    const positionState = (literalPosition + 1) & positionMask
    const cost =
      edge.cost +
      bitPrice(probabilities[IS_MATCH + (state << 4) + (literalPosition & positionMask)] as number, 0) +
      this.#encoder.literalPrice(literalPosition, state, distance) +
      bitPrice(probabilities[IS_MATCH + (literalState << 4) + positionState] as number, 1) +
      bitPrice(probabilities[IS_REPEAT + literalState] as number, 1) +
      bitPrice(probabilities[IS_REPEAT_0 + literalState] as number, 0) +
      bitPrice(probabilities[IS_REPEAT_0_LONG + (literalState << 4) + positionState] as number, 1) +
      this.#prices.repeatLength(positionState, tail)
    const target = edge.node + edge.length + 1 + tail
    this.#reach(target)
    this.#offer({ ...edge, target, cost, tail })
  }

  #matchLength(position: number, distance: number, limit: number): number {
    const bytes = this.#bytes
    const start = position - distance - 1
    if (start < 0) return 0
    let length = 0
    while (length < limit && bytes[start + length] === bytes[position + length]) length++
    return length
  }

  #reach(node: number): void {
    while (this.#reached < node) this.#costs[++this.#reached] = UNREACHED
  }

  /** Notes the edge when it is the cheapest to its target so far. */
  #offer({ node, target, cost, step, length, tail }: Edge): void {
    if (cost >= (this.#costs[target] as number)) return
    this.#costs[target] = cost
    this.#origins[target] = node
    this.#steps[target] = step
    this.#lengths[target] = length
    this.#tails[target] = tail
  }

  /** Writes the edge that leads to a node, and gives the position behind it. */
  #write(position: number, node: number): number {
    const encoder = this.#encoder
    const step = this.#steps[node] as number
    const length = this.#lengths[node] as number
    const tail = this.#tails[node] as number
    if (length > 0) {
      if (step === LITERAL_STEP) encoder.literal(position)
      else if (step < FIRST_MATCH_STEP) encoder.repeat(position, length, step)
      else encoder.match(position, length, step - FIRST_MATCH_STEP)
      if (step !== LITERAL_STEP) this.#matchesUntilUpdate--
    }
    if (tail === 0) return position + length
    encoder.literal(position + length)
    encoder.repeat(position + length + 1, tail, 0)
    this.#matchesUntilUpdate--
    return position + length + 1 + tail
  }
}

/** A way from one node to another. One object serves all offers of a node. */
interface Edge {
  readonly node: number
  target: number
  cost: number
  step: number
  length: number
  tail: number
}
