import { describe, expect, it } from 'vitest'
import { type IgnitionConfig, type MergeFinding, mergeIgnitions, type SpecVersion } from '../../../../src/index.ts'

type Sections = Omit<IgnitionConfig, 'ignition'> & { readonly ignition?: Partial<IgnitionConfig['ignition']> }

function findingsOf(configs: readonly Sections[], version: SpecVersion = '3.4.0'): readonly MergeFinding[] {
  const inputs = configs.map(({ ignition, ...sections }, index) => {
    return { name: 'abc'[index] ?? '', config: { ignition: { version, ...ignition }, ...sections } }
  })
  return mergeIgnitions(inputs).findings
}

/** As `error id-and-name storage.files.0.user from a storage.files.0.user, b storage.files.0.user`. */
function summarize({ severity, kind, path, origins }: MergeFinding): string {
  const places = origins.map(({ input, path: place }) => `${input.name} ${place.join('.')}`)
  return `${severity} ${kind} ${path?.join('.')} from ${places.join(', ')}`
}

const contents = (more: object): Sections => ({ storage: { files: [{ path: '/a', contents: more }] } })
const P = { source: 'https://h/p', compression: 'gzip', verification: { hash: `sha512-${'0'.repeat(128)}` } }

describe('the re-validation of a merged config', () => {
  it.each([
    {
      name: 'an owner with an id of one config and a name of another',
      configs: [
        { storage: { files: [{ path: '/a', user: { id: 1 } }] } },
        { storage: { files: [{ path: '/b' }, { path: '/a', user: { name: 'x' } }] } },
      ],
      findings: ['error id-and-name storage.files.0.user from a storage.files.0.user, b storage.files.1.user'],
    },
    {
      name: 'a file of one config below a link of another',
      configs: [{ storage: { files: [{ path: '/a/b' }] } }, { storage: { links: [{ path: '/a', target: '/t' }] } }],
      findings: ['error path-through-link storage.files.0 from a storage.files.0'],
    },
    {
      name: 'partitions with one label',
      configs: [
        { storage: { disks: [{ device: '/dev/a', partitions: [{ number: 1, label: 'root' }, { label: 'x' }] }] } },
        { storage: { disks: [{ device: '/dev/a', partitions: [{ label: 'root' }] }] } },
      ],
      findings: ['error partition-label-collision storage.disks.0.partitions.2 from b storage.disks.0.partitions.0'],
    },
    {
      name: 'an enabled unit that only gets contents without [Install] in another config',
      configs: [
        { systemd: { units: [{ name: 'a.service', enabled: true }] } },
        { systemd: { units: [{ name: 'a.service', contents: '[Unit]\nDescription=x\n' }] } },
      ],
      findings: ['warning unit-no-install-section systemd.units.0.contents from b systemd.units.0.contents'],
    },
  ] satisfies readonly { name: string; configs: readonly Sections[]; findings: readonly string[] }[])(
    'finds $name',
    ({ configs, findings }) => {
      expect(findingsOf(configs).map(summarize)).toEqual(findings)
    },
  )

  it.each([
    {
      name: 'a reference without source',
      version: '3.0.0',
      config: { ignition: { config: { merge: [{}] } } },
      finding: 'error source-required ignition.config.merge.0 from a ignition.config.merge.0',
    },
    {
      name: 'a link without target',
      version: '3.2.0',
      config: { storage: { links: [{ path: '/l', target: '' }] } },
      finding: 'error link-target-required storage.links.0.target from a storage.links.0.target',
    },
    {
      name: 'a clevis pin of which there is only that it needs the network',
      version: '3.2.0',
      config: {
        storage: {
          luks: [{ name: 'l', device: '/dev/a', clevis: { custom: { needsNetwork: true, pin: '', config: '' } } }],
        },
      },
      finding: 'error clevis-pin-required storage.luks.0.clevis.custom.pin from a storage.luks.0.clevis.custom.pin',
    },
  ] satisfies readonly { name: string; version: SpecVersion; config: Sections; finding: string }[])(
    'finds $name, which only newer rules refuse',
    ({ version, config, finding }) => {
      const found = findingsOf([config], version)
      expect(found.map(summarize)).toContain(finding)
      expect(found[0]?.message).toMatch(/newer releases/)
    },
  )

  it('finds nothing in what is valid', () => {
    expect(findingsOf([contents(P), { passwd: { users: [{ name: 'core' }] } }, {}])).toEqual([])
  })

  it('takes no configs for an empty one', () => {
    expect(mergeIgnitions([])).toMatchObject({ config: { ignition: { version: '3.0.0' } }, findings: [] })
  })
})

