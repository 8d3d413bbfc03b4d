/** A name in two parts, so that its end survives when it has to be cut. */
export interface SplitName {
  readonly stem: string
  /** The extension with its dot, or nothing. */
  readonly suffix: string
}

/** Fewest digits of the number that tells two names apart, as genisoimage counts. */
const DIGIT_COUNT = 3

/**
 * Gives the names of one directory out and keeps them apart: a name that has been given out already gets the end of its
 * stem replaced by a number. The same names in the same order give the same results.
 */
export class UniqueNames {
  readonly #taken = new Set<string>()
  readonly #nextNumbers = new Map<string, number>()

  /**
   * The name itself when it is free, or else one with a number.
   *
   * @param maxStemLength most code units of the stem with its number.
   */
  claim({ stem, suffix }: SplitName, maxStemLength: number): SplitName {
    if (this.#take(stem + suffix)) return { stem, suffix }
    const prefix = stem.slice(0, maxStemLength - DIGIT_COUNT)
    for (let number = this.#nextNumbers.get(prefix + suffix) ?? 0; ; number++) {
      const digits = String(number).padStart(DIGIT_COUNT, '0')
      const numbered = prefix.slice(0, maxStemLength - digits.length) + digits
      if (!this.#take(numbered + suffix)) continue
      this.#nextNumbers.set(prefix + suffix, number + 1)
      return { stem: numbered, suffix }
    }
  }

  #take(name: string): boolean {
    if (this.#taken.has(name)) return false
    this.#taken.add(name)
    return true
  }
}
