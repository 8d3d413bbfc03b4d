import { MAX_MATCH_LENGTH } from './lzma-model.ts'

const MAX_TRIPLE_HASH_BITS = 16
const MAX_TREE_HASH_BITS = 18
const MIN_HASH_BITS = 10
const PAIR_HASH_SIZE = 0x10000
const MIN_TREE_LENGTH = 4
const HASH_MULTIPLIER = 0x9e3779b1

/** How hard a {@link MatchFinder} searches. */
export interface MatchSearch {
  /** How many candidates are compared at a position. */
  readonly maxDepth: number
  /** A match this long ends the search, 4 to 273. */
  readonly niceLength: number
}

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
  readonly #search: MatchSearch
  // Positions are stored plus one, so that zero is none.
  readonly #pairs = new Int32Array(PAIR_HASH_SIZE)
  readonly #triples: Int32Array
  readonly #tripleHashShift: number
  readonly #heads: Int32Array
  readonly #hashShift: number
  /** Two children for each position of the window: what sorts before it, and behind it. */
  readonly #children: Int32Array
  /** Cuts a position to its place in the window. */
  readonly #windowMask: number
  #position = 0
  /** Up to here, each byte is known to be the one this distance before it; it spares runs comparing them again. */
  #runEnd = 0
  #runDistance = 0

  /** Unless `bytes` are shorter, `windowByteLength` is a power of two. */
  constructor(bytes: Uint8Array, windowByteLength: number, search: MatchSearch) {
    this.#bytes = bytes
    this.#windowByteLength = windowByteLength
    this.#search = search
    const windowBits = 32 - Math.clz32(windowByteLength - 1)
    this.#windowMask = 2 ** windowBits - 1
    const hashBits = Math.max(MIN_HASH_BITS, windowBits)
    this.#tripleHashShift = 32 - Math.min(MAX_TRIPLE_HASH_BITS, hashBits)
    this.#triples = new Int32Array(1 << (32 - this.#tripleHashShift))
    this.#hashShift = 32 - Math.min(MAX_TREE_HASH_BITS, hashBits)
    this.#heads = new Int32Array(1 << (32 - this.#hashShift))
    this.#children = new Int32Array(2 * Math.min(windowByteLength, bytes.length))
  }

  /** Looks for matches at the next position and says how many entries of `lengths` and `distances` it filled. */
  find(): number {
    const position = this.#position++
    const limit = Math.min(this.#search.niceLength, this.#bytes.length - position)
    if (limit < MIN_TREE_LENGTH) return 0
    const word = this.#word(position)
    const pairHash = word & 0xffff
    const tripleHash = Math.imul(word << 8, HASH_MULTIPLIER) >>> this.#tripleHashShift
    const pair = (this.#pairs[pairHash] as number) - 1
    const triple = (this.#triples[tripleHash] as number) - 1
    this.#pairs[pairHash] = position + 1
    this.#triples[tripleHash] = position + 1

    let count = pair < 0 ? 0 : this.#take(position, pair, limit, 0)
    if (triple >= 0 && triple !== pair) count = this.#take(position, triple, limit, count)
    count = this.#descend(position, limit, word, count)
    if (count > 0 && this.lengths[count - 1] === limit) this.#extend(position, count - 1)
    return count
  }

  /** Moves over positions that need no matches. */
  skip(count: number): void {
    const bytes = this.#bytes
    const pairs = this.#pairs
    const triples = this.#triples
    const { niceLength } = this.#search
    const end = Math.min(this.#position + count, bytes.length - MIN_TREE_LENGTH + 1)
    for (let position = this.#position; position < end; position++) {
      const word = this.#word(position)
      pairs[word & 0xffff] = position + 1
      triples[Math.imul(word << 8, HASH_MULTIPLIER) >>> this.#tripleHashShift] = position + 1
      this.#descend(position, Math.min(niceLength, bytes.length - position), word, -1)
    }
    this.#position += count
  }

  /** Adds the match at `candidate` when it is longer than what is known. */
  #take(position: number, candidate: number, limit: number, count: number): number {
    if (position - candidate > this.#windowByteLength) return count
    const bytes = this.#bytes
    let length = 0
    while (length < limit && bytes[candidate + length] === bytes[position + length]) length++
    if (length <= (count > 0 ? (this.lengths[count - 1] as number) : 1)) return count
    this.lengths[count] = length
    this.distances[count] = position - candidate - 1
    return count + 1
  }

  /** Makes a match as long as it can be; the search stops at what is nice. */
  #extend(position: number, index: number): void {
    const bytes = this.#bytes
    const limit = Math.min(MAX_MATCH_LENGTH, bytes.length - position)
    const start = position - (this.distances[index] as number) - 1
    let length = this.lengths[index] as number
    while (length < limit && bytes[start + length] === bytes[position + length]) length++
    this.lengths[index] = length
  }

  /**
   * Walks down the tree of positions with the same hash, notes longer and longer matches when `count` is not negative, and
   * rebuilds the tree on the way with the new position as its root.
   */
  #descend(position: number, limit: number, word: number, count: number): number {
    const bytes = this.#bytes
    const children = this.#children
    const mask = this.#windowMask
    const { lengths, distances } = this
    const hash = Math.imul(word, HASH_MULTIPLIER) >>> this.#hashShift
    let candidate = this.#heads[hash] as number
    this.#heads[hash] = position + 1

    // Candidates are positions plus one, so this excludes the one that leaves the window just now.
    const oldest = Math.max(0, position - this.#windowByteLength + 1)
    let before = (position & mask) << 1
    let behind = before + 1
    let beforeLength = 0
    let behindLength = 0
    let longest = count > 0 ? (lengths[count - 1] as number) : 1
    let found = count
    for (let depth = this.#search.maxDepth; depth > 0 && candidate > oldest; depth--) {
      const start = candidate - 1
      const pair = (start & mask) << 1
      let length = Math.min(beforeLength, behindLength)
      if (position - start === this.#runDistance) length = Math.max(length, Math.min(limit, this.#runEnd - position))
      while (length < limit && bytes[start + length] === bytes[position + length]) length++
      if (length > longest && count >= 0) {
        longest = length
        lengths[found] = length
        distances[found] = position - start - 1
        found++
      }
      if (length === limit) {
        // The same in all that counts: the new position takes the old one's place.
        children[before] = children[pair] as number
        children[behind] = children[pair + 1] as number
        this.#runDistance = position - start
        this.#runEnd = position + length
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
