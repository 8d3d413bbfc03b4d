import { describe, expect, it } from 'vitest'
import { buildIgnition, type IgnitionParts } from '../../../../src/index.ts'
import { emptyFiles as files, refusalOf } from '../../../support/ignition-builder.ts'

const key = 'ssh-ed25519 AAAA core@desk'
const service = '[Service]\nExecStart=/bin/true\n'
const configText = '{"ignition":{"version":"3.0.0"}}'
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

describe('what is refused', () => {
  it.each<{ name: string; parts: IgnitionParts; path: string }>([
    { name: 'a path that comes twice', parts: files('/a', '/a'), path: '$.storage.files.1 (/a)' },
    {
      name: 'a file and a link of one path',
      parts: { ...files('/a'), links: [{ path: '/a', target: 'b' }] },
      path: '$.storage.links.0 (/a)',
    },
    {
      name: 'a path below a link',
      parts: { ...files('/a/b'), links: [{ path: '/a', target: 'c' }] },
      path: '$.storage.files.0 (/a/b)',
    },
    { name: 'a path that is not absolute', parts: files('a'), path: '$.storage.files.0.path (a)' },
    {
      name: 'a file where a unit goes',
      parts: { ...files('/etc/systemd/system/a.service'), units: [{ name: 'a.service', contents: service }] },
      path: '$.storage.files.0.path',
    },
    {
      name: 'a unit that comes twice',
      parts: { units: [{ name: 'a.service' }, { name: 'a.service' }] },
      path: '$.systemd.units.1 (a.service)',
    },
    {
      name: 'a drop-in that comes twice',
      parts: {
        dropins: [
          { unit: 'a.service', name: 'b.conf' },
          { unit: 'a.service', name: 'b.conf' },
        ],
      },
      path: '$.systemd.units.0.dropins.1 (b.conf)',
    },
    {
      name: 'a unit that is no unit',
      parts: { units: [{ name: 'a.service', contents: '[Unit' }] },
      path: '$.systemd.units.0.contents (a.service)',
    },
    { name: 'a unit of no type', parts: { units: [{ name: 'a' }] }, path: '$.systemd.units.0.name (a)' },
    { name: 'a user without a name', parts: { users: [{ name: '' }] }, path: '$.passwd.users.0.name' },
    { name: 'a user like an option', parts: { users: [{ name: '-r' }] }, path: '$.passwd.users.0.name (-r)' },
    { name: 'a group with a colon', parts: { groups: [{ name: 'a:b' }] }, path: '$.passwd.groups.0.name (a:b)' },
    { name: 'a user who comes twice', parts: { users: [{ name: 'a' }, { name: 'a' }] }, path: '$.passwd.users.1 (a)' },
    {
      name: 'a group that comes twice',
      parts: { groups: [{ name: 'a' }, { name: 'a' }] },
      path: '$.passwd.groups.1 (a)',
    },
    {
      name: 'a key that comes twice',
      parts: { users: [{ name: 'a', sshAuthorizedKeys: [key, `${key} `] }] },
      path: '$.passwd.users.0.sshAuthorizedKeys.1 (a)',
    },
    {
      name: 'two keys in one',
      parts: { users: [{ name: 'a', sshAuthorizedKeys: [`${key}\n${key}`] }] },
      path: '$.passwd.users.0.sshAuthorizedKeys.0 (a)',
    },
    {
      name: 'an empty key',
      parts: { users: [{ name: 'a', sshAuthorizedKeys: [' '] }] },
      path: '$.passwd.users.0.sshAuthorizedKeys.0 (a)',
    },
    {
      name: 'a password hash of two lines',
      parts: { users: [{ name: 'a', passwordHash: '*\n*' }] },
      path: '$.passwd.users.0.passwordHash (a)',
    },
    {
      name: 'a password hash with a colon',
      parts: { groups: [{ name: 'a', passwordHash: 'a:*' }] },
      path: '$.passwd.groups.0.passwordHash (a)',
    },
    {
      name: 'an argument to add and to remove',
      parts: { kernelArguments: { shouldExist: ['a'], shouldNotExist: ['a'] } },
      path: '$.kernelArguments.shouldNotExist.0',
    },
    {
      name: 'an empty argument',
      parts: { kernelArguments: { shouldExist: ['a', ''] } },
      path: '$.kernelArguments.shouldExist.1',
    },
    {
      name: 'an argument of two lines',
      parts: { kernelArguments: { shouldNotExist: ['a\nb'] } },
      path: '$.kernelArguments.shouldNotExist.0',
    },
    {
      name: 'a config merged twice',
      parts: { mergedConfigs: [configText, configText] },
      path: '$.ignition.config.merge.1',
    },
    {
      name: 'certificates that come twice',
      parts: { certificateAuthorities: [certificate, `${certificate}\n`] },
      path: '$.ignition.security.tls.certificateAuthorities.1',
    },
    {
      name: 'nothing to append',
      parts: { files: [{ path: '/a', append: [{}] }] },
      path: '$.storage.files.0.append.0 (/a)',
    },
    {
      name: 'overwriting without contents',
      parts: { files: [{ path: '/a', overwrite: true }] },
      path: '$.storage.files.0.overwrite (/a)',
    },
    {
      name: 'a link to nowhere, which only the booting system would refuse',
      parts: { links: [{ path: '/a', target: '' }] },
      path: '$.storage.links.0.target (/a)',
    },
    {
      name: 'a mode that is not octal',
      parts: { files: [{ path: '/a', mode: '0688' }] },
      path: '$.storage.files.0.mode (/a)',
    },
    { name: 'an id that is no integer', parts: { groups: [{ name: 'a', gid: 1.5 }] }, path: 'integer' },
  ])('$name', async ({ parts, path }) => {
    expect(await refusalOf(parts)).toContain(path)
  })

  it('is told together', async () => {
    const message = await refusalOf({ ...files('/a', 'b', '/a'), units: [{ name: 'c' }] })
    expect(message.split('\n')).toHaveLength(4)
    for (const path of ['files.1.path (b)', 'files.2 (/a)', 'units.0.name (c)']) expect(message).toContain(path)
  })

  it('shows no secrets', async () => {
    const secret = 'tOpSeCrEt'
    const message = await refusalOf({
      users: [
        {
          name: 'a',
          passwordHash: `${secret}:`,
          sshAuthorizedKeys: [`-----BEGIN PRIVATE KEY-----\n${secret}`, `${secret}\n${secret}`],
        },
      ],
      certificateAuthorities: [`-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`],
    })
    expect(message.split('\n')).toHaveLength(5)
    expect(message).not.toContain(secret)
  })

  it('can not pass for several lines', async () => {
    const message = await refusalOf(files('a\nb: fine'))
    expect(message.split('\n')).toHaveLength(1)
  })
})

describe('modes', () => {
  it.each([
    { mode: '0644', bits: 0o644 },
    { mode: '644', bits: 0o644 },
    { mode: '0o644', bits: 0o644 },
    { mode: '0', bits: 0 },
    { mode: 0o600, bits: 0o600 },
    { mode: 0, bits: 0 },
    { mode: '7777', bits: 0o7777 },
    { mode: 0o1777, bits: 0o1777 },
    { mode: 0o4755, bits: 0o4755 },
    { mode: 0o2770, bits: 0o2770 },
  ])('$mode is taken', async ({ mode, bits }) => {
    const { config } = await buildIgnition({ directories: [{ path: '/a', mode }] })
    expect(config.storage?.directories?.[0]?.mode).toBe(bits)
  })

  it.each([
    { mode: '10000' },
    { mode: 0o10000 },
    { mode: -1 },
    { mode: 1.5 },
    { mode: '' },
    { mode: '0x1ff' },
    { mode: '-1' },
    { mode: 644 },
    { mode: 755 },
    { mode: 600 },
    { mode: 777 },
  ])('$mode is refused', async ({ mode }) => {
    expect(await refusalOf({ directories: [{ path: '/a', mode }] })).toContain('$.storage.directories.0.mode (/a)')
  })
})
