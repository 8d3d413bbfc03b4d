import fc from 'fast-check'
import { type IgnitionConfig, parseIgnition, SPEC_VERSIONS, type SpecVersion } from '../../src/index.ts'
import { ignitionConfigs } from './ignition-fuzz/configs.ts'
import { treeOf, writeTree } from './ignition-fuzz/json-tree.ts'

/** Valid configs as they come out of the parser; of any spec version unless one is given. */
export function parsedConfigs(version?: SpecVersion): fc.Arbitrary<IgnitionConfig> {
  const versions = version === undefined ? fc.constantFrom(...SPEC_VERSIONS) : fc.constant(version)
  return versions.chain((each) => ignitionConfigs(each)).map((value) => parseText(textOf(value)))
}

/** The config in a text that has one. */
export function parseText(text: string): IgnitionConfig {
  const { config, findings } = parseIgnition(new TextEncoder().encode(text))
  if (!config) throw new Error(`no config: ${findings[0]?.message}`)
  return config
}

/** Without what is absent or empty, which means the same; elements of lists stay. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((element) => withoutEmpty(element) ?? {})
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const)
  const filled = entries.filter(([, inner]) => inner !== undefined)
  return filled.length === 0 ? undefined : Object.fromEntries(filled)
}

function textOf(value: unknown): string {
  return writeTree(treeOf(value), { gaps: [], escapeEvery: 0 })
}
