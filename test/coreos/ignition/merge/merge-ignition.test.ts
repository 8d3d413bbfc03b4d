import { describe, expect, it } from 'vitest'
import { type IgnitionConfig, mergeIgnition, type SpecVersion } from '../../../../src/index.ts'
import { withoutEmpty } from '../../../support/ignition-configs.ts'

type Sections = Omit<IgnitionConfig, 'ignition'> & { readonly ignition?: Partial<IgnitionConfig['ignition']> }

function configOf({ ignition, ...sections }: Sections, version: SpecVersion = '3.4.0'): IgnitionConfig {
  return { ignition: { version, ...ignition }, ...sections }
}

/** What comes of merging, without the version and what is empty. */
function merge(parent: Sections, child: Sections, version?: SpecVersion): unknown {
  const merged = mergeIgnition(configOf(parent, version), configOf(child, version))
  const { version: _, ...ignition } = merged.ignition
  return withoutEmpty({ ...merged, ignition })
}

const file = (path: string, more: object = {}): { path: string } => ({ path, ...more })

describe('mergeIgnition', () => {
  it.each([
    {
      name: "keeps the parent's order, and puts new entries behind it",
      parent: { storage: { files: [file('/c'), file('/a'), file('/b')] } },
      child: { storage: { files: [file('/z'), file('/b', { mode: 0o600 }), file('/y')] } },
      merged: { storage: { files: [file('/c'), file('/a'), file('/b', { mode: 0o600 }), file('/z'), file('/y')] } },
    },
    {
      name: 'lets a link take the place of a file',
      parent: { storage: { files: [file('/a'), file('/b')] } },
      child: { storage: { links: [{ path: '/a', target: '/t' }] } },
      merged: { storage: { files: [file('/b')], links: [{ path: '/a', target: '/t' }] } },
    },
    {
      name: 'lets a directory take the place of a link',
      parent: { storage: { links: [{ path: '/a', target: '/t' }] } },
      child: { storage: { directories: [{ path: '/a' }] } },
      merged: { storage: { directories: [{ path: '/a' }] } },
    },
    {
      name: 'keeps compression and hash of a source that is replaced',
      parent: {
        storage: {
          files: [
            file('/a', { contents: { source: 'data:,P', compression: 'gzip', verification: { hash: 'sha512-H' } } }),
          ],
        },
      },
      child: { storage: { files: [file('/a', { contents: { source: 'data:,C' } })] } },
      merged: {
        storage: {
          files: [
            file('/a', { contents: { source: 'data:,C', compression: 'gzip', verification: { hash: 'sha512-H' } } }),
          ],
        },
      },
    },
    {
      name: 'puts what is appended behind each other, repeats included',
      parent: { storage: { files: [file('/a', { append: [{ source: 'data:,1' }] })] } },
      child: { storage: { files: [file('/a', { append: [{ source: 'data:,1' }, { source: 'data:,2' }] })] } },
      merged: {
        storage: {
          files: [file('/a', { append: [{ source: 'data:,1' }, { source: 'data:,1' }, { source: 'data:,2' }] })],
        },
      },
    },
    {
      name: 'keeps an id beside a name',
      parent: { storage: { files: [file('/a', { user: { id: 1 } })] } },
      child: { storage: { files: [file('/a', { user: { name: 'x' } })] } },
      merged: { storage: { files: [file('/a', { user: { id: 1, name: 'x' } })] } },
    },
    {
      name: 'lets false, zero and the empty text win',
      parent: { storage: { files: [file('/a', { overwrite: true, mode: 1, user: { name: 'x' } })] } },
      child: { storage: { files: [file('/a', { overwrite: false, mode: 0, user: { name: '' } })] } },
      merged: { storage: { files: [file('/a', { overwrite: false, mode: 0, user: { name: '' } })] } },
    },
    {
      name: 'removes a header, replaces one and adds one',
      parent: {
        storage: {
          files: [
            file('/a', {
              contents: {
                httpHeaders: [
                  { name: 'A', value: '1' },
                  { name: 'B', value: '2' },
                ],
              },
            }),
          ],
        },
      },
      child: {
        storage: {
          files: [
            file('/a', {
              contents: { httpHeaders: [{ name: 'A' }, { name: 'B', value: '3' }, { name: 'C', value: '4' }] },
            }),
          ],
        },
      },
      merged: {
        storage: {
          files: [
            file('/a', {
              contents: {
                httpHeaders: [
                  { name: 'B', value: '3' },
                  { name: 'C', value: '4' },
                ],
              },
            }),
          ],
        },
      },
    },
    {
      name: 'removes the only header',
      parent: { ignition: { config: { replace: { httpHeaders: [{ name: 'A', value: '1' }] } } } },
      child: { ignition: { config: { replace: { httpHeaders: [{ name: 'A' }] } } } },
      merged: undefined,
    },
    {
      name: 'keeps a header without value that removes nothing',
      parent: { storage: { files: [file('/a', { contents: { httpHeaders: [{ name: 'a', value: '1' }] } })] } },
      child: { storage: { files: [file('/a', { contents: { httpHeaders: [{ name: 'A' }] } })] } },
      merged: {
        storage: { files: [file('/a', { contents: { httpHeaders: [{ name: 'a', value: '1' }, { name: 'A' }] } })] },
      },
    },
    {
      name: 'moves kernel arguments from one list to the other',
      parent: { kernelArguments: { shouldExist: ['a', 'b'], shouldNotExist: ['c'] } },
      child: { kernelArguments: { shouldExist: ['c', 'b'], shouldNotExist: ['a'] } },
      merged: { kernelArguments: { shouldExist: ['b', 'c'], shouldNotExist: ['a'] } },
    },
    {
      name: 'merges units and their drop-ins by name',
      parent: {
        systemd: {
          units: [
            {
              name: 'a.service',
              contents: '[A]',
              dropins: [
                { name: '1.conf', contents: '1' },
                { name: '2.conf', contents: '2' },
              ],
            },
          ],
        },
      },
      child: {
        systemd: {
          units: [
            { name: 'b.service' },
            { name: 'a.service', enabled: false, dropins: [{ name: '2.conf', contents: '2x' }, { name: '3.conf' }] },
          ],
        },
      },
      merged: {
        systemd: {
          units: [
            {
              name: 'a.service',
              contents: '[A]',
              enabled: false,
              dropins: [{ name: '1.conf', contents: '1' }, { name: '2.conf', contents: '2x' }, { name: '3.conf' }],
            },
            { name: 'b.service' },
          ],
        },
      },
    },
    {
      name: 'unites groups and keys of a user',
      parent: { passwd: { users: [{ name: 'u', groups: ['a', 'b'], sshAuthorizedKeys: ['k1', 'k2'] }] } },
      child: { passwd: { users: [{ name: 'u', groups: ['b', 'c'], sshAuthorizedKeys: ['k3', 'k1'] }] } },
      merged: { passwd: { users: [{ name: 'u', groups: ['a', 'b', 'c'], sshAuthorizedKeys: ['k1', 'k2', 'k3'] }] } },
    },
    {
      name: 'unites devices of a RAID, and repeats its options',
      parent: { storage: { raid: [{ name: 'r', level: 'raid1', devices: ['/a', '/b'], options: ['-x'] }] } },
      child: { storage: { raid: [{ name: 'r', devices: ['/c', '/a'], options: ['-x'] }] } },
      merged: {
        storage: { raid: [{ name: 'r', level: 'raid1', devices: ['/a', '/b', '/c'], options: ['-x', '-x'] }] },
      },
    },
    {
      name: 'repeats options of filesystems',
      parent: { storage: { filesystems: [{ device: '/d', options: ['-q'], mountOptions: ['ro'] }] } },
      child: { storage: { filesystems: [{ device: '/d', options: ['-q'], mountOptions: ['rw'] }] } },
      merged: { storage: { filesystems: [{ device: '/d', options: ['-q', '-q'], mountOptions: ['ro', 'rw'] }] } },
    },
    {
      name: 'repeats options of a volume, but those for opening it',
      parent: { storage: { luks: [{ name: 'l', options: ['a'], openOptions: ['o1'] }] } },
      child: { storage: { luks: [{ name: 'l', options: ['a'], openOptions: ['o1', 'o2'] }] } },
      merged: { storage: { luks: [{ name: 'l', options: ['a', 'a'], openOptions: ['o1', 'o2'] }] } },
    },
    {
      name: 'merges the pins of a volume',
      parent: { storage: { luks: [{ name: 'l', clevis: { tpm2: true, tang: [{ url: 'A', thumbprint: '1' }] } }] } },
      child: {
        storage: {
          luks: [{ name: 'l', clevis: { threshold: 2, tang: [{ url: 'A', thumbprint: '2' }, { url: 'B' }] } }],
        },
      },
      merged: {
        storage: {
          luks: [
            { name: 'l', clevis: { tpm2: true, threshold: 2, tang: [{ url: 'A', thumbprint: '2' }, { url: 'B' }] } },
          ],
        },
      },
    },
    {
      name: 'tells partitions apart by number, and by label where they have none',
      parent: { storage: { disks: [{ device: '/d', partitions: [{ number: 1, label: 'root' }, { label: 'x' }] }] } },
      child: {
        storage: {
          disks: [
            { device: '/d', partitions: [{ label: 'root' }, { label: 'x', sizeMiB: 7 }, { number: 1, sizeMiB: 9 }] },
          ],
        },
      },
      merged: {
        storage: {
          disks: [
            {
              device: '/d',
              partitions: [{ number: 1, label: 'root', sizeMiB: 9 }, { label: 'x', sizeMiB: 7 }, { label: 'root' }],
            },
          ],
        },
      },
    },
    {
      name: 'merges references by source',
      parent: { ignition: { config: { merge: [{ source: 'data:,a' }, { source: 'data:,b' }] } } },
      child: { ignition: { config: { merge: [{ source: 'data:,b', compression: 'gzip' }, { source: 'data:,c' }] } } },
      merged: {
        ignition: {
          config: { merge: [{ source: 'data:,a' }, { source: 'data:,b', compression: 'gzip' }, { source: 'data:,c' }] },
        },
      },
    },
    {
      name: 'keeps a file below a link',
      parent: { storage: { files: [file('/a/b')] } },
      child: { storage: { links: [{ path: '/a', target: '/t' }] } },
      merged: { storage: { files: [file('/a/b')], links: [{ path: '/a', target: '/t' }] } },
    },
    {
      name: 'keeps what the child does not set',
      parent: { ignition: { timeouts: { httpTotal: 3 }, proxy: { httpProxy: 'http://p', noProxy: ['a'] } } },
      child: { ignition: { timeouts: { httpResponseHeaders: 4 }, proxy: { noProxy: ['b', 'a'] } } },
      merged: {
        ignition: {
          timeouts: { httpTotal: 3, httpResponseHeaders: 4 },
          proxy: { httpProxy: 'http://p', noProxy: ['a', 'b'] },
        },
      },
    },
    {
      name: 'keeps bigints',
      parent: { ignition: { timeouts: { httpTotal: 2n ** 62n } } },
      child: { passwd: { groups: [{ name: 'g', gid: -(2n ** 63n) }] } },
      merged: {
        ignition: { timeouts: { httpTotal: 2n ** 62n } },
        passwd: { groups: [{ name: 'g', gid: -(2n ** 63n) }] },
      },
    },
  ] satisfies readonly { name: string; parent: Sections; child: Sections; merged: unknown }[])(
    '$name',
    ({ parent, child, merged }) => {
      expect(merge(parent, child)).toEqual(merged)
    },
  )

  describe('before 3.3.0, where some texts can not be absent', () => {
    it.each([
      {
        name: 'lets an empty target win',
        parent: { storage: { links: [{ path: '/a', target: '/t' }] } },
        child: { storage: { links: [{ path: '/a', hard: true }] } },
        merged: { storage: { links: [{ path: '/a', target: '', hard: true }] } },
      },
      {
        name: 'lets an empty level win',
        parent: { storage: { raid: [{ name: 'r', level: 'raid1' }] } },
        child: { storage: { raid: [{ name: 'r', spares: 1 }] } },
        merged: { storage: { raid: [{ name: 'r', level: '', spares: 1 }] } },
      },
      {
        name: 'lets an empty pin win where there is a custom one',
        parent: { storage: { luks: [{ name: 'l', clevis: { custom: { pin: 'tang', config: '{}' } } }] } },
        child: { storage: { luks: [{ name: 'l', clevis: { custom: { needsNetwork: true } } }] } },
        merged: { storage: { luks: [{ name: 'l', clevis: { custom: { pin: '', config: '', needsNetwork: true } } }] } },
      },
      {
        name: 'keeps a custom pin where the child has none',
        parent: { storage: { luks: [{ name: 'l', clevis: { custom: { pin: 'tang', config: '{}' } } }] } },
        child: { storage: { luks: [{ name: 'l', clevis: { tpm2: false } }] } },
        merged: { storage: { luks: [{ name: 'l', clevis: { custom: { pin: 'tang', config: '{}' }, tpm2: false } }] } },
      },
    ] satisfies readonly { name: string; parent: Sections; child: Sections; merged: unknown }[])(
      '$name',
      ({ parent, child, merged }) => {
        expect(merge(parent, child, '3.2.0')).toEqual(merged)
        const upgraded = mergeIgnition(configOf(parent, '3.2.0'), configOf(child, '3.3.0'))
        expect(upgraded.ignition.version).toBe('3.3.0')
      },
    )
  })

  it('upgrades both to the later version first', () => {
    const parent = configOf(
      { storage: { files: [file('/a', { mode: 0o4755 })], links: [{ path: '/l', target: '' }] } },
      '3.2.0',
    )
    const child = configOf(
      { storage: { files: [file('/a', { mode: 0o2700 })], directories: [{ path: '/b', mode: 0o1777 }] } },
      '3.6.0',
    )
    expect(mergeIgnition(parent, child)).toEqual({
      ignition: { version: '3.6.0' },
      storage: {
        files: [file('/a', { mode: 0o2700 })],
        links: [{ path: '/l', target: '' }],
        directories: [{ path: '/b', mode: 0o1777 }],
      },
    })
    expect(mergeIgnition(child, parent).storage?.files).toEqual([file('/a', { mode: 0o755 })])
  })

  it('shares what only one has with it, and changes neither', () => {
    const parent = configOf({ storage: { files: [file('/a')] }, systemd: { units: [{ name: 'a.service' }] } })
    const child = configOf({ storage: { files: [file('/b')], directories: [{ path: '/c' }] } })
    const before = structuredClone({ parent, child })
    const merged = mergeIgnition(parent, child)
    expect(merged.systemd).toBe(parent.systemd)
    expect(merged.storage?.directories).toBe(child.storage?.directories)
    expect(merged.storage?.files?.[0]).toBe(parent.storage?.files?.[0])
    expect({ parent, child }).toEqual(before)
  })

  it('is done with many entries on either side before the test runs out of time', () => {
    const many = (start: number): IgnitionConfig =>
      configOf({
        storage: { files: Array.from({ length: 100_000 }, (_, index) => file(`/${start + index}`, { mode: 1 })) },
      })
    expect(mergeIgnition(many(0), many(50_000)).storage?.files).toHaveLength(150_000)
  })
})
