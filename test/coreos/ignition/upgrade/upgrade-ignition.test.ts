import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  findField,
  formatIgnition,
  type IgnitionConfig,
  lowestVersion,
  SPEC_VERSIONS,
  type SpecVersion,
  type UpgradeChange,
  upgradeIgnition,
  validateIgnition,
} from '../../../../src/index.ts'
import { parsedConfigs, withoutEmpty } from '../../../support/ignition-configs.ts'

function errorsOf(config: IgnitionConfig): readonly string[] {
  const { findings } = validateIgnition(new TextEncoder().encode(formatIgnition(config)))
  return findings.filter(({ severity }) => severity === 'error').map(({ kind }) => kind)
}

function summarize({ kind, path, since, isRefused, values }: UpgradeChange): unknown {
  return { kind, path: path.join('.'), since, isRefused, ...(values && { values }) }
}

describe('upgradeIgnition', () => {
  it.each([
    {
      name: 'clears special bits of modes at 3.6.0, where they would take effect',
      from: {
        ignition: { version: '3.5.0' },
        storage: {
          files: [
            { path: '/a', mode: 0o4755 },
            { path: '/b', mode: 0o755 },
          ],
          directories: [{ path: '/c', mode: 0o1777 }],
        },
      },
      to: '3.6.0',
      config: {
        ignition: { version: '3.6.0' },
        storage: {
          files: [
            { path: '/a', mode: 0o755 },
            { path: '/b', mode: 0o755 },
          ],
          directories: [{ path: '/c', mode: 0o777 }],
        },
      },
      changes: [
        {
          kind: 'mode-bits-cleared',
          path: 'storage.directories.0.mode',
          since: '3.6.0',
          isRefused: false,
          values: { before: 0o1777, after: 0o777 },
        },
        {
          kind: 'mode-bits-cleared',
          path: 'storage.files.0.mode',
          since: '3.6.0',
          isRefused: false,
          values: { before: 0o4755, after: 0o755 },
        },
      ],
    },
    {
      name: 'leaves special bits alone up to 3.5.0, where they have no effect',
      from: { ignition: { version: '3.0.0' }, storage: { files: [{ path: '/a', mode: 0o4755 }] } },
      to: '3.5.0',
      config: { ignition: { version: '3.5.0' }, storage: { files: [{ path: '/a', mode: 0o4755 }] } },
      changes: [],
    },
    {
      name: 'keeps the advertisement of a tang server, and says that it takes effect',
      from: {
        ignition: { version: '3.4.0' },
        storage: {
          luks: [
            {
              name: 'a',
              clevis: {
                tang: [
                  { url: 'https://t', advertisement: '{}' },
                  { url: 'https://u', advertisement: '' },
                ],
              },
            },
          ],
        },
      },
      to: '3.5.0',
      config: {
        ignition: { version: '3.5.0' },
        storage: {
          luks: [
            {
              name: 'a',
              clevis: {
                tang: [
                  { url: 'https://t', advertisement: '{}' },
                  { url: 'https://u', advertisement: '' },
                ],
              },
            },
          ],
        },
      },
      changes: [
        {
          kind: 'advertisement-takes-effect',
          path: 'storage.luks.0.clevis.tang.0.advertisement',
          since: '3.5.0',
          isRefused: false,
        },
      ],
    },
    {
      name: 'leaves a reference without source alone, which 3.1.0 refuses',
      from: { ignition: { version: '3.0.0', config: { merge: [{ source: 'data:,' }, {}], replace: {} } } },
      to: '3.1.0',
      config: { ignition: { version: '3.1.0', config: { merge: [{ source: 'data:,' }, {}], replace: {} } } },
      changes: [{ kind: 'source-missing', path: 'ignition.config.merge.1', since: '3.1.0', isRefused: true }],
    },
    {
      name: 'turns what could not be absent into the empty text that it was',
      from: {
        ignition: { version: '3.2.0' },
        storage: { links: [{ path: '/a' }], raid: [{ name: 'r' }], luks: [{ name: 'l', clevis: { custom: {} } }] },
      },
      to: '3.3.0',
      config: {
        ignition: { version: '3.3.0' },
        storage: {
          links: [{ path: '/a', target: '' }],
          raid: [{ name: 'r', level: '' }],
          luks: [{ name: 'l', clevis: { custom: { pin: '', config: '' } } }],
        },
      },
      changes: [{ kind: 'link-target-missing', path: 'storage.links.0.target', since: '3.3.0', isRefused: true }],
    },
    {
      name: 'leaves an incomplete clevis pin alone, which 3.3.0 refuses',
      from: {
        ignition: { version: '3.2.0' },
        storage: { luks: [{ name: 'l', clevis: { custom: { pin: '', config: '', needsNetwork: true } } }] },
      },
      to: '3.6.0',
      config: {
        ignition: { version: '3.6.0' },
        storage: { luks: [{ name: 'l', clevis: { custom: { pin: '', config: '', needsNetwork: true } } }] },
      },
      changes: [
        { kind: 'clevis-custom-incomplete', path: 'storage.luks.0.clevis.custom', since: '3.3.0', isRefused: true },
      ],
    },
  ] satisfies readonly {
    name: string
    from: IgnitionConfig
    to: SpecVersion
    config: IgnitionConfig
    changes: readonly unknown[]
  }[])('$name', ({ from, to, config, changes }) => {
    const upgraded = upgradeIgnition(from, to)
    expect(upgraded.config).toEqual(config)
    expect(upgraded.changes.map(summarize)).toEqual(changes)
  })

  it('keeps integers of 64 bits exact', () => {
    const from: IgnitionConfig = {
      ignition: { version: '3.5.0' },
      storage: { files: [{ path: '/a', mode: 2n ** 62n + 0o4755n }] },
    }
    expect(upgradeIgnition(from, '3.6.0').config.storage?.files?.[0]?.mode).toBe(2n ** 62n + 0o755n)
  })

  it('shares what stays the same with the config that it was given', () => {
    const from: IgnitionConfig = {
      ignition: { version: '3.0.0' },
      storage: { files: [{ path: '/a', mode: 0o1777 }, { path: '/b' }] },
      systemd: { units: [{ name: 'a.service' }] },
    }
    const { config } = upgradeIgnition(from, '3.6.0')
    expect(config.systemd).toBe(from.systemd)
    expect(config.storage?.files?.[1]).toBe(from.storage?.files?.[1])
    expect(from.storage?.files?.[0]?.mode).toBe(0o1777)
  })

  it('gives the same in one go and version by version', () => {
    fc.assert(
      fc.property(parsedConfigs(), (from) => {
        const start = SPEC_VERSIONS.indexOf(from.ignition.version)
        const steps = SPEC_VERSIONS.slice(start).reduce(
          (config, version) => upgradeIgnition(config, version).config,
          from,
        )
        expect(steps).toEqual(upgradeIgnition(from, '3.7.0-experimental').config)
      }),
    )
  })

  it('makes no error of a valid config, but for those that it tells', () => {
    const targets = fc.constantFrom(...SPEC_VERSIONS)
    fc.assert(
      fc.property(parsedConfigs(), targets, (from, to) => {
        fc.pre(SPEC_VERSIONS.indexOf(to) >= SPEC_VERSIONS.indexOf(from.ignition.version) && errorsOf(from).length === 0)
        const { config, changes } = upgradeIgnition(from, to)
        const refused = changes.filter(({ isRefused }) => isRefused)
        expect(errorsOf(config).length > 0).toBe(refused.length > 0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a downgrade', () => {
  it('is refused with what needs which version', () => {
    const config: IgnitionConfig = {
      ignition: { version: '3.4.0' },
      kernelArguments: { shouldExist: ['quiet'] },
      storage: { filesystems: [{ device: '/dev/a', format: 'none', mountOptions: ['ro'] }] },
    }
    const call = (): unknown => upgradeIgnition(config, '3.1.0')
    expect(call).toThrow(expect.objectContaining({ name: 'UsageError', code: 'IGNITION_DOWNGRADE' }))
    expect(call).toThrow(/kernelArguments \(\$\.kernelArguments\), which needs 3\.3\.0/)
    expect(call).toThrow(/\$\.storage\.filesystems\.0\.format/)
    expect(call).not.toThrow(/mountOptions/)
  })

  it('is refused with the lowest version when nothing needs the later one', () => {
    const config: IgnitionConfig = { ignition: { version: '3.4.0' }, storage: { files: [{ path: '/a' }] } }
    expect(() => upgradeIgnition(config, '3.2.0')).toThrow(/needs more than 3\.0\.0/)
  })
})

describe('lowestVersion', () => {
  const gs = { source: 'GS://bucket/x' }
  it.each([
    {
      name: 'nothing in particular',
      config: { storage: { files: [{ path: '/a', contents: { source: 'data:,', compression: 'gzip' } }] } },
      version: '3.0.0',
    },
    { name: 'a proxy', config: { ignition: { proxy: { httpProxy: 'http://p' } } }, version: '3.1.0' },
    {
      name: 'an HTTP header',
      config: { storage: { files: [{ path: '/a', contents: { httpHeaders: [{ name: '' }] } }] } },
      version: '3.1.0',
    },
    {
      name: 'a SHA-256 hash',
      config: { storage: { files: [{ path: '/a', append: [{ verification: { hash: 'sha256-00' } }] }] } },
      version: '3.1.0',
    },
    {
      name: 'mount options',
      config: { storage: { filesystems: [{ device: '/dev/a', mountOptions: ['ro'] }] } },
      version: '3.1.0',
    },
    {
      name: 'no mount options',
      config: { storage: { filesystems: [{ device: '/dev/a', mountOptions: [] }] } },
      version: '3.0.0',
    },
    {
      name: 'a compressed reference',
      config: { ignition: { config: { merge: [{ source: 'data:,', compression: '' }] } } },
      version: '3.1.0',
    },
    {
      name: 'a compressed authority',
      config: { ignition: { security: { tls: { certificateAuthorities: [{ compression: 'gzip' }] } } } },
      version: '3.1.0',
    },
    { name: 'LUKS', config: { storage: { luks: [{ name: '' }] } }, version: '3.2.0' },
    {
      name: 'a resize',
      config: { storage: { disks: [{ device: '/dev/a', partitions: [{ resize: false }] }] } },
      version: '3.2.0',
    },
    {
      name: 'a user that should not exist',
      config: { passwd: { users: [{ name: 'a', shouldExist: false }] } },
      version: '3.2.0',
    },
    {
      name: 'a group that should exist',
      config: { passwd: { groups: [{ name: 'a', shouldExist: true }] } },
      version: '3.2.0',
    },
    { name: 'a gs: URL', config: { ignition: { config: { replace: gs } } }, version: '3.2.0' },
    { name: 'kernel arguments', config: { kernelArguments: { shouldExist: ['a'] } }, version: '3.3.0' },
    { name: 'no kernel arguments', config: { kernelArguments: { shouldExist: [] } }, version: '3.0.0' },
    {
      name: 'format none',
      config: { storage: { filesystems: [{ device: '/dev/a', format: 'none' }] } },
      version: '3.3.0',
    },
    { name: 'discard', config: { storage: { luks: [{ name: 'a', discard: false }] } }, version: '3.4.0' },
    {
      name: 'options for opening',
      config: { storage: { luks: [{ name: 'a', openOptions: [''] }] } },
      version: '3.4.0',
    },
    {
      name: 'an advertisement',
      config: { storage: { luks: [{ name: 'a', clevis: { tang: [{ url: '', advertisement: '{}' }] } }] } },
      version: '3.4.0',
    },
    {
      name: 'an arn: URL',
      config: { storage: { luks: [{ name: 'a', keyFile: { source: 'arn:aws:s3:::b/k' } }] } },
      version: '3.4.0',
    },
    { name: 'CEX', config: { storage: { luks: [{ name: 'a', cex: { enabled: false } }] } }, version: '3.5.0' },
    {
      name: 'a known pin',
      config: { storage: { luks: [{ name: 'a', clevis: { custom: { pin: 'sss', config: '{}' } } }] } },
      version: '3.2.0',
    },
    {
      name: 'another pin',
      config: { storage: { luks: [{ name: 'a', clevis: { custom: { pin: 'pkcs11', config: '{}' } } }] } },
      version: '3.6.0',
    },
    {
      name: 'virtiofs',
      config: { storage: { filesystems: [{ device: 'tag', format: 'virtiofs' }] } },
      version: '3.7.0-experimental',
    },
    {
      name: 'special bits that take effect',
      config: { ignition: { version: '3.6.0' as const }, storage: { files: [{ path: '/a', mode: 0o2755 }] } },
      version: '3.6.0',
    },
    {
      name: 'special bits without effect',
      config: { ignition: { version: '3.5.0' as const }, storage: { directories: [{ path: '/a', mode: 0o2755 }] } },
      version: '3.0.0',
    },
  ] satisfies readonly {
    name: string
    config: Partial<Omit<IgnitionConfig, 'ignition'>> & { ignition?: Partial<IgnitionConfig['ignition']> }
    version: SpecVersion
  }[])('of a config with $name is $version', ({ config: { ignition, ...rest }, version }) => {
    expect(lowestVersion({ ignition: { version: '3.7.0-experimental', ...ignition }, ...rest })).toBe(version)
  })

  it('has all that is used: the config means the same in it', () => {
    fc.assert(
      fc.property(parsedConfigs('3.6.0'), (config) => {
        fc.pre(errorsOf(config).length === 0)
        const lowest = { ...config, ignition: { ...config.ignition, version: lowestVersion(config) } }
        const { config: again, findings } = validateIgnition(new TextEncoder().encode(formatIgnition(lowest)))
        expect(findings.map(({ kind }) => kind)).not.toContain('unused-key')
        expect(withoutEmpty(again && upgradeIgnition(again, '3.6.0').config)).toEqual(withoutEmpty(config))
      }),
      { numRuns: 300 },
    )
  })
})

describe('findField', () => {
  it.each([
    { path: ['storage', 'luks', 3, 'clevis', 'tang', 0, 'advertisement'], since: '3.4.0' },
    { path: ['storage', 'luks'], since: '3.2.0' },
    { path: ['kernelArguments', 'shouldExist'], since: '3.3.0' },
    { path: ['storage', 'files', 0, 'path'], since: '3.0.0' },
  ] as const)('finds $path from $since on', ({ path, since }) => {
    expect(SPEC_VERSIONS.filter((version) => findField(path, version))).toEqual(
      SPEC_VERSIONS.slice(SPEC_VERSIONS.indexOf(since)),
    )
  })

  it.each([
    { path: ['storage', 'filez'] },
    { path: ['Storage'] },
    { path: ['storage', 'files', 'path'] },
    { path: ['storage', 0, 'path'] },
    { path: ['storage', 'files', 0] },
    { path: ['ignition', 'version', 'x'] },
    { path: [] },
  ])('finds none at $path', ({ path }) => {
    expect(findField(path, '3.6.0')).toBeUndefined()
  })
})
