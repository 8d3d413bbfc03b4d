import fc from 'fast-check'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import type { SpecVersion } from '../../../src/index.ts'
import { ignitionConfigs } from './configs.ts'
import { type JsonLayout, treeOf, writeTree } from './json-tree.ts'
import { byteMutations, mutateBytes } from './mutate-bytes.ts'
import { mutateTree, treeMutations } from './mutate-tree.ts'

/** The text of a config that may be wrong in any way. */
export interface Mutant {
  readonly bytes: Uint8Array
}

/** From nothing between tokens to lines that end as on other systems. */
const layouts: fc.Arbitrary<JsonLayout> = fc.record({
  gaps: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom('', ' ', '\n', '\t', '\r\n', '\n  ', '\r'), { maxLength: 7 }) },
  ),
  escapeEvery: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
  ),
})

/**
 * Texts of configs: some valid, most with wrong values, a part with another structure than they should have, and some that
 * are no JSON any more.
 */
export function ignitionMutants(version: SpecVersion): fc.Arbitrary<Mutant> {
  const few = <T>(mutations: fc.Arbitrary<T>, chance: number): fc.Arbitrary<readonly T[]> =>
    fc.oneof(
      { weight: 100 - chance, arbitrary: fc.constant([]) },
      { weight: chance, arbitrary: fc.array(mutations, { minLength: 1, maxLength: 3 }) },
    )
  const mutant = fc
    .record({
      config: fc.oneof(
        { weight: 1, arbitrary: ignitionConfigs(version) },
        { weight: 2, arbitrary: ignitionConfigs(version, 2) },
        { weight: 2, arbitrary: ignitionConfigs(version, 12) },
      ),
      tree: few(treeMutations, 50),
      layout: layouts,
      bytes: few(byteMutations, 12),
    })
    .map(({ config, tree, layout, bytes }) =>
      mutantOf(mutateBytes(encodeUtf8(writeTree(mutateTree(treeOf(config), tree), layout)), bytes)),
    )
  return fc.noBias(mutant) // the rules of lists are about their elements
}

/** A text that shows itself whole when a property fails. */
export function mutantOf(bytes: Uint8Array): Mutant {
  return Object.assign({ bytes }, { [fc.toStringMethod]: () => JSON.stringify(new TextDecoder().decode(bytes)) })
}
