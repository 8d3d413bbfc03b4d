import { describe, expect, it } from 'vitest'
import {
  type BuildIgnitionOptions,
  buildIgnition,
  formatIgnition,
  type Ignition,
  type IgnitionParts,
  type SpecVersion,
} from '../../../../src/index.ts'
import { encodeGzip as gzip } from '../../../../src/node/index.ts'
import { emptyFiles as files, refusalOf } from '../../../support/ignition-builder.ts'

const key = 'ssh-ed25519 AAAA core@desk'
const login: IgnitionParts = { users: [{ name: 'core', sshAuthorizedKeys: [key] }] }
const service = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n'
const remote = { source: 'https://example.com/a', verification: { hash: `sha512-${'0'.repeat(128)}` } }
const configText = '{"ignition":{"version":"3.0.0"}}'

async function build(parts: IgnitionParts, options: BuildIgnitionOptions = {}): Promise<Ignition.IgnitionConfig> {
  return (await buildIgnition(parts, options)).config
}

async function notesOf(parts: IgnitionParts): Promise<readonly string[]> {
  const { notes } = await buildIgnition({ ...login, ...parts })
  return notes.map(({ severity, path }) => `${severity} ${path.join('.')}`)
}

describe('buildIgnition', () => {
  it('makes each kind of entry', async () => {
    const config = await build({
      files: [
        { path: '/etc/a', contents: 'a b', mode: '0640', user: 'core', group: 10, overwrite: true },
        { path: '/etc/b', contents: remote, append: ['c', Uint8Array.of(0xff)] },
      ],
      directories: [{ path: '/var/d', mode: 0o755, user: 0 }],
      links: [
        { path: '/etc/l', target: '../a' },
        { path: '/etc/h', target: '/etc/a', hard: true },
      ],
      units: [
        { name: 'a.service', contents: service, enabled: true },
        { name: 'b.service', mask: true },
      ],
      dropins: [{ unit: 'c.service', name: '10-c.conf', contents: '[Service]\nNice=1\n' }],
      users: [{ name: 'core', sshAuthorizedKeys: [` ${key}\n`], groups: ['wheel'], passwordHash: '$y$hash' }],
      groups: [{ name: 'app', gid: 2000 }],
      kernelArguments: { shouldExist: ['nosmt'], shouldNotExist: ['quiet'] },
    })
    expect(config).toEqual({
      ignition: { version: '3.3.0' },
      kernelArguments: { shouldExist: ['nosmt'], shouldNotExist: ['quiet'] },
      passwd: {
        groups: [{ name: 'app', gid: 2000 }],
        users: [{ name: 'core', groups: ['wheel'], passwordHash: '$y$hash', sshAuthorizedKeys: [key] }],
      },
      storage: {
        directories: [{ path: '/var/d', mode: 493, user: { id: 0 } }],
        files: [
          {
            path: '/etc/a',
            contents: { source: 'data:,a%20b' },
            mode: 416,
            user: { name: 'core' },
            group: { id: 10 },
            overwrite: true,
          },
          { path: '/etc/b', contents: remote, append: [{ source: 'data:,c' }, { source: 'data:,%FF' }] },
        ],
        links: [
          { path: '/etc/l', target: '../a' },
          { path: '/etc/h', target: '/etc/a', hard: true },
        ],
      },
      systemd: {
        units: [
          { name: 'a.service', contents: service, enabled: true },
          { name: 'b.service', mask: true },
          { name: 'c.service', dropins: [{ name: '10-c.conf', contents: '[Service]\nNice=1\n' }] },
        ],
      },
    })
  })

  it('keeps the order of entries, and gives the same text each time', async () => {
    const parts = { ...files('/c', '/a', '/b'), ...login }
    const text = formatIgnition(await build(parts, { gzip }))
    expect([...text.matchAll(/"path":"(.*?)"/g)].map(([, path]) => path)).toEqual(['/c', '/a', '/b'])
    expect(formatIgnition(await build(parts, { gzip }))).toBe(text)
  })

  it('makes an empty config of nothing', async () => {
    expect(formatIgnition(await build({}))).toBe('{"ignition":{"version":"3.0.0"}}\n')
  })

  it('puts drop-ins to the unit that they are for, behind those that it has', async () => {
    const units = [{ name: 'a.service', dropins: [{ name: '1.conf', contents: '' }] }]
    const dropins = [
      { unit: 'a.service', name: '2.conf', contents: '[Unit]' },
      { unit: 'a.service', name: '3.conf' },
    ]
    expect((await build({ units, dropins })).systemd?.units).toEqual([
      {
        name: 'a.service',
        dropins: [{ name: '1.conf', contents: '' }, { name: '2.conf', contents: '[Unit]\n' }, { name: '3.conf' }],
      },
    ])
  })

  it('ends texts of units with a newline', async () => {
    const config = await build({ units: [{ name: 'a.service', contents: service.trimEnd() }] })
    expect(config.systemd?.units?.[0]?.contents).toBe(service)
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort()
    await expect(build(files('/a'), { signal })).rejects.toBe(signal.reason)
  })
})