describe('what merging does silently', () => {
  it.each([
    {
      name: 'compression and hash of a source that is replaced',
      configs: [contents(P), contents({ source: 'https://h/c' })],
      findings: [
        'advice settings-inherited storage.files.0.contents.source from a storage.files.0.contents.compression, a storage.files.0.contents.verification.hash, b storage.files.0.contents.source',
      ],
    },
    {
      name: 'headers of a source that is replaced',
      configs: [
        contents({ source: 'https://h/p', httpHeaders: [{ name: 'A', value: '1' }] }),
        contents({ source: 'https://other/c' }),
      ],
      findings: [
        'advice settings-inherited storage.files.0.contents.source from a storage.files.0.contents.httpHeaders, b storage.files.0.contents.source',
      ],
    },
    {
      name: 'settings of a source that is replaced two configs later',
      configs: [
        contents(P),
        { storage: { files: [{ path: '/b' }] } },
        { storage: { files: [{ path: '/c' }, { path: '/a', contents: { source: 'https://h/c', compression: '' } }] } },
      ],
      findings: [
        'advice settings-inherited storage.files.0.contents.source from a storage.files.0.contents.verification.hash, c storage.files.1.contents.source',
      ],
    },
    {
      name: 'a replaced source of a replacement for the config, and that it replaces all',
      configs: [
        { ignition: { config: { replace: P } } },
        { ignition: { config: { replace: { source: 'https://h/c' } } } },
      ],
      findings: [
        'advice configs-replaced ignition.config.replace.source from b ignition.config.replace.source',
        'advice settings-inherited ignition.config.replace.source from a ignition.config.replace.compression, a ignition.config.replace.verification.hash, b ignition.config.replace.source',
      ],
    },
    {
      name: 'a file that makes way for a link',
      configs: [
        { storage: { files: [{ path: '/x' }, { path: '/a' }] } },
        { storage: { links: [{ path: '/a', target: '/t' }] } },
      ],
      findings: ['advice entry-replaced undefined from a storage.files.1, b storage.links.0'],
    },
    {
      name: 'a kernel argument that is no longer wanted',
      configs: [{ kernelArguments: { shouldExist: ['a'] } }, { kernelArguments: { shouldNotExist: ['a'] } }],
      findings: [
        'advice entry-replaced undefined from a kernelArguments.shouldExist.0, b kernelArguments.shouldNotExist.0',
      ],
    },
    {
      name: 'a header that removes nothing',
      configs: [contents({ source: 'https://h/p' }), contents({ httpHeaders: [{ name: 'A' }] })],
      findings: [
        'advice header-without-value storage.files.0.contents.httpHeaders.0 from b storage.files.0.contents.httpHeaders.0',
      ],
    },
  ] satisfies readonly { name: string; configs: readonly Sections[]; findings: readonly string[] }[])(
    'tells $name',
    ({ configs, findings }) => {
      expect(findingsOf(configs).map(summarize)).toEqual(findings)
    },
  )

  it.each([
    { name: 'settings that go with the source', configs: [contents(P), contents({ ...P, source: 'https://h/c' })] },
    {
      name: 'settings that are taken back',
      configs: [contents({ ...P, verification: {} }), contents({ source: 'https://h/c', compression: '' })],
    },
    {
      name: 'settings that a later config corrects',
      configs: [
        contents({ source: 'https://h/p', compression: 'gzip' }),
        contents({ source: 'https://h/c' }),
        contents({ compression: '', source: 'https://h/d' }),
      ],
    },
    { name: 'the same source once more', configs: [contents(P), contents({ source: P.source })] },
    {
      name: 'settings for a source that stays',
      configs: [contents({ source: P.source }), contents({ compression: 'gzip' })],
    },
    { name: 'a replacement in the only config', configs: [{ ignition: { config: { replace: P } } }] },
    {
      name: 'a file that replaces a file',
      configs: [{ storage: { files: [{ path: '/a' }] } }, { storage: { files: [{ path: '/a', mode: 1 }] } }],
    },
  ] satisfies readonly { name: string; configs: readonly Sections[] }[])('does not tell $name', ({ configs }) => {
    expect(findingsOf(configs)).toEqual([])
  })

  it('shows no secrets', () => {
    const secret = 'https://user:hunter2@h/p?hunter2'
    const findings = findingsOf([contents({ ...P, source: secret }), contents({ source: `${secret}2` })])
    expect(findings).toHaveLength(1)
    expect(findings.map(({ message, hint }) => `${message} ${hint}`).join()).not.toContain('hunter2')
  })
})
