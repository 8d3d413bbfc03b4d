import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatIgnition,
  type IgnitionConfig,
  mergeIgnition,
  mergeIgnitions,
  SPEC_VERSIONS,
  type SpecVersion,
  upgradeIgnition,
  validateIgnition,
} from '../../../../src/index.ts'
import { parsedConfigs, parseText, withoutEmpty } from '../../../support/ignition-configs.ts'

const VERSION = '3.6.0'

function meaning(config: IgnitionConfig): unknown {
  return withoutEmpty(config)
}

function left(...[a, b, c]: readonly [IgnitionConfig, IgnitionConfig, IgnitionConfig]): IgnitionConfig {
  return mergeIgnition(mergeIgnition(a, b), c)
}

function right(...[a, b, c]: readonly [IgnitionConfig, IgnitionConfig, IgnitionConfig]): IgnitionConfig {
  return mergeIgnition(a, mergeIgnition(b, c))
}

/** What makes the order of merging matter: entries that take others away. */
function withoutRemovals(config: IgnitionConfig): IgnitionConfig {
  const { storage, kernelArguments, ...rest } = config
  const headless = (resource: object): object => {
    const { httpHeaders: _, ...others } = resource as { httpHeaders?: unknown }
    return others
  }
  const text = JSON.stringify(
    {
      ...rest,
      kernelArguments: { shouldExist: kernelArguments?.shouldExist },
      storage: { ...storage, directories: undefined, links: undefined },
    },
    (_, value: unknown) =>
      typeof value === 'bigint'
        ? Number(BigInt.asIntN(32, value))
        : typeof value === 'object' && value !== null && 'httpHeaders' in value
          ? headless(value)
          : value,
  )
  return parseText(text)
}

const configs = parsedConfigs(VERSION)
const tame = configs.map(withoutRemovals)

describe('merging', () => {
  it('with an empty config changes nothing, on either side', () => {
    fc.assert(
      fc.property(parsedConfigs(), (config) => {
        const empty: IgnitionConfig = { ignition: { version: '3.0.0' } }
        expect(meaning(mergeIgnition(config, empty))).toEqual(meaning(config))
        expect(meaning(mergeIgnition(empty, config))).toEqual(meaning(config))
      }),
      { numRuns: 200 },
    )
  })

  it('is associative where nothing is taken away', () => {
    fc.assert(
      fc.property(tame, tame, tame, (a, b, c) => {
        expect(meaning(left(a, b, c))).toEqual(meaning(right(a, b, c)))
      }),
      { numRuns: 150 },
    )
  })

  const nodes = (storage: IgnitionConfig['storage']): IgnitionConfig => ({ ignition: { version: VERSION }, storage })
  const headers = (...httpHeaders: readonly { name: string; value?: string }[]): IgnitionConfig =>
    nodes({ files: [{ path: '/a', contents: { source: 'https://h', httpHeaders } }] })
  const kargs = (kernelArguments: IgnitionConfig['kernelArguments']): IgnitionConfig => {
    return { ignition: { version: VERSION }, kernelArguments }
  }
  it.each([
    {
      name: 'a path that changes its kind and changes back: what it was first counts only on the right',
      a: nodes({ files: [{ path: '/a', mode: 1 }] }),
      b: nodes({ links: [{ path: '/a', target: '/t' }] }),
      c: nodes({ files: [{ path: '/a' }] }),
      left: nodes({ files: [{ path: '/a' }] }),
      right: nodes({ files: [{ path: '/a', mode: 1 }] }),
    },
    {
      name: 'a header that is removed twice: on the right, the removals remove each other',
      a: headers({ name: 'A', value: '1' }),
      b: headers({ name: 'A' }),
      c: headers({ name: 'A' }),
      left: headers({ name: 'A' }),
      right: headers({ name: 'A', value: '1' }),
    },
    {
      name: 'a header that is removed and set again: on the left, it moves to the end',
      a: headers({ name: 'A', value: '1' }, { name: 'B', value: '2' }),
      b: headers({ name: 'A' }),
      c: headers({ name: 'A', value: '3' }),
      left: headers({ name: 'B', value: '2' }, { name: 'A', value: '3' }),
      right: headers({ name: 'A', value: '3' }, { name: 'B', value: '2' }),
    },
    {
      name: 'a kernel argument that is unwanted and wanted again: on the left, it moves to the end',
      a: kargs({ shouldExist: ['a', 'b'] }),
      b: kargs({ shouldNotExist: ['a'] }),
      c: kargs({ shouldExist: ['a'] }),
      left: kargs({ shouldExist: ['b', 'a'] }),
      right: kargs({ shouldExist: ['a', 'b'] }),
    },
  ])('is not associative for $name', ({ a, b, c, ...expected }) => {
    expect(meaning(left(a, b, c))).toEqual(meaning(expected.left))
    expect(meaning(right(a, b, c))).toEqual(meaning(expected.right))
  })

  it('gives the same before an upgrade as after it', () => {
    const versions = fc.constantFrom<SpecVersion>(...SPEC_VERSIONS)
    const pairs = versions.chain((version) => fc.tuple(parsedConfigs(version), parsedConfigs(version)))
    fc.assert(
      fc.property(pairs, ([parent, child]) => {
        const upgrade = (config: IgnitionConfig): IgnitionConfig => upgradeIgnition(config, '3.7.0-experimental').config
        const after = mergeIgnition(upgrade(parent), upgrade(child))
        expect(meaning(upgrade(mergeIgnition(parent, child)))).toEqual(meaning(after))
      }),
      { numRuns: 150 },
    )
  })

  it('never repeats a key, and finds whatever else validation would', () => {
    const inputs = fc.array(parsedConfigs(), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(inputs, (given) => {
        const { config, findings } = mergeIgnitions(given.map((each) => ({ name: 'x', config: each })))
        const report = validateIgnition(new TextEncoder().encode(formatIgnition(config)))
        const kinds = report.findings.map(({ kind }) => kind)
        expect(kinds).not.toContain('duplicate')
        expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds))
      }),
      { numRuns: 150 },
    )
  })

  it('of a list of configs is merging one after the other', () => {
    fc.assert(
      fc.property(configs, configs, configs, (a, b, c) => {
        const { config } = mergeIgnitions([a, b, c].map((each) => ({ name: 'x', config: each })))
        expect(config).toEqual(left(a, b, c))
      }),
      { numRuns: 100 },
    )
  })
})
