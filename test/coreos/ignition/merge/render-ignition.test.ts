import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  type IgnitionConfig,
  type MergeFinding,
  parseIgnition,
  portableCodecs,
  type RenderedIgnition,
  renderIgnition,
} from '../../../../src/index.ts'
import { nodeCodecs as codecs } from '../../../../src/node/index.ts'
import { withoutEmpty } from '../../../support/ignition-configs.ts'

type Sections = Omit<IgnitionConfig, 'ignition'> & { readonly ignition?: Partial<IgnitionConfig['ignition']> }

function textOf({ ignition, ...sections }: Sections): string {
  return JSON.stringify({ ignition: { version: '3.4.0', ...ignition }, ...sections })
}

function inline(text: string): { readonly source: string } {
  return { source: `data:;base64,${Buffer.from(text).toString('base64')}` }
}

const carrying = (sections: Sections): { readonly source: string } => inline(textOf(sections))
const gzipped = (text: string | Uint8Array) => {
  const source = `data:;base64,${gzipSync(text).toString('base64')}`
  return { source, compression: 'gzip' }
}
const sha512 = (text: string): string => `sha512-${createHash('sha512').update(text).digest('hex')}`
const references = (...merge: readonly object[]): Sections => ({ ignition: { config: { merge } } })
const files = (...paths: readonly string[]): Sections => ({ storage: { files: paths.map((path) => ({ path })) } })
const remote = { source: 'https://user:hunter2@h/x?hunter2' }

function render(...configs: readonly Sections[]): Promise<RenderedIgnition> {
  const inputs = configs.map((sections, index) => {
    const { config, text } = parseIgnition(new TextEncoder().encode(textOf(sections)))
    if (!config) throw new Error('no config')
    return { name: `${'abc'[index]}.ign`, config, text }
  })
  return renderIgnition(inputs, { codecs })
}

/** The rendered config without the version and what is empty. */
async function rendered(...configs: readonly Sections[]): Promise<unknown> {
  const { config } = await render(...configs)
  const { version: _, ...ignition } = config.ignition
  return withoutEmpty({ ...config, ignition })
}

function summarize({ severity, kind, origins }: MergeFinding): string {
  return `${severity} ${kind} ${origins.map(({ input, path }) => `${input.name} ${path.join('.')}`).join(', ')}`
}

async function leftOf(...configs: readonly Sections[]): Promise<readonly string[]> {
  const { remaining } = await render(...configs)
  return remaining.map(({ path, reason, url }) => `${path.join('.')} ${reason} ${url}`)
}

