import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { portableCodecs } from '../../../../src/index.ts'
import { failuresOf, gzipped, inline, planOf, type Sections, stepsOf } from './plans.ts'

const configOf = (sections: Sections, ignition: object = {}): string =>
  JSON.stringify({ ignition: { version: '3.2.0', ...ignition }, ...sections })
const file = (path: string): Sections => ({ storage: { files: [{ path }] } })
const referring = (config: object): Sections => ({ ignition: { config } })
const REMOTE = { source: 'https://user:hunter2@example.com/base.ign?hunter2' }
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'

/** `merge inline`, `certificate-authority https://…`. */
async function fetchesOf(sections: Sections): Promise<readonly string[]> {
  const plan = await planOf(sections)
  return stepsOf(plan, 'fetch').map(({ purpose, resource }) => `${purpose} ${resource.url ?? resource.origin}`)
}

async function pathsOf(sections: Sections): Promise<readonly string[]> {
  return stepsOf(await planOf(sections), 'file').map(({ path }) => path)
}

describe('configs that a config refers to', () => {
  it('are merged when it carries them', async () => {
    const merge = [gzipped(configOf(file('/b'))), inline(configOf(file('/c')))]
    const plan = await planOf({ ...file('/a'), ...referring({ merge }) })
    expect(stepsOf(plan, 'file').map(({ path }) => path)).toEqual(['/a', '/b', '/c'])
    expect(plan).toMatchObject({ isComplete: true, networkUses: [], version: '3.4.0' })
    expect(stepsOf(plan, 'render')).toHaveLength(1)
  })

  it('are taken in its place when it says so, without the others', async () => {
    const config = { replace: inline(configOf(file('/b'))), merge: [inline(configOf(file('/c')))] }
    expect(await pathsOf({ ...file('/a'), ...referring(config) })).toEqual(['/b'])
    expect(await fetchesOf({ ...file('/a'), ...referring(config) })).toEqual(['replace inline'])
  })

  it('make the plan incomplete when they have to be fetched', async () => {
    const plan = await planOf({ ...file('/a'), ...referring({ merge: [REMOTE, inline(configOf(file('/b')))] }) })
    expect(stepsOf(plan, 'file').map(({ path }) => path)).toEqual(['/a', '/b'])
    expect(plan).toMatchObject({ isComplete: false, networkUses: ['1 fetch'] })
    expect(JSON.stringify(plan)).not.toContain('hunter2')
  })

  it('leave nothing known when the one in its place has to be fetched', async () => {
    const plan = await planOf({ ...file('/a'), ...referring({ replace: REMOTE }) })
    expect(stepsOf(plan, 'file')).toEqual([])
    expect(plan.isComplete).toBe(false)
  })

  it('are listed depth-first, each with the certificates that it brings', async () => {
    const tls = (source: string): object => ({ security: { tls: { certificateAuthorities: [{ source }] } } })
    const inner = configOf({}, { config: { merge: [REMOTE] }, ...tls('https://h/2') })
    const ignition = { config: { merge: [inline(inner), { source: 'https://h/x' }] }, ...tls('https://h/1') }
    expect(await fetchesOf({ ignition })).toEqual([
      'certificate-authority https://h/1',
      'merge inline',
      'certificate-authority https://h/2',
      'merge https://…@example.com/base.ign?…',
      'merge https://h/x',
    ])
  })

  it.each([
    { name: 'no JSON', reference: inline('{'), failures: ['config-unusable'] },
    { name: 'not valid', reference: inline(configOf(file('relative'))), failures: ['config-unusable'] },
    {
      name: 'not valid twice',
      reference: inline(configOf({ storage: { files: [{ path: 'a' }, { path: 'b' }] } })),
      failures: ['config-unusable', 'config-unusable'],
    },
    {
      name: 'of no known version',
      reference: inline('{"ignition":{"version":"2.0.0"}}'),
      failures: ['config-unusable'],
    },
    { name: 'no gzip data', reference: { ...inline('{}'), compression: 'gzip' }, failures: ['contents-damaged'] },
    {
      name: 'verified in upper case',
      reference: {
        ...inline(configOf({})),
        verification: { hash: `sha512-${createHash('sha512').update(configOf({})).digest('hex').toUpperCase()}` },
      },
      failures: ['hash-mismatch'],
    },
    {
      name: 'compressed over s3',
      reference: { source: 's3://b/k', compression: 'gzip' },
      failures: ['compression-unsupported'],
    },
  ])('fail when they are $name', async ({ reference, failures }) => {
    const plan = await planOf({ ...file('/a'), ...referring({ merge: [reference] }) })
    expect(stepsOf(plan, 'fetch').map(failuresOf)).toEqual([failures])
    expect(plan.counts.failing).toBe(1)
  })

  it('fail without a source, which 3.0.0 allows', async () => {
    const plan = await planOf({ ignition: { version: '3.0.0', config: { merge: [{}] } } })
    expect(stepsOf(plan, 'fetch').map(failuresOf)).toEqual([['config-unusable']])
  })

  it('make the target ignore everything when one of them is empty', async () => {
    for (const config of [{ merge: [inline('')] }, { replace: { source: '' } }]) {
      const plan = await planOf({ ...file('/a'), ...referring(config) }, { base: 'coreos' })
      expect(stepsOf(plan, 'file')).toEqual([])
      expect(stepsOf(plan, 'user').map(({ name }) => name)).toEqual(['core'])
      expect(stepsOf(plan, 'fetch')[0]).toMatchObject({ failures: [], notes: [expect.stringContaining('ignores')] })
    }
  })

  it('can merge into what is refused', async () => {
    const links = { storage: { links: [{ path: '/a', target: 'x' }] } }
    const plan = await planOf({ ...file('/a/b'), ...referring({ merge: [inline(configOf(links))] }) })
    expect(stepsOf(plan, 'render').map(failuresOf)).toEqual([['merged-config-refused']])
  })

  it('make the plan incomplete when they are compressed in a way that nobody can read here', async () => {
    const merge = [gzipped(configOf(file('/b')))]
    const plan = await planOf({ ...file('/a'), ...referring({ merge }) }, { codecs: portableCodecs })
    expect(plan).toMatchObject({ isComplete: false, counts: { failing: 0 } })
    expect(stepsOf(plan, 'fetch')[0]?.notes).toHaveLength(1)
  })

  it('are not told about when there are none', async () => {
    expect(stepsOf(await planOf(file('/a')), 'render')).toEqual([])
  })

  it('are looked at no deeper than a target would get by', async () => {
    let text = configOf(file('/a'))
    for (let depth = 0; depth < 20; depth++) text = configOf({}, { config: { merge: [gzipped(text)] } })
    await expect(planOf({ ignition: { config: { merge: [gzipped(text)] } } })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
  })
})

describe('a config that is valid, and refused at boot', () => {
  it.each([
    { name: 'a link without target', sections: { storage: { links: [{ path: '/a' }] } } },
    {
      name: 'a custom pin that only needs the network',
      sections: { storage: { luks: [{ name: 'a', device: '/dev/vda', clevis: { custom: { needsNetwork: true } } }] } },
    },
  ])('has $name', async ({ sections }) => {
    const plan = await planOf({ ignition: { version: '3.2.0' }, ...sections })
    const [step] = stepsOf(plan, 'render')
    expect(new Set(step && failuresOf(step))).toEqual(new Set(['merged-config-refused']))
  })
})

describe('certificates', () => {
  it('are told about once, whoever brings them', async () => {
    const security = { tls: { certificateAuthorities: [{ source: 'https://h/ca' }] } }
    const ignition = { security, config: { merge: [inline(configOf({}, { security }))] } }
    expect(await fetchesOf({ ignition })).toEqual(['certificate-authority https://h/ca', 'merge inline'])
  })

  it.each([
    { name: 'one', text: CERTIFICATE, failures: [] },
    { name: 'one with its line ended', text: `${CERTIFICATE}\n`, failures: [] },
    { name: 'a text in front', text: `# text\n${CERTIFICATE}\n`, failures: [] },
    { name: 'several', text: `${CERTIFICATE}\n\n${CERTIFICATE}\r\n`, failures: [] },
    { name: 'nothing', text: '', failures: [] },
    { name: 'an empty line behind', text: `${CERTIFICATE}\n\n`, failures: ['certificates-unusable'] },
    { name: 'a comment behind', text: `${CERTIFICATE}\n# text`, failures: ['certificates-unusable'] },
    { name: 'no certificate', text: 'text', failures: ['certificates-unusable'] },
    { name: 'no end', text: CERTIFICATE.slice(0, 40), failures: ['certificates-unusable'] },
    { name: 'a key', text: CERTIFICATE.replaceAll('CERTIFICATE', 'PRIVATE KEY'), failures: ['certificates-unusable'] },
  ])('with $name', async ({ text, failures }) => {
    const security = { tls: { certificateAuthorities: [inline(text)] } }
    const [step] = stepsOf(await planOf({ ignition: { security } }), 'fetch')
    expect(step && failuresOf(step)).toEqual(failures)
  })
})