describe('the spec version', () => {
  const needs: readonly { name: string; parts: IgnitionParts; version: SpecVersion; path: string }[] = [
    {
      name: 'an SHA-256 hash',
      parts: { mergedConfigs: [{ ...remote, verification: { hash: `sha256-${'0'.repeat(64)}` } }] },
      version: '3.1.0',
      path: 'config.merge.0.verification.hash',
    },
    {
      name: 'users that go',
      parts: { users: [{ name: 'a', shouldExist: false }] },
      version: '3.2.0',
      path: 'users.0.shouldExist',
    },
    {
      name: 'kernel arguments',
      parts: { kernelArguments: { shouldExist: ['a'] } },
      version: '3.3.0',
      path: 'kernelArguments',
    },
    {
      name: 'arn URLs',
      parts: { files: [{ path: '/a', contents: { source: 'arn:aws:s3:::bucket/key' } }] },
      version: '3.4.0',
      path: 'files.0.contents.source',
    },
    {
      name: 'special bits',
      parts: { files: [{ path: '/a', contents: '', mode: '4755' }] },
      version: '3.6.0',
      path: 'files.0.mode',
    },
    {
      name: 'virtiofs',
      parts: {
        base: {
          ignition: { version: '3.7.0-experimental' },
          storage: { filesystems: [{ device: 'tag', format: 'virtiofs', path: '/a' }] },
        },
      },
      version: '3.7.0-experimental',
      path: 'filesystems.0.format',
    },
  ]
  const versions = ['3.0.0', '3.1.0', '3.2.0', '3.3.0', '3.4.0', '3.5.0', '3.6.0'] as const

  it.each(needs)('is the lowest that has all that is used: $name', async ({ parts, version, path }) => {
    expect((await build(parts)).ignition.version).toBe(version)
    expect((await build(parts, { version })).ignition.version).toBe(version)
    const before = versions[versions.indexOf(version as '3.1.0') - 1] ?? '3.6.0'
    const message = await refusalOf(parts, { version: before })
    expect(message).toContain(path)
    expect(message).toContain(version)
  })

  it('can be a later one', async () => {
    expect((await build(login, { version: '3.5.0' })).ignition.version).toBe('3.5.0')
  })

  it('is 3.1.0 when a referenced config is shorter compressed, and with 3.0.0 it is not compressed', async () => {
    const mergedConfigs = [configText.padEnd(1000)]
    const resourceOf = (config: Ignition.IgnitionConfig): Ignition.Resource | undefined =>
      config.ignition.config?.merge?.[0]
    const compressed = await build({ mergedConfigs }, { gzip })
    expect(compressed.ignition.version).toBe('3.1.0')
    expect(resourceOf(compressed)?.compression).toBe('gzip')
    const plain = await build({ mergedConfigs }, { gzip, version: '3.0.0' })
    expect(resourceOf(plain)).toEqual({ source: expect.stringMatching(/^data:;base64,/) })
    const canonical = { gzip, isCanonical: true, version: '3.0.0' } as const
    expect(await refusalOf({ mergedConfigs }, canonical)).toContain('config.merge.0.compression')
  })
})

