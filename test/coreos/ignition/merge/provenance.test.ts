import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type IgnitionConfig,
  type IgnitionPath,
  type MergeInput,
  mergeIgnitions,
  parseIgnition,
} from '../../../../src/index.ts'
import { parsedConfigs } from '../../../support/ignition-configs.ts'

function inputOf(name: string, text: string): MergeInput {
  const { config, text: parsed } = parseIgnition(new TextEncoder().encode(text))
  if (!config) throw new Error(`${name} is no config`)
  return { name, config, text: parsed }
}

const base = inputOf(
  'base.ign',
  `{
  "ignition": {"version": "3.3.0", "timeouts": {"httpTotal": 3}},
  "passwd": {"users": [{"name": "core", "groups": ["a", "b"]}]},
  "storage": {
    "files": [
      {"path": "/a", "mode": 420, "contents": {"source": "data:,P"}},
      {"path": "/b", "append": [{"source": "data:,1"}]}
    ]
  }
}`,
)
const site = inputOf(
  'site.ign',
  `{
  "ignition": {"version": "3.4.0"},
  "passwd": {"users": [{"name": "core", "groups": ["c", "b"]}]},
  "storage": {
    "files": [
      {"path": "/c"},
      {"path": "/b", "mode": 384, "append": [{"source": "data:,2"}]}
    ]
  }
}`,
)
const node = inputOf(
  'node.ign',
  `{
  "ignition": {"version": "3.4.0", "timeouts": {"httpTotal": 0}},
  "storage": {
    "files": [{"path": "/b", "mode": 256}],
    "links": [{"path": "/a", "target": "/b"}]
  }
}`,
)

/** As `base.ign ignition.version at "3.3.0"`: the input, the path in it, and the first token of the text at the position. */
function originsIn(inputs: readonly MergeInput[], path: IgnitionPath): readonly string[] {
  return mergeIgnitions(inputs)
    .originsOf(path)
    .map(({ input, path: place, position }) => {
      const lines = new TextDecoder().decode(input.text?.bytes).split('\n')
      const text = lines[(position?.line ?? 0) - 1]?.slice((position?.column ?? 0) - 1) ?? ''
      return `${input.name} ${place.join('.')} at ${/^"[^"]*"|^\w+/.exec(text)?.[0]}`
    })
}

describe('originsOf', () => {
  it.each([
    {
      name: 'a value that one has',
      path: ['storage', 'files', 0, 'mode'],
      origins: ['base.ign storage.files.0.mode at 420'],
    },
    {
      name: 'a value of a later config, moved',
      path: ['storage', 'files', 2, 'path'],
      origins: ['site.ign storage.files.0.path at "/c"'],
    },
    {
      name: 'a value that both have: the later wins',
      path: ['storage', 'files', 1, 'mode'],
      origins: ['site.ign storage.files.1.mode at 384'],
    },
    {
      name: 'a key that both have',
      path: ['storage', 'files', 1, 'path'],
      origins: ['site.ign storage.files.1.path at "/b"'],
    },
    {
      name: 'an object that both have',
      path: ['storage', 'files', 1],
      origins: ['base.ign storage.files.1 at "path"', 'site.ign storage.files.1 at "path"'],
    },
    {
      name: 'what was appended',
      path: ['storage', 'files', 1, 'append', 1, 'source'],
      origins: ['site.ign storage.files.1.append.0.source at "data:,2"'],
    },
    {
      name: 'what was appended to',
      path: ['storage', 'files', 1, 'append', 0, 'source'],
      origins: ['base.ign storage.files.1.append.0.source at "data:,1"'],
    },
    {
      name: 'a text of one list',
      path: ['passwd', 'users', 0, 'groups', 2],
      origins: ['site.ign passwd.users.0.groups.0 at "c"'],
    },
    {
      name: 'a text of both lists',
      path: ['passwd', 'users', 0, 'groups', 1],
      origins: ['base.ign passwd.users.0.groups.1 at "b"', 'site.ign passwd.users.0.groups.1 at "b"'],
    },
    {
      name: 'the version, which only one has',
      path: ['ignition', 'version'],
      origins: ['site.ign ignition.version at "3.4.0"'],
    },
    {
      name: 'a value that is nowhere: where it would stand',
      path: ['storage', 'files', 0, 'contents', 'compression'],
      origins: ['base.ign storage.files.0.contents.compression at "source"'],
    },
    {
      name: 'a value that is nowhere, in an object of both',
      path: ['storage', 'files', 1, 'overwrite'],
      origins: ['base.ign storage.files.1.overwrite at "path"', 'site.ign storage.files.1.overwrite at "path"'],
    },
  ])('finds $name', ({ path, origins }) => {
    expect(originsIn([base, site], path)).toEqual(origins)
  })

  it.each([
    {
      name: 'a value that the last has',
      path: ['storage', 'files', 0, 'mode'],
      origins: ['node.ign storage.files.0.mode at 256'],
    },
    {
      name: 'zero, which wins',
      path: ['ignition', 'timeouts', 'httpTotal'],
      origins: ['node.ign ignition.timeouts.httpTotal at 0'],
    },
    {
      name: 'an entry that moved up',
      path: ['storage', 'files', 1, 'path'],
      origins: ['site.ign storage.files.0.path at "/c"'],
    },
    {
      name: 'an object that all have',
      path: ['storage', 'files', 0],
      origins: [
        'base.ign storage.files.1 at "path"',
        'site.ign storage.files.1 at "path"',
        'node.ign storage.files.0 at "path"',
      ],
    },
    {
      name: 'what took the place of another',
      path: ['storage', 'links', 0],
      origins: ['node.ign storage.links.0 at "path"'],
    },
    {
      name: 'the version, which two have',
      path: ['ignition', 'version'],
      origins: ['site.ign ignition.version at "3.4.0"', 'node.ign ignition.version at "3.4.0"'],
    },
  ])('finds $name among three', ({ path, origins }) => {
    expect(originsIn([base, site, node], path)).toEqual(origins)
  })

  it('gives no positions for configs without text', () => {
    const config: IgnitionConfig = { ignition: { version: '3.4.0' } }
    expect(mergeIgnitions([{ name: 'a', config }]).originsOf(['ignition', 'version'])).toEqual([
      { input: { name: 'a', config }, path: ['ignition', 'version'], position: undefined },
    ])
  })

  it('tells input and path of every single value: the same value is there', () => {
    fc.assert(
      fc.property(fc.array(parsedConfigs('3.5.0'), { minLength: 1, maxLength: 4 }), (configs) => {
        const inputs = configs.map((config, index) => ({ name: `${index}`, config }))
        const { config, originsOf } = mergeIgnitions(inputs)
        for (const { path, value } of singleValues(config)) {
          const origins = originsOf(path)
          expect(origins.length).toBeGreaterThan(0)
          for (const { input, path: place } of origins) expect(valueAt(input.config, place)).toBe(value)
          // a later input that says something else would have won
          const later = inputs.slice(inputs.findIndex(({ name }) => name === origins.at(-1)?.input.name) + 1)
          expect(later.every((input) => !origins.some((origin) => origin.input === input))).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })
})

interface SingleValue {
  readonly path: IgnitionPath
  readonly value: unknown
}

function singleValues(value: unknown, path: IgnitionPath = []): readonly SingleValue[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [{ path, value }]
  if (Array.isArray(value)) return value.flatMap((element, index) => singleValues(element, [...path, index]))
  return Object.entries(value).flatMap(([key, inner]) => singleValues(inner, [...path, key]))
}

function valueAt(config: IgnitionConfig, path: IgnitionPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], config)
}
