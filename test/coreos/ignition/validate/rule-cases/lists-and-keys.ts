import type { RuleCase } from './rule-case.ts'

const tang = { thumbprint: 't' }
const resource = { source: 'http://h/a' }
const luks = { name: 'a', device: '/dev/a' }

/** What occurs twice, and keys that mean nothing. */
export const listAndKeyCases: readonly RuleCase[] = [
  {
    name: 'nodes at the same path',
    config: {
      storage: {
        links: [{ path: '/a', target: 'x' }],
        files: [{ path: '/a' }, { path: '/a' }],
        directories: [{ path: '/a' }],
      },
    },
    finds: ['duplicate $.storage.files.0', 'duplicate $.storage.files.1', 'duplicate $.storage.links.0'],
  },
  {
    name: 'repeats in lists that stand between those of nodes',
    config: {
      storage: {
        directories: [{ path: '/a' }],
        filesystems: [{ device: '/dev/a' }, { device: '/dev/a' }],
        links: [{ path: '/a', target: 'x' }],
      },
    },
    finds: ['duplicate $.storage.filesystems.1', 'duplicate $.storage.links.0'],
  },
  {
    name: 'nodes at paths that are only alike',
    config: { storage: { files: [{ path: '/a' }, { path: '/A' }] } },
    finds: [],
  },
  {
    name: 'kernel arguments in both lists',
    config: { kernelArguments: { shouldNotExist: ['b', 'a'], shouldExist: ['a', 'a', 'a b'] } },
    finds: {
      '3.0.0': ['unused-key $.kernelArguments'],
      '3.3.0': ['duplicate $.kernelArguments.shouldExist.1', 'duplicate $.kernelArguments.shouldNotExist.1'],
    },
  },
  {
    name: 'repeats in every list of storage',
    config: {
      storage: {
        disks: [{ device: '/a' }, { device: '/a' }],
        raid: [
          { name: 'a', level: '1', devices: ['/a', '/a'] },
          { name: 'a', level: '1', devices: ['/a'] },
        ],
        filesystems: [{ device: '/a' }, { device: '/a' }],
        links: [
          { path: '/l', target: 'x' },
          { path: '/l', target: 'x' },
        ],
      },
    },
    finds: [
      'duplicate $.storage.disks.1',
      'duplicate $.storage.filesystems.1',
      'duplicate $.storage.links.1',
      'duplicate $.storage.raid.1',
      'duplicate $.storage.raid.0.devices.1',
    ],
  },
  {
    name: 'repeats in the lists of volumes',
    config: {
      storage: {
        luks: [
          {
            ...luks,
            clevis: {
              tang: [
                { ...tang, url: 'http://h' },
                { ...tang, url: 'http://h' },
              ],
            },
          },
          { ...luks, options: ['-a', '-a'] },
        ],
      },
    },
    finds: { '3.2.0': ['duplicate $.storage.luks.1', 'duplicate $.storage.luks.0.clevis.tang.1'] },
  },
  {
    name: 'repeated options to open a volume',
    config: { storage: { luks: [{ ...luks, openOptions: ['-a', '-a'] }] } },
    finds: {
      '3.2.0': ['unused-key $.storage.luks.0.openOptions'],
      '3.4.0': ['duplicate $.storage.luks.0.openOptions.1'],
    },
  },
  {
    name: 'repeats in lists that may have them',
    config: {
      storage: {
        files: [{ path: '/a', append: [resource, resource] }],
        filesystems: [{ device: '/a', format: 'xfs', options: ['-a', '-a'], mountOptions: ['ro', 'ro'] }],
        raid: [{ name: 'a', level: '1', devices: ['/a'], options: ['-a', '-a'] }],
      },
    },
    finds: { '3.0.0': ['unused-key $.storage.filesystems.0.mountOptions'], '3.1.0': [] },
  },
  {
    name: 'repeated users, groups and what they have',
    config: {
      passwd: {
        groups: [{ name: 'a' }, { name: 'a' }],
        users: [{ name: 'a', groups: ['a', 'a'], sshAuthorizedKeys: ['k', 'k'] }, { name: 'a' }],
      },
    },
    finds: [
      'duplicate $.passwd.groups.1',
      'duplicate $.passwd.users.1',
      'duplicate $.passwd.users.0.groups.1',
      'duplicate $.passwd.users.0.sshAuthorizedKeys.1',
    ],
  },
  {
    name: 'repeated units and drop-ins',
    config: {
      systemd: {
        units: [{ name: 'a.service', dropins: [{ name: 'a.conf' }, { name: 'a.conf' }] }, { name: 'a.service' }],
      },
    },
    finds: ['duplicate $.systemd.units.1', 'duplicate $.systemd.units.0.dropins.1'],
  },
  {
    name: 'repeated sources, headers and hosts',
    config: {
      ignition: {
        config: {
          merge: [{ ...resource, httpHeaders: [{ name: 'A' }, { name: 'a' }, { name: 'A' }] }, resource],
        },
        proxy: { noProxy: ['h', 'h'] },
        security: { tls: { certificateAuthorities: [resource, resource] } },
      },
    },
    finds: {
      '3.1.0': [
        'duplicate $.ignition.config.merge.1',
        'duplicate $.ignition.config.merge.0.httpHeaders.2',
        'duplicate $.ignition.proxy.noProxy.1',
        'duplicate $.ignition.security.tls.certificateAuthorities.1',
      ],
    },
  },
  {
    name: 'partitions without a number, by their labels',
    config: {
      storage: {
        disks: [{ device: '/a', partitions: [{ label: 'number:1' }, { number: 1 }, { number: 0, label: 'b' }] }],
      },
    },
    finds: ['partition-label-colon $.storage.disks.0.partitions.0.label'],
  },

  // keys
  {
    name: 'unknown keys everywhere',
    config: { a: 1, ignition: { b: 1 }, storage: { files: [{ path: '/a', c: 1, contents: { d: {} } }] } },
    finds: [
      'unused-key $.a',
      'unused-key $.ignition.b',
      'unused-key $.storage.files.0.c',
      'unused-key $.storage.files.0.contents.d',
    ],
  },
  {
    name: 'keys in another case, which count, but are not looked into',
    config: { Storage: { files: [{ path: 'a', nothing: 1 }] } },
    finds: ['path-relative $.storage.files.0.path', 'unused-key $.Storage'],
  },
  {
    name: 'null in the place of objects',
    config: { storage: { files: [{ path: '/a', user: null }, null] }, passwd: null, systemd: { units: null } },
    finds: [
      'path-required $.storage.files.1.path',
      'tree-mismatch $.passwd',
      'tree-mismatch $.storage.files.0.user',
      'tree-mismatch $.storage.files.1',
    ],
  },
  {
    name: 'what came with spec 3.2.0',
    config: {
      passwd: { users: [{ name: 'a', shouldExist: false }] },
      storage: { disks: [{ device: '/a', partitions: [{ number: 1, resize: true }] }] },
    },
    finds: {
      '3.0.0': ['unused-key $.passwd.users.0.shouldExist', 'unused-key $.storage.disks.0.partitions.0.resize'],
      '3.2.0': [],
    },
  },
  {
    name: 'what came with spec 3.4.0',
    config: { storage: { luks: [{ ...luks, discard: true }] } },
    finds: { '3.2.0': ['unused-key $.storage.luks.0.discard'], '3.4.0': [] },
  },

  // no rules
  {
    name: 'what no rule looks into',
    config: {
      ignition: { timeouts: { httpTotal: -1 } },
      passwd: { users: [{ name: '', uid: -5, shell: 'a', passwordHash: 'b', sshAuthorizedKeys: [''] }] },
    },
    finds: [],
  },
]
