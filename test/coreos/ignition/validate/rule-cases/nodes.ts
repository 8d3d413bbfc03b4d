import { files, type RuleCase } from './rule-case.ts'

const file = '$.storage.files.0'

/** A config of one link to `/d`, beside two directories. */
function linkTo(target: string, link: object = {}): RuleCase['config'] {
  return {
    storage: { directories: [{ path: '/d' }, { path: '/l/d' }], links: [{ path: '/l', target, ...link }] },
  }
}

const throughLink = ['path-through-link $.storage.directories.1']

/** Files, directories and links. */
export const nodeCases: readonly RuleCase[] = [
  // paths
  { name: 'no path', config: files({}), finds: [`path-required ${file}.path`] },
  { name: 'an empty path', config: files({ path: '' }), finds: [`path-required ${file}.path`] },
  {
    name: 'a path that is relative and not clean',
    config: files({ path: 'a/../b/' }),
    finds: [`path-relative ${file}.path`],
  },
  { name: 'a path of white space', config: files({ path: ' ' }), finds: [`path-relative ${file}.path`] },
  ...['/a/', '//a', '/./a', '/a/.', '/a/../b', '/..', '//', '/a//b'].map((path) => ({
    name: `the path ${path}`,
    config: files({ path }),
    finds: [`path-not-clean ${file}.path`],
  })),
  ...['/', '/a', '/...', '/.a', '/a b', '/é\n', '/\\', '/a\u0000'].map((path) => ({
    name: `the path ${JSON.stringify(path)}`,
    config: files({ path }),
    finds: [],
  })),
  {
    name: 'paths of directories and links',
    config: { storage: { directories: [{ path: 'a' }], links: [{ path: 'b', target: 'c' }] } },
    finds: ['path-relative $.storage.directories.0.path', 'path-relative $.storage.links.0.path'],
  },

  // modes
  { name: 'the highest mode without special bits', config: files({ path: '/a', mode: 0o777 }), finds: [] },
  ...[0o1000, 0o7777, 644].map((mode) => ({
    name: `the mode ${mode}`,
    config: files({ path: '/a', mode }),
    finds: { '3.0.0': [`mode-special-bits ${file}.mode`], '3.6.0': [] },
  })),
  {
    name: 'modes below all and above all',
    config: {
      storage: {
        directories: [
          { path: '/a', mode: -1 },
          { path: '/b', mode: 4096 },
        ],
      },
    },
    finds: {
      '3.0.0': [
        'mode-out-of-range $.storage.directories.0.mode',
        'mode-special-bits $.storage.directories.0.mode',
        'mode-out-of-range $.storage.directories.1.mode',
      ],
      '3.6.0': ['mode-out-of-range $.storage.directories.0.mode', 'mode-out-of-range $.storage.directories.1.mode'],
    },
  },
  {
    name: 'a mode of 63 bits',
    config: files({ path: '/a', mode: 2n ** 62n }),
    finds: [`mode-out-of-range ${file}.mode`],
  },

  // what is there already
  {
    name: 'overwriting without a source',
    config: files({ path: '/a', overwrite: true, append: [{ source: 'data:,a' }] }),
    finds: [`overwrite-without-source ${file}.overwrite`],
  },
  {
    name: 'overwriting with an empty source',
    config: files({ path: '/a', overwrite: true, contents: { source: '' } }),
    finds: [],
  },
  {
    name: 'overwriting a directory',
    config: { storage: { directories: [{ path: '/a', overwrite: true }] } },
    finds: [],
  },

  // owners
  ...['directories', 'files', 'links'].map((list) => ({
    name: `owners by id and by name in ${list}`,
    config: {
      storage: {
        [list]: [
          {
            path: '/a',
            ...(list === 'links' ? { target: '/b' } : {}),
            user: { id: 0, name: 'root' },
            group: { id: 0, name: 'root' },
          },
        ],
      },
    },
    finds: [`id-and-name $.storage.${list}.0.group`, `id-and-name $.storage.${list}.0.user`],
  })),
  {
    name: 'an owner by id with an empty name',
    config: files({ path: '/a', user: { id: 0, name: '' } }),
    finds: [],
  },

  // links
  {
    name: 'paths that lead through links',
    config: {
      storage: {
        directories: [{ path: '/l/d' }, { path: '/la' }],
        files: [{ path: '/l/m/f' }, { path: '/l' }],
        links: [
          { path: '/l', target: 'x' },
          { path: '/l/m', target: 'x', hard: true },
        ],
      },
    },
    finds: [
      'path-through-link $.storage.directories.0',
      'path-through-link $.storage.files.0',
      'path-through-link $.storage.files.0',
      'path-through-link $.storage.links.1',
      'duplicate $.storage.links.0',
    ],
  },
  {
    name: 'a link without a target',
    config: { storage: { links: [{ path: '/l' }] } },
    finds: { '3.0.0': [], '3.3.0': ['link-target-required $.storage.links.0.target'] },
  },
  {
    name: 'a hard link without a target, at a directory',
    config: { storage: { directories: [{ path: '/d' }], links: [{ path: '/d', hard: true, target: '' }] } },
    finds: {
      '3.0.0': ['hard-link-to-directory $.storage.links.0', 'duplicate $.storage.links.0'],
      '3.3.0': ['link-target-required $.storage.links.0.target', 'duplicate $.storage.links.0'],
    },
  },
  {
    name: 'a hard link to a directory',
    config: linkTo('/d', { hard: true }),
    finds: [...throughLink, 'hard-link-to-directory $.storage.links.0'],
  },
  {
    name: 'a hard link to a directory by a path that is not clean',
    config: linkTo('/x/..//d/', { hard: true }),
    finds: [...throughLink, 'hard-link-to-directory $.storage.links.0'],
  },
  {
    name: 'a relative hard link, which counts from the link itself',
    config: linkTo('d', { hard: true }),
    finds: [...throughLink, 'hard-link-to-directory $.storage.links.0'],
  },
  {
    name: 'a relative hard link to beside the link',
    config: linkTo('../d', { hard: true }),
    finds: [...throughLink, 'hard-link-to-directory $.storage.links.0'],
  },
  { name: 'a symbolic link to a directory', config: linkTo('/d'), finds: throughLink },
  {
    name: 'a hard link with owners',
    config: {
      storage: {
        links: [
          { path: '/l', target: '/x', hard: true, user: { id: 0, name: '' }, group: { name: 'a' } },
          { path: '/m', target: '/x', user: { id: 0 } },
        ],
      },
    },
    finds: [
      'hard-link-owner-ignored $.storage.links.0.user.id',
      'hard-link-owner-ignored $.storage.links.0.user.name',
      'hard-link-owner-ignored $.storage.links.0.group.name',
    ],
  },

  // units
  {
    name: 'nodes at the paths of units and drop-ins',
    config: {
      storage: {
        directories: [{ path: '/etc/systemd/system/b.service' }],
        files: [{ path: '/etc/systemd/system/a.service' }],
        links: [{ path: '/etc/systemd/system/b.service.d/c.conf', target: '/x' }],
      },
      systemd: {
        units: [
          { name: 'a.service', contents: '[Unit]\n' },
          { name: 'b.service', dropins: [{ name: 'c.conf', contents: '[Unit]\n' }] },
        ],
      },
    },
    finds: ['path-conflicts-with-unit $.storage.files.0.path', 'path-conflicts-with-unit $.storage.links.0.path'],
  },
  {
    name: 'nodes at the paths of units without contents',
    config: {
      storage: {
        files: [{ path: '/etc/systemd/system/a.service' }, { path: '/etc/systemd/system/a.service.d/b.conf' }],
      },
      systemd: { units: [{ name: 'a.service', contents: '', dropins: [{ name: 'b.conf', contents: '' }] }] },
    },
    finds: [],
  },
]
