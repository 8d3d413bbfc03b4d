/** Where things are in the memory that the module works on: offsets in bytes. */

/** What the decoder keeps from run to run: seven integers of 32 bits. */
export const STATE_OFFSET = 0
export const DISTANCE_OFFSETS: readonly [number, number, number, number] = [4, 8, 12, 16]
export const LITERAL_CONTEXT_BITS_OFFSET = 20
export const LITERAL_POSITION_MASK_OFFSET = 24
export const POSITION_MASK_OFFSET = 28

/** The model's probabilities, 16 bits each. */
export const PROBABILITIES_OFFSET = 1024

/** The compressed bytes of a run, of which LZMA2 has 64 KiB at most; damaged runs are read some bytes beyond. */
export const INPUT_OFFSET: number = 64 * 1024

/** What is decoded, up to the end of the memory. */
export const OUTPUT_OFFSET: number = 3 * 64 * 1024
