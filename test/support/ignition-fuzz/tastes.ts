import fc from 'fast-check'
import { SPEC_VERSIONS, type SpecVersion } from '../../../src/index.ts'

/** Any arbitrary; what a config is made of is not typed, since much of it is meant to be wrong. */
export type Anything = fc.Arbitrary<unknown>

/** Values of a field: those that the rules let pass, and others. */
export interface Values<T = unknown> {
  readonly good: fc.Arbitrary<T>
  readonly odd: fc.Arbitrary<T>
}

/** What generators of the parts of a config share: the spec version, and how often something is wrong. */
export class Tastes {
  readonly version: SpecVersion
  readonly #oddPercent: number

  constructor(version: SpecVersion, oddPercent: number) {
    this.version = version
    this.#oddPercent = oddPercent
  }

  /** Whether nothing may be wrong. */
  get isValid(): boolean {
    return this.#oddPercent === 0
  }

  /** Whether the version has what came with another. */
  has(since: SpecVersion): boolean {
    return SPEC_VERSIONS.indexOf(this.version) >= SPEC_VERSIONS.indexOf(since)
  }

  /** Good values, and now and then an odd one; more often where only some odd values lead to a finding. */
  pick({ good, odd }: Values, factor = 1): Anything {
    if (this.isValid) return good
    const oddWeight = Math.min(90, this.#oddPercent * factor)
    const goodWeight = 100 - oddWeight
    return fc.oneof({ weight: goodWeight, arbitrary: good }, { weight: oddWeight, arbitrary: odd })
  }

  /** An object in which only some members have to be there. */
  object(required: Readonly<Record<string, Anything>>, optional: Readonly<Record<string, Anything>>): Anything {
    const maybe = Object.entries(optional).map(([key, value]) => [key, this.maybe(value)] as const)
    const needed = Object.entries(required).map(([key, value]) => {
      return [key, this.pick({ good: value, odd: fc.constantFrom(undefined, null, '') })] as const
    })
    return fc.record(Object.fromEntries([...needed, ...maybe]))
  }

  /** Something, nothing, or `null`. */
  maybe(value: Anything): Anything {
    return fc.oneof(
      { weight: 20, arbitrary: fc.constant(undefined) },
      { weight: 40, arbitrary: value },
      { weight: 1, arbitrary: fc.constant(null) },
    )
  }

  /** Fields of a version, and of later ones: nothing. */
  since(version: SpecVersion, fields: Readonly<Record<string, Anything>>): Readonly<Record<string, Anything>> {
    return this.has(version) ? fields : {}
  }

  /** A list; without repeats of the key, unless something may be wrong. */
  list(
    elements: Anything,
    keyOf: (element: never) => unknown,
    { minLength = 0, maxLength = 3 }: { minLength?: number; maxLength?: number } = {},
  ): Anything {
    const good = fc.uniqueArray(elements, {
      minLength,
      maxLength,
      selector: (element) => keyOf(element as never),
    })
    return this.pick({ good, odd: fc.array(elements, { maxLength }) })
  }

  /** A list in which elements may repeat. */
  repeating(elements: Anything): Anything {
    return fc.array(elements, { maxLength: 3 })
  }
}

/** One of the values. */
export function oneOf<T>(...values: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values)
}

export const boolean: fc.Arbitrary<boolean> = fc.boolean()

/** The key of elements that are texts. */
export const itself = (element: unknown): unknown => element