describe('renderIgnition', () => {
  it.each([
    {
      name: 'merges inline configs in order, each over those before',
      configs: [
        {
          ...files('/a'),
          ...references(
            carrying(files('/b')),
            carrying({
              storage: {
                files: [
                  { path: '/a', mode: 1 },
                  { path: '/b', mode: 2 },
                ],
              },
            }),
          ),
        },
      ],
      to: {
        storage: {
          files: [
            { path: '/a', mode: 1 },
            { path: '/b', mode: 2 },
          ],
        },
      },
    },
    {
      name: 'goes into depth first',
      configs: [
        references(
          carrying({ ...files('/a'), ...references(carrying({ storage: { files: [{ path: '/a', mode: 1 }] } })) }),
          carrying({ storage: { files: [{ path: '/a', overwrite: false }] } }),
        ),
      ],
      to: { storage: { files: [{ path: '/a', mode: 1, overwrite: false }] } },
    },
    {
      name: 'puts a replacement in the place of everything',
      configs: [
        { ...files('/a'), ignition: { config: { merge: [carrying(files('/b'))], replace: carrying(files('/c')) } } },
      ],
      to: { storage: { files: [{ path: '/c' }] } },
    },
    {
      name: 'puts a replacement inside a reference in the place of that',
      configs: [
        {
          ...files('/a'),
          ...references(carrying({ ...files('/b'), ignition: { config: { replace: carrying(files('/c')) } } })),
        },
      ],
      to: { storage: { files: [{ path: '/a' }, { path: '/c' }] } },
    },
    {
      name: 'merges the configs that it is given before it follows anything',
      configs: [
        references(carrying({ storage: { files: [{ path: '/a', mode: 2 }] } })),
        { storage: { files: [{ path: '/a', mode: 1 }] } },
      ],
      to: { storage: { files: [{ path: '/a', mode: 2 }] } },
    },
    {
      name: 'decompresses, and verifies in lower case',
      configs: [references({ ...gzipped(textOf(files('/a'))), verification: { hash: sha512(textOf(files('/a'))) } })],
      to: { storage: { files: [{ path: '/a' }] } },
    },
  ] satisfies readonly { name: string; configs: readonly Sections[]; to: unknown }[])(
    '$name',
    async ({ configs, to }) => {
      expect(await rendered(...configs)).toEqual(to)
      expect((await render(...configs)).remaining).toEqual([])
    },
  )

  it('takes the latest version of all that is merged, and of nothing else', async () => {
    const later = carrying({ ignition: { version: '3.6.0' }, storage: { files: [{ path: '/a', mode: 0o4755 }] } })
    const modes = { storage: { files: [{ path: '/b', mode: 0o4755 }] } }
    const { config } = await render({ ...modes, ...references(later) })
    expect(config.ignition.version).toBe('3.6.0')
    expect(config.storage?.files).toEqual([
      { path: '/b', mode: 0o755 },
      { path: '/a', mode: 0o4755 },
    ])
    expect((await render({ ...modes, ...references(remote, later) })).config.ignition.version).toBe('3.4.0')
    const earlier = carrying({ ignition: { version: '3.1.0' } })
    expect((await render({ ignition: { config: { replace: earlier } } })).config.ignition.version).toBe('3.1.0')
  })

  it('knows where values of inline configs come from', async () => {
    const inner = '{"ignition":{"version":"3.4.0"},\n"storage":{"files":[{"path":"/b"}]}}'
    const { originsOf } = await render({ ...files('/a'), ...references(inline(textOf(references(inline(inner))))) })
    expect(originsOf(['storage', 'files', 1, 'path'])).toEqual([
      {
        input: expect.objectContaining({ name: 'a.ign#ignition.config.merge.0#ignition.config.merge.0' }),
        path: ['storage', 'files', 0, 'path'],
        position: { line: 2, column: 29 },
      },
    ])
  })

  describe('what stays', () => {
    it.each([
      {
        name: 'a config that has to be fetched',
        config: references(remote),
        left: ['ignition.config.merge.0 remote https://…@h/x?…'],
      },
      {
        name: 'what comes after it, less what came before',
        config: { ...files('/a'), ...references(carrying(files('/b')), remote, carrying(files('/c'))) },
        left: ['ignition.config.merge.0 remote https://…@h/x?…', 'ignition.config.merge.1 later undefined'],
      },
      {
        name: 'an inline config that needs another',
        config: references(carrying(references(remote)), carrying(files('/c'))),
        left: ['ignition.config.merge.0 incomplete undefined', 'ignition.config.merge.1 later undefined'],
      },
      {
        name: 'a replacement that has to be fetched, alone',
        config: { ignition: { config: { replace: remote, merge: [carrying(files('/b'))] } } },
        left: ['ignition.config.replace remote https://…@h/x?…'],
      },
      {
        name: 'a replacement that needs another',
        config: { ignition: { config: { replace: carrying({ ignition: { config: { replace: remote } } }) } } },
        left: ['ignition.config.replace incomplete undefined'],
      },
    ] satisfies readonly { name: string; config: Sections; left: readonly string[] }[])(
      'is $name',
      async ({ config, left }) => {
        expect(await leftOf(config)).toEqual(left)
      },
    )

    it('is what the codecs can not read', async () => {
      const config: IgnitionConfig = { ignition: { version: '3.4.0', config: { merge: [gzipped('{}')] } } }
      const { findings, remaining } = await renderIgnition([{ name: 'a', config }], { codecs: portableCodecs })
      expect(findings).toEqual([])
      expect(remaining).toMatchObject([{ reason: 'unreadable' }])
    })

    it('has its place in the texts', async () => {
      const { remaining, config } = await render({ ...references(carrying(files('/b')), remote) })
      expect(config.ignition.config?.merge).toEqual([remote])
      expect(config.storage?.files).toEqual([{ path: '/b' }])
      expect(remaining[0]?.origins).toMatchObject([
        { input: { name: 'a.ign' }, path: ['ignition', 'config', 'merge', 1] },
      ])
    })
  })

  describe('a config that can not be used', () => {
    const damaged = Buffer.concat([gzipSync('x').subarray(0, -1), Buffer.of(1)])
    it.each([
      { name: 'is empty', reference: inline('') },
      { name: 'is empty once decompressed', reference: gzipped('') },
      { name: 'has no source', reference: { source: '' } },
      { name: 'is no gzip data', reference: { ...inline('{}'), compression: 'gzip' } },
      { name: 'is damaged', reference: { source: `data:;base64,${damaged.toString('base64')}`, compression: 'gzip' } },
      {
        name: 'has something behind its gzip data',
        reference: {
          source: `data:;base64,${Buffer.concat([gzipSync('{}'), Buffer.of(0)]).toString('base64')}`,
          compression: 'gzip',
        },
      },
      { name: 'has another hash', reference: { ...inline('{}'), verification: { hash: sha512('x') } } },
      {
        name: 'has its hash in upper case',
        reference: { ...inline('{}'), verification: { hash: `sha512-${sha512('{}').slice(7).toUpperCase()}` } },
      },
    ])('is told and stays when it $name', async ({ reference }) => {
      const { findings, remaining } = await render(references(reference))
      expect(findings.map(summarize)).toContain('error reference-unusable a.ign ignition.config.merge.0')
      expect(remaining).toMatchObject([{ reason: 'unusable' }])
    })

    it('is told with its own findings when it is not valid', async () => {
      const { findings, remaining } = await render(references(carrying(files('relative')), inline('{"ignition":\n}')))
      expect(findings.map(summarize)).toEqual([
        'error path-relative a.ign#ignition.config.merge.0 storage.files.0.path',
        'error json-syntax a.ign#ignition.config.merge.1 ',
      ])
      expect(findings[1]?.origins[0]?.position).toEqual({ line: 0, column: 0 })
      expect(remaining).toMatchObject([{ reason: 'unusable' }, { reason: 'unusable' }])
    })

    it('is told when it ignores keys', async () => {
      const { findings } = await render(references(inline('{"ignition":{"version":"3.4.0"},"storrage":{}}')))
      expect(findings.map(summarize)).toEqual(['warning unused-key a.ign#ignition.config.merge.0 storrage'])
    })
  })

  it('validates what comes of it', async () => {
    const { findings } = await render({
      ...files('/a/b'),
      ...references(carrying({ storage: { links: [{ path: '/a', target: '/t' }] } })),
    })
    expect(findings.map(summarize)).toEqual(['error path-through-link a.ign storage.files.0'])
  })

  it('tells when a replacement takes the place of several configs', async () => {
    const { findings } = await render(files('/a'), { ignition: { config: { replace: carrying(files('/c')) } } })
    expect(findings.map(summarize)).toEqual(['advice configs-replaced b.ign ignition.config.replace.source'])
  })

  describe('limits', () => {
    const nested = (depth: number): Sections => (depth === 0 ? files('/a') : references(carrying(nested(depth - 1))))

    it('follow references 16 deep', async () => {
      expect(await rendered(nested(16))).toEqual({ storage: { files: [{ path: '/a' }] } })
      await expect(render(nested(17))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    })

    it('follow 1000 references', async () => {
      const many = (count: number): Sections =>
        references(...Array.from({ length: count }, (_, index) => inline(`${textOf({})}${' '.repeat(index)}`)))
      expect((await render(many(1000))).remaining).toEqual([])
      await expect(render(many(1001))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    })
  })

  it('stops when it is told to', async () => {
    const config: IgnitionConfig = { ignition: { version: '3.4.0', config: { merge: [inline('{}')] } } }
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(renderIgnition([{ name: 'a', config }], { codecs, signal })).rejects.toThrow('enough')
  })
})