describe('a base', () => {
  const base: Ignition.IgnitionConfig = {
    ignition: { version: '3.1.0', proxy: { httpProxy: 'http://proxy' }, config: { merge: [remote] } },
    passwd: { users: [{ name: 'a' }] },
    storage: { disks: [{ device: '/dev/disk/by-id/a', wipeTable: true }], files: [{ path: '/a', mode: 0o4755 }] },
    systemd: { units: [{ name: 'a.service', enabled: false }] },
  }

  it('stays, with the parts behind what it has', async () => {
    const config = await build({
      base,
      ...files('/b'),
      ...login,
      dropins: [{ unit: 'a.service', name: 'b.conf', contents: '' }],
      kernelArguments: { shouldExist: ['b'] },
      mergedConfigs: [configText],
    })
    expect(config.ignition).toMatchObject({ version: '3.3.0', proxy: { httpProxy: 'http://proxy' } })
    expect(config.ignition.config?.merge?.map(({ source }) => source?.slice(0, 5))).toEqual(['https', 'data:'])
    expect(config.storage?.disks).toEqual(base.storage?.disks)
    expect(config.storage?.files?.map(({ path }) => path)).toEqual(['/a', '/b'])
    expect(config.passwd?.users?.map(({ name }) => name)).toEqual(['a', 'core'])
    expect(config.systemd?.units).toEqual([
      { name: 'a.service', enabled: false, dropins: [{ name: 'b.conf', contents: '' }] },
    ])
  })

  it('keeps its meaning: special bits that had no effect get none', async () => {
    const config = await build({ base, directories: [{ path: '/d', mode: '1777' }] })
    expect(config.ignition.version).toBe('3.6.0')
    expect(config.storage?.files?.[0]?.mode).toBe(0o755)
    expect(config.storage?.directories?.[0]?.mode).toBe(0o1777)
  })

  it('does not lend its entries to be defined again', async () => {
    expect(await refusalOf({ base, ...files('/a') })).toContain('$.storage.files.1 (/a)')
    expect(await refusalOf({ base, files: [{ path: '/b', mode: '9' }] })).toContain('$.storage.files.1.mode (/b)')
  })
})

describe('notes', () => {
  it.each<{ name: string; parts: IgnitionParts; notes: readonly string[] }>([
    { name: 'nothing for plain parts', parts: files('/a'), notes: [] },
    {
      name: 'an enabled unit that nothing starts',
      parts: { units: [{ name: 'a.service', contents: '[Unit]\n', enabled: true }] },
      notes: ['warning systemd.units.0.contents'],
    },
    { name: 'nobody who can log in', parts: { users: [] }, notes: ['advice '] },
    {
      name: 'CR before LF',
      parts: { units: [{ name: 'a.service', contents: '[Unit]\r\n' }] },
      notes: ['advice systemd.units.0.contents'],
    },
    {
      name: 'CR before LF in a drop-in',
      parts: { dropins: [{ unit: 'a.service', name: 'a.conf', contents: '[Unit]\r\n' }] },
      notes: ['advice systemd.units.0.dropins.0.contents'],
    },
    {
      name: 'a line as long as can be',
      parts: { units: [{ name: 'a.service', contents: `[Unit]\nA=${'é'.repeat(1022)}b\n` }] },
      notes: [],
    },
    {
      name: 'a line that is longer',
      parts: { units: [{ name: 'a.service', contents: `${'# 45\n'.repeat(700)}[Unit]\nA=${'é'.repeat(1023)}\n` }] },
      notes: ['advice systemd.units.0.contents'],
    },
  ])('$name', async ({ parts, notes }) => {
    expect(await notesOf(parts)).toEqual(notes)
  })
})
