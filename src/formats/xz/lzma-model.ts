/**
 * The adaptive model of LZMA, shared by encoder and decoder: which probability stands where in one `Uint16Array`. Each is
 * the chance of a zero bit in 1/2048.
 */

/** Bits of a probability. */
export const PROBABILITY_BITS = 11

/** Where every probability starts: zero and one alike. */
export const INITIAL_PROBABILITY: number = 1 << (PROBABILITY_BITS - 1)

/** How fast probabilities follow what is seen; larger is slower. */
export const ADAPTATION_SHIFT = 5

/** What the last symbols were; below {@link FIRST_MATCH_STATE} the last one was a literal. */
export const STATE_COUNT = 12
export const FIRST_MATCH_STATE = 7

/** Contexts by position, for `pb` up to 4. */
export const MAX_POSITION_STATES = 16

/** Matches are 2 to 273 bytes long. */
export const MIN_MATCH_LENGTH = 2
export const MAX_MATCH_LENGTH = 273

/** Lengths are coded in three ranges: 8 short ones, 8 middle ones, both by position, and 256 long ones. */
export const SHORT_LENGTHS = 8
export const LONG_LENGTHS = 256
export const LENGTH_CHOICE_2 = 1
export const LENGTH_SHORT = 2
export const LENGTH_MIDDLE: number = LENGTH_SHORT + MAX_POSITION_STATES * SHORT_LENGTHS
export const LENGTH_LONG: number = LENGTH_MIDDLE + MAX_POSITION_STATES * SHORT_LENGTHS
const LENGTH_MODEL_SIZE: number = LENGTH_LONG + LONG_LENGTHS

/** Distances are coded by a slot of 6 bits, in a context of the length, and what the slot leaves open. */
export const LENGTH_CONTEXTS = 4
export const SLOT_COUNT = 64
/** Slots below this one are distances themselves. */
export const FIRST_OPEN_SLOT = 4
/** From this slot on, the lowest four bits have their own model, and those above none. */
export const FIRST_ALIGNED_SLOT = 14
export const ALIGN_BITS = 4
const SPECIAL_DISTANCES = 128

/** Where each group of probabilities starts in the model. */
export const IS_MATCH = 0
export const IS_REPEAT: number = IS_MATCH + STATE_COUNT * MAX_POSITION_STATES
export const IS_REPEAT_0: number = IS_REPEAT + STATE_COUNT
export const IS_REPEAT_1: number = IS_REPEAT_0 + STATE_COUNT
export const IS_REPEAT_2: number = IS_REPEAT_1 + STATE_COUNT
export const IS_REPEAT_0_LONG: number = IS_REPEAT_2 + STATE_COUNT
export const SLOT: number = IS_REPEAT_0_LONG + STATE_COUNT * MAX_POSITION_STATES
export const SPECIAL: number = SLOT + LENGTH_CONTEXTS * SLOT_COUNT
export const ALIGN: number = SPECIAL + SPECIAL_DISTANCES
export const MATCH_LENGTH: number = ALIGN + (1 << ALIGN_BITS)
export const REPEAT_LENGTH: number = MATCH_LENGTH + LENGTH_MODEL_SIZE
export const LITERAL: number = REPEAT_LENGTH + LENGTH_MODEL_SIZE

/** Probabilities of one literal context: 256 for plain literals, twice as many for those behind a match. */
export const LITERAL_CONTEXT_SIZE = 0x300

/** Probabilities of the whole model. LZMA2 keeps `lc + lp` at 4 or less. */
export const MAX_LITERAL_BITS = 4
export const MODEL_SIZE: number = LITERAL + (LITERAL_CONTEXT_SIZE << MAX_LITERAL_BITS)

const STATES_AFTER_LITERAL: readonly number[] = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5]

/** After a byte of its own. */
export function stateAfterLiteral(state: number): number {
  return STATES_AFTER_LITERAL[state] as number
}

/** After a match with a new distance. */
export function stateAfterMatch(state: number): number {
  return state < FIRST_MATCH_STATE ? 7 : 10
}

/** After a match at one of the last four distances. */
export function stateAfterRepeat(state: number): number {
  return state < FIRST_MATCH_STATE ? 8 : 11
}

/** After one byte repeated from the last distance. */
export function stateAfterShortRepeat(state: number): number {
  return state < FIRST_MATCH_STATE ? 9 : 11
}

/** The slot of a distance, which counts from 0: its two top bits and how many follow. */
export function distanceSlot(distance: number): number {
  if (distance < FIRST_OPEN_SLOT) return distance
  const topBit = 31 - Math.clz32(distance)
  return (topBit << 1) | ((distance >>> (topBit - 1)) & 1)
}

/** Which of the slots' contexts a match of this length uses. */
export function lengthContext(length: number): number {
  return Math.min(length - MIN_MATCH_LENGTH, LENGTH_CONTEXTS - 1)
}
