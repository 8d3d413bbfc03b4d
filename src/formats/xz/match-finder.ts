import { MAX_MATCH_LENGTH } from './lzma-model.ts'

const PAIR_HASH_SIZE = 0x10000
const TRIPLE_HASH_BITS = 16
const MIN_TREE_LENGTH = 4
const HASH_MULTIPLIER = 0x9e3779b1

/**
 * Finds earlier copies of the bytes at a position: the nearest ones of 2 and 3 bytes by hash, and longer ones in a binary
 * tree of all earlier positions that start with the same 4 bytes, ordered by what follows.
 *
 * It is asked about each position exactly once, in order, by {@link find} or {@link skip}.
 */
export class MatchFinder {
  /** The matches found last: growing lengths, and the distance of the nearest copy of each length, counted from 0. */
  readonly lengths: Int32Array = new Int32Array(MAX_MATCH_LENGTH + 1)
  readonly distances: Int32Array = new Int32Array(MAX_MATCH_LENGTH + 1)

  readonly #bytes: Uint8Array
  readonly #windowByteLength: number
  readonly #maxDepth: number
  // Positions are stored plus one, so that zero is none.
  readonly #pairs = new Int32Array(PAIR_HASH_SIZE)
  readonly #triples = new Int32Array(1 << TRIPLE_HASH_BITS)
  readonly #heads: Int32Array
  readonly #hashShift: number
  /** Two children for each position of the window: what sorts before it, and behind it. */
  readonly #children: Int32Array
  #position = 0

  constructor(bytes: Uint8Array, windowByteLength: number, maxDepth: number) {
    this.#bytes = bytes
    this.#windowByteLength = windowByteLength
    this.#maxDepth = maxDepth
    const hashBits = Math.min(20, Math.max(10, 32 - Math.clz32(windowByteLength)))
    this.#hashShift = 32 - hashBits
    this.#heads = new Int32Array(1 << hashBits)
    this.#children = new Int32Array(2 * windowByteLength)
  }

  /** Looks for matches at the next position and says how many entries of `lengths` and `distances` it filled. */
  find(): number {
    const position = this.#position
    const limit = Math.min(MAX_MATCH_LENGTH, this.#bytes.length - position)
    if (limit < MIN_TREE_LENGTH) {
      this.#position++
      return 0
    }
    let count = this.#findShort(position, limit)
    count = this.#descend(position, limit, count)
    this.#position++
    return count
  }

  /** Moves over positions that need no matches. */
  skip(count: number): void {
    for (let index = 0; index < count; index++) {
      const position = this.#position
      const limit = Math.min(MAX_MATCH_LENGTH, this.#bytes.length - position)
      if (limit >= MIN_TREE_LENGTH) {
        this.#pairs[this.#pairHash(position)] = position + 1
        this.#triples[this.#tripleHash(position)] = position + 1
        this.#descend(position, limit, -1)
      }
      this.#position++
    }
  }

  #findShort(position: number, limit: number): number {
    const pairHash = this.#pairHash(position)
    const tripleHash = this.#tripleHash(position)
    const pair = (this.#pairs[pairHash] as number) - 1
    const triple = (this.#triples[tripleHash] as number) - 1
    this.#pairs[pairHash] = position + 1
    this.#triples[tripleHash] = position + 1

    let count = this.#take(position, pair, limit, 1, 0)
    const longest = count > 0 ? (this.lengths[0] as number) : 1
    if (triple !== pair) count = this.#take(position, triple, limit, longest, count)
    return count
  }

  /** Adds the match at `candidate` when it is longer than what is known. */
  #take(position: number, candidate: number, limit: number, longest: number, count: number): number {
    if (candidate < 0 || position - candidate > this.#windowByteLength) return count
    const bytes = this.#bytes
    let length = 0
    while (length < limit && bytes[candidate + length] === bytes[position + length]) length++
    if (length <= longest) return count
    this.lengths[count] = length
    this.distances[count] = position - candidate - 1
    return count + 1
  }

  /**
   * Walks down the tree of positions with the same hash, notes longer and longer matches when `count` is not negative, and
   * rebuilds the tree on the way with the new position as its root.
   */
  #descend(position: number, limit: number, count: number): number {
    const bytes = this.#bytes
    const children = this.#children
    const window = this.#windowByteLength
    const hash = this.#hash(position)
    let candidate = this.#heads[hash] as number
    this.#heads[hash] = position + 1

    let before = (position % window) * 2
    let behind = before + 1
    let beforeLength = 0
    let behindLength = 0
    let longest = count > 0 ? (this.lengths[count - 1] as number) : 1
    let found = count
    for (let depth = this.#maxDepth; depth > 0; depth--) {
      const start = candidate - 1
      if (candidate === 0 || position - start >= window) break
      const pair = (start % window) * 2
      let length = Math.min(beforeLength, behindLength)
      while (length < limit && bytes[start + length] === bytes[position + length]) length++
      if (length > longest && count >= 0) {
        longest = length
        this.lengths[found] = length
        this.distances[found] = position - start - 1
        found++
      }
      if (length === limit) {
        // The same in all that counts: the new position takes the old one's place.
        children[before] = children[pair] as number
        children[behind] = children[pair + 1] as number
        return found
      }
      if ((bytes[start + length] as number) < (bytes[position + length] as number)) {
        children[before] = candidate
        before = pair + 1
        candidate = children[before] as number
        beforeLength = length
      } else {
        children[behind] = candidate
        behind = pair
        candidate = children[behind] as number
        behindLength = length
      }
    }
    children[before] = 0
    children[behind] = 0
    return found
  }

  #pairHash(position: number): number {
    return (this.#bytes[position] as number) | ((this.#bytes[position + 1] as number) << 8)
  }

  #tripleHash(position: number): number {
    return Math.imul(this.#word(position) & 0xffffff, HASH_MULTIPLIER) >>> (32 - TRIPLE_HASH_BITS)
  }

  #hash(position: number): number {
    return Math.imul(this.#word(position), HASH_MULTIPLIER) >>> this.#hashShift
  }

  #word(position: number): number {
    const bytes = this.#bytes
    return (
      (bytes[position] as number) |
      ((bytes[position + 1] as number) << 8) |
      ((bytes[position + 2] as number) << 16) |
      ((bytes[position + 3] as number) << 24)
    )
  }
}
