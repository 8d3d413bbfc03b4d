import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ConfigText,
  findIgnoredKeys,
  formatIgnition,
  parseIgnition,
  type SpecVersion,
  validateIgnition,
} from '../../../../src/index.ts'
import { parsedConfigs } from '../../../support/ignition-configs.ts'

function ignoredIn(text: string): readonly string[] {
  const { text: parsed, version } = parse(text)
  return findIgnoredKeys(parsed, version).map(
    ({ path, span }) => `${path.join('.')} ${text.slice(span.start, span.end)}`,
  )
}

function parse(text: string): { readonly text: ConfigText; readonly version: SpecVersion } {
  const { text: parsed, version, findings } = parseIgnition(new TextEncoder().encode(text))
  if (!parsed || !version) throw new Error(findings[0]?.message)
  return { text: parsed, version }
}

const withSections = (sections: string, version = '3.3.0'): string => {
  return `{"ignition": {"version": "${version}"}, ${sections}}`
}

describe('findIgnoredKeys', () => {
  it.each([
    { name: 'an unknown key', sections: '"storrage": {"files": 1}', keys: ['storrage "storrage"'] },
    {
      name: 'a key of a later version',
      sections: '"storage": {"luks": [{"discard": true}]}',
      keys: ['storage.luks.0.discard "discard"'],
    },
    {
      name: 'a key below one in another case',
      sections: '"STORAGE": {"Files": [{}, {"pth": 1}]}',
      keys: ['storage.files.1.pth "pth"'],
    },
    {
      name: 'keys in each of repeated objects',
      sections: '"storage": {"a": 1}, "storage": {"b": 1, "b": 2}',
      keys: ['storage.a "a"', 'storage.b "b"', 'storage.b "b"'],
    },
    {
      name: 'nothing in null',
      sections: '"storage": null, "passwd": {"users": null}, "systemd": {"units": [null]}',
      keys: [],
    },
    { name: 'nothing in a key in another case', sections: '"\u017ftorage": {"Files": []}', keys: [] },
  ])('finds $name', ({ sections, keys }) => {
    expect(ignoredIn(withSections(sections))).toEqual(keys)
  })

  it('finds all that the validator warns of', () => {
    const text = withSections('"a": 1, "passwd": {"b": 1, "users": [{"c": {}, "name": "d"}]}')
    const { findings } = validateIgnition(new TextEncoder().encode(text))
    expect(findIgnoredKeys(parse(text).text, '3.3.0').map(({ path }) => path)).toEqual(findings.map(({ path }) => path))
  })

  it('finds nothing in what is written here', () => {
    fc.assert(
      fc.property(parsedConfigs(), (config) => {
        expect(ignoredIn(formatIgnition(config))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})
