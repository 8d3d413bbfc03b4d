import type { LzmaEncoder } from './lzma-encoder.ts'
import {
  MAX_MATCH_LENGTH,
  stateAfterLiteral,
  stateAfterMatch,
  stateAfterRepeat,
  stateAfterShortRepeat,
} from './lzma-model.ts'

/** Positions that are planned at once, at most. */
export const MAX_PLAN_BYTE_LENGTH = 4096

const NODE_COUNT = MAX_PLAN_BYTE_LENGTH + 2 * MAX_MATCH_LENGTH + 2
const UNREACHED = 0x7fffffff

/** How many of the last distances can be repeated. */
export const REPEAT_COUNT = 4

/** Steps of a plan: a literal, a repeat of one of the last distances (0 to 3), or a match, whose distance is added to 4. */
export const LITERAL_STEP = -1
export const FIRST_MATCH_STEP: number = REPEAT_COUNT

/**
 * The ways that a planner weighs: each byte is a node, numbered from where the plan starts, and for each node the cheapest
 * way to it so far is kept, with the distances that it would leave for repeats.
 */
export class LzmaPlan {
  /** What the cheapest way to a node costs. */
  readonly costs: Int32Array = new Int32Array(NODE_COUNT)
  /** The encoder's state and last distances at a settled node. */
  readonly states: Uint8Array = new Uint8Array(NODE_COUNT)
  readonly distances: Int32Array = new Int32Array(NODE_COUNT * REPEAT_COUNT)
  /** The farthest node that an edge leads to. */
  reached = 0

  /** The edge that leads to a node: where it comes from, its first step and that one's length, the repeat behind a literal. */
  readonly #origins = new Int32Array(NODE_COUNT)
  readonly #steps = new Int32Array(NODE_COUNT)
  readonly #lengths = new Int32Array(NODE_COUNT)
  readonly #tails = new Int32Array(NODE_COUNT)
  /** The way back, turned round. */
  readonly #nexts = new Int32Array(NODE_COUNT)

  /** Begins anew where the encoder stands. */
  start(encoder: LzmaEncoder): void {
    this.reached = 0
    this.costs[0] = 0
    this.states[0] = encoder.state
    this.distances.set(encoder.distances)
  }

  /** Lets edges lead as far as `node`. */
  reach(node: number): void {
    while (this.reached < node) this.costs[++this.reached] = UNREACHED
  }

  /** Keeps an edge as the way to `target`; the caller has seen that it is cheaper than the one before. */
  keep(target: number, cost: number, origin: number, step: number, length: number, tail: number): void {
    this.costs[target] = cost
    this.#origins[target] = origin
    this.#steps[target] = step
    this.#lengths[target] = length
    this.#tails[target] = tail
  }

  /** Works out what the encoder's state will be at a node, now that no cheaper way to it can come. */
  settle(node: number): number {
    const distances = this.distances
    const origin = this.#origins[node] as number
    const step = this.#steps[node] as number
    const length = this.#lengths[node] as number
    const from = origin * REPEAT_COUNT
    const to = node * REPEAT_COUNT
    let state = this.states[origin] as number
    let index = 0 // of the distance that the step moves to the front
    let latest = distances[from] as number
    if (length > 0 && step === LITERAL_STEP) state = stateAfterLiteral(state)
    else if (step >= FIRST_MATCH_STEP) {
      index = REPEAT_COUNT - 1
      latest = step - FIRST_MATCH_STEP
      state = stateAfterMatch(state)
    } else if (step >= 0) {
      index = step
      latest = distances[from + index] as number
      state = length === 1 ? stateAfterShortRepeat(state) : stateAfterRepeat(state)
    }
    if ((this.#tails[node] as number) > 0) state = stateAfterRepeat(stateAfterLiteral(state))
    distances[to] = latest
    distances[to + 1] = distances[index >= 1 ? from : from + 1] as number
    distances[to + 2] = distances[index >= 2 ? from + 1 : from + 2] as number
    distances[to + 3] = distances[index >= 3 ? from + 2 : from + 3] as number
    this.states[node] = state
    return node
  }

  /** Writes the way to a settled node, whose plan starts at `position`, and says how many matches it had. */
  write(encoder: LzmaEncoder, start: number, end: number): number {
    for (let node = end; node > 0; ) {
      const origin = this.#origins[node] as number
      this.#nexts[origin] = node
      node = origin
    }
    let matchCount = 0
    for (let node = 0; node < end; ) {
      let position = start + node
      node = this.#nexts[node] as number
      const step = this.#steps[node] as number
      const length = this.#lengths[node] as number
      const tail = this.#tails[node] as number
      if (length > 0) {
        if (step === LITERAL_STEP) encoder.literal(position)
        else if (step < FIRST_MATCH_STEP) encoder.repeat(position, length, step)
        else encoder.match(position, length, step - FIRST_MATCH_STEP)
        if (step !== LITERAL_STEP) matchCount++
      }
      if (tail === 0) continue
      position += length
      encoder.literal(position)
      encoder.repeat(position + 1, tail, 0)
      matchCount++
    }
    return matchCount
  }
}
