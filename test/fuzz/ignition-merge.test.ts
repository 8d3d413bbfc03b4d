import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  formatIgnition,
  type IgnitionConfig,
  type MergeInput,
  mergeIgnitions,
  parseIgnition,
  renderIgnition,
  type SpecVersion,
  upgradeIgnition,
} from '../../src/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'
import { parsedConfigs } from '../support/ignition-configs.ts'
import { IGNITION_PATH, runIgnitionFetch } from '../support/ignition-fetch.ts'
import { needs } from '../support/needs.ts'

/** Configs to compare; `ISOKIT_FUZZ_RUNS=10000` for a long run. */
const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 300)
const SEED = Number(process.env['ISOKIT_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** The versions that Ignition 2.14 knows. */
const VERSIONS: readonly SpecVersion[] = ['3.0.0', '3.1.0', '3.2.0', '3.3.0']

/** The one into which it upgrades everything; it has its keys, and not all of its rules. */
const CACHE_VERSION = '3.4.0'

const timeout = 60_000 + RUNS * 200

/** A config without references of its own, and without authorities, which would be fetched. */
const leaf = fc.constantFrom(...VERSIONS).chain((version) =>
  parsedConfigs(version).map(({ ignition: { config: _, security: __, ...ignition }, ...sections }) => {
    return { ignition, ...sections }
  }),
)

/** Now and then, a config that another one takes in its own place. */
const replacement = fc.option(leaf, { freq: 8, nil: undefined })

/** Configs that refer to others, which refer to others in turn. */
const tree: fc.Arbitrary<IgnitionConfig> = treeOf(treeOf(treeOf(undefined)))

function treeOf(below: fc.Arbitrary<IgnitionConfig> | undefined): fc.Arbitrary<IgnitionConfig> {
  const children = below ? fc.array(below, { maxLength: 2 }) : fc.constant([])
  return fc.tuple(leaf, children, replacement).map(([config, merge, replace]) => referTo(config, merge, replace))
}

function referTo(
  config: IgnitionConfig,
  children: readonly IgnitionConfig[],
  replace: IgnitionConfig | undefined,
): IgnitionConfig {
  const sources = new Set(children.map((child) => dataUrl(formatIgnition(child))))
  const references = {
    merge: [...sources].map((source) => ({ source })),
    ...(replace && { replace: { source: dataUrl(formatIgnition(replace)) } }),
  }
  return { ...config, ignition: { ...config.ignition, config: references } }
}

function dataUrl(text: string): string {
  return `data:;base64,${Buffer.from(text).toString('base64')}`
}

/** Without the references, which Ignition keeps in its cache and isokit cuts out. */
function textOf({ ignition: { config: _, ...ignition }, ...sections }: IgnitionConfig): string {
  return formatIgnition({ ignition, ...sections })
}

/** The text that Ignition wrote, without what is empty, and with no more escapes than needed; its keys keep their order. */
function withoutEmptyText(cache: string): string {
  let text = cache.replace('"version":"3.4.0-experimental"', `"version":"${CACHE_VERSION}"`)
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replace(/(?<=[{,])"\w+":\{\},?/g, '').replaceAll(',}', '}')
  }
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (token) => JSON.stringify(JSON.parse(token)))
}

async function render(config: IgnitionConfig): Promise<{ text: string; isRefused: boolean; remaining: number }> {
  const input: MergeInput = { name: 'config', config }
  const { config: rendered, findings, remaining } = await renderIgnition([input], { codecs })
  const upgraded = upgradeIgnition(rendered, CACHE_VERSION).config
  const isRefused = findings.some(({ severity }) => severity === 'error')
  return { text: textOf(upgraded), isRefused, remaining: remaining.length }
}

it(`renders ${RUNS} configs as Ignition does, to the letter`, { timeout }, async (context) => {
  needs(context, IGNITION_PATH)
  let accepted = 0
  const property = fc.asyncProperty(tree, async (config) => {
    const { cache, log } = await runIgnitionFetch(formatIgnition(config))
    const { text, isRefused, remaining } = await render(config)
    expect(remaining).toBe(0)
    expect(cache === undefined, log).toBe(isRefused)
    if (cache === undefined) return
    accepted++
    const { config: cached } = parseIgnition(new TextEncoder().encode(withoutEmptyText(cache)))
    expect(cached && textOf(cached)).toBe(text)
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
  expect(accepted).toBeGreaterThan(RUNS / 10)
})

it('writes configs as Ignition does', { timeout }, async (context) => {
  needs(context, IGNITION_PATH)
  let accepted = 0
  const property = fc.asyncProperty(leaf, async (config) => {
    const { cache } = await runIgnitionFetch(formatIgnition(config))
    const { findings } = mergeIgnitions([{ name: 'config', config }])
    if (cache === undefined) return expect(findings.map(({ severity }) => severity)).toContain('error')
    accepted++
    const upgraded = upgradeIgnition(config, CACHE_VERSION).config
    expect(formatIgnition(upgraded)).toBe(`${withoutEmptyText(cache)}\n`)
  })
  await fc.assert(property, { numRuns: 100, seed: SEED })
  expect(accepted).toBeGreaterThan(20)
})
