import { describe, expect, it } from 'vitest'
import type { Provisioning } from '../../../../src/index.ts'
import { failuresOf, inline, outcomesOf, planOf, stepsOf } from './plans.ts'

type Planned = readonly Provisioning.NodeStep[]

/** The files, directories and links of a plan in their order. */
async function nodesOf(storage: object, base: Provisioning.BaseSystem = 'none', more: object = {}): Promise<Planned> {
  const { steps } = await planOf({ storage, ...more }, { base })
  return steps.filter((step) => step.kind === 'directory' || step.kind === 'file' || step.kind === 'link')
}

/** The node that the config has at the path. */
async function nodeAt(path: string, storage: object, base: Provisioning.BaseSystem = 'none', more: object = {}) {
  const nodes = await nodesOf(storage, base, more)
  const found = nodes.filter((node) => node.path === path && !(node.kind === 'directory' && node.isImplied))
  expect(found).toHaveLength(1)
  return found[0] as Provisioning.NodeStep
}

const contents = inline('text')

describe('a node at a path that nobody knows about', () => {
  const make = 'path-free: create'
  const failing = [make, 'path-taken: fail']
  const replacing = [make, 'path-taken: replace']
  const keeping = [make, 'path-alike: keep', 'path-other: fail']
  const changing = [make, 'path-alike: change', 'path-other: fail']
  it.each([
    { name: 'a file with contents', list: 'files', node: { contents }, outcomes: failing },
    { name: 'a file with empty contents', list: 'files', node: { contents: { source: '' } }, outcomes: failing },
    { name: 'a file that overwrites', list: 'files', node: { contents, overwrite: true }, outcomes: replacing },
    { name: 'a file to make sure of', list: 'files', node: {}, outcomes: keeping },
    { name: 'a file whose contents have no source', list: 'files', node: { contents: {} }, outcomes: keeping },
    { name: 'a file to make sure of, with mode', list: 'files', node: { mode: 0 }, outcomes: changing },
    { name: 'a file to append to', list: 'files', node: { append: [contents] }, outcomes: changing },
    {
      name: 'a file to append to once written',
      list: 'files',
      node: { contents, append: [contents] },
      outcomes: failing,
    },
    { name: 'a directory', list: 'directories', node: {}, outcomes: keeping },
    { name: 'a directory with mode', list: 'directories', node: { mode: 448 }, outcomes: changing },
    { name: 'a directory with owner', list: 'directories', node: { user: { id: 0 } }, outcomes: changing },
    { name: 'a directory with an empty owner', list: 'directories', node: { user: { name: '' } }, outcomes: keeping },
    { name: 'a directory that overwrites', list: 'directories', node: { overwrite: true }, outcomes: replacing },
    { name: 'a symbolic link', list: 'links', node: { target: 'x' }, outcomes: keeping },
    { name: 'a symbolic link with owner', list: 'links', node: { target: 'x', user: { id: 1 } }, outcomes: keeping },
    {
      name: 'a symbolic link that overwrites',
      list: 'links',
      node: { target: 'x', overwrite: true },
      outcomes: replacing,
    },
    {
      name: 'a hard link',
      list: 'links',
      node: { target: '/x', hard: true },
      outcomes: [...keeping, 'target-missing: fail'],
    },
    {
      name: 'a hard link that overwrites',
      list: 'links',
      node: { target: '/x', hard: true, overwrite: true },
      outcomes: [...replacing, 'target-missing: fail'],
    },
  ])('$name does what the table says', async ({ list, node, outcomes }) => {
    const step = await nodeAt('/a', { [list]: [{ path: '/a', ...node }] })
    expect(outcomesOf(step)).toEqual(outcomes)
    expect(step).toMatchObject({ failures: [], isDestructive: 'overwrite' in node, resolvedPath: undefined })
  })
})

describe('the order of nodes', () => {
  const entries = {
    files: [{ path: '/c/x/y' }, { path: '/b' }, { path: '/a/z' }],
    directories: [{ path: '/d/e' }, { path: '/d' }, { path: '/c' }],
    links: [
      { path: '/z', target: '/b', hard: true },
      { path: '/a/l', target: 'q' },
      { path: '/a/h', target: '/b', hard: true },
    ],
  }
  const order = ['/b', '/c', '/d', '+/a', '/a/l', '/a/z', '/d/e', '+/c/x', '/c/x/y', '/z', '/a/h']
  const pathOf = (step: Provisioning.NodeStep): string =>
    `${step.kind === 'directory' && step.isImplied ? '+' : ''}${step.path}`

  it('is by depth and path, with implied directories in front of what implies them and hard links last', async () => {
    expect((await nodesOf(entries)).map(pathOf)).toEqual(order)
  })

  it('does not depend on the order of the config, but for hard links', async () => {
    const reversed = {
      files: entries.files.toReversed(),
      directories: entries.directories.toReversed(),
      links: [entries.links[1], entries.links[0], entries.links[2]],
    }
    expect(await nodesOf(reversed)).toEqual(await nodesOf(entries))
  })

  it('is that of where the paths lead', async () => {
    const storage = { files: [{ path: '/home/core/a' }, { path: '/var/lib/x/y' }, { path: '/var/home/b' }] }
    const nodes = await nodesOf(storage, 'coreos')
    expect(nodes.map(pathOf)).toEqual([
      '+/var',
      '+/var/home',
      '/var/home/b',
      '+/var/home/core',
      '/home/core/a',
      '+/var/lib',
      '+/var/lib/x',
      '/var/lib/x/y',
    ])
    expect(nodes.find(({ path }) => path === '/home/core/a')?.resolvedPath).toBe('/var/home/core/a')
    expect((await nodesOf(storage)).map(pathOf)).toContain('+/home')
  })
})

describe('mode and owner', () => {
  it.each([
    { name: 'a file without any', list: 'files', node: {}, to: { mode: '0644', user: 0, group: 0 } },
    { name: 'a directory without any', list: 'directories', node: {}, to: { mode: '0755', user: 0, group: 0 } },
    {
      name: 'a file with all',
      list: 'files',
      node: { mode: 384, user: { id: 1000 }, group: { name: 'wheel' } },
      to: { mode: '0600', user: 1000, group: 'wheel' },
    },
    { name: 'no permissions', list: 'directories', node: { mode: 0 }, to: { mode: '0000' } },
    { name: 'special bits before 3.6.0', list: 'files', node: { mode: 0o4755 }, to: { mode: '0755' } },
  ])('of $name are those that it gets', async ({ list, node, to }) => {
    expect(await nodeAt('/a', { [list]: [{ path: '/a', ...node }] })).toMatchObject(to)
  })

  it('have special bits from 3.6.0 on', async () => {
    const ignition = { version: '3.6.0' }
    const step = await nodeAt('/a', { files: [{ path: '/a', mode: 0o4755 }] }, 'none', { ignition })
    expect(step).toMatchObject({ mode: '04755' })
  })

  it.each([
    { name: 'a user of the config', owner: { user: { name: 'alice' } }, outcomes: [], failures: [] },
    { name: 'the own group of a user of the config', owner: { group: { name: 'alice' } }, outcomes: [], failures: [] },
    { name: 'a group of the config', owner: { group: { name: 'staff' } }, outcomes: [], failures: [] },
    { name: 'root', owner: { user: { name: 'root' }, group: { name: 'root' } }, outcomes: [], failures: [] },
    {
      name: 'a user that may be there',
      owner: { user: { name: 'x' } },
      outcomes: ['owner-unknown: fail'],
      failures: [],
    },
    {
      name: 'a group that may be there',
      owner: { group: { name: 'x' } },
      outcomes: ['owner-unknown: fail'],
      failures: [],
    },
    { name: 'a deleted user', owner: { user: { name: 'old' } }, outcomes: [], failures: ['account-deleted'] },
    { name: 'a deleted group', owner: { group: { name: 'gone' } }, outcomes: [], failures: ['account-deleted'] },
  ])('by name of $name are looked up', async ({ owner, outcomes, failures }) => {
    const passwd = {
      users: [{ name: 'alice' }, { name: 'old', shouldExist: false }],
      groups: [{ name: 'staff' }, { name: 'gone', shouldExist: false }],
    }
    const step = await nodeAt('/a', { directories: [{ path: '/a', ...owner }] }, 'none', { passwd })
    expect(outcomesOf(step).slice(3)).toEqual(outcomes)
    expect(failuresOf(step)).toEqual(failures)
  })

  it('of a hard link are not looked at', async () => {
    const links = [{ path: '/a', target: '/b', hard: true, user: { name: 'nobody-knows' } }]
    expect(outcomesOf(await nodeAt('/a', { links }))).not.toContain('owner-unknown: fail')
  })
})

describe('what fails on every target', () => {
  const mounted = [{ device: '/dev/vda', path: '/var/data', format: 'xfs' }]
  const core = { users: [{ name: 'core', sshAuthorizedKeys: ['k'] }] }
  it.each([
    {
      name: 'a file below a file',
      path: '/a/b',
      storage: { files: [{ path: '/a' }, { path: '/a/b' }] },
      failures: ['path-below-non-directory'],
    },
    {
      name: 'a file below a file that would have to be a directory further up',
      path: '/a/b/c/d',
      storage: { files: [{ path: '/a' }, { path: '/a/b/c/d' }] },
      failures: ['path-below-non-directory'],
    },
    {
      name: 'a file over a mount point',
      path: '/var/data',
      storage: { filesystems: mounted, files: [{ path: '/var/data', contents }] },
      failures: ['path-occupied'],
    },
    {
      name: 'a link over a directory above a mount point',
      path: '/var',
      storage: { filesystems: mounted, links: [{ path: '/var', target: 'x' }] },
      failures: ['path-occupied'],
    },
    {
      name: 'a file that removes a mount point',
      path: '/var/data',
      storage: { filesystems: mounted, files: [{ path: '/var/data', contents, overwrite: true }] },
      failures: ['path-busy'],
    },
    {
      name: 'a directory that removes what is above a mount point',
      path: '/var',
      storage: { filesystems: mounted, directories: [{ path: '/var', overwrite: true }] },
      failures: ['path-busy'],
    },
    {
      name: 'a file in the place of the root',
      path: '/',
      storage: { files: [{ path: '/' }] },
      failures: ['path-occupied'],
    },
    {
      name: 'two paths to one place',
      path: '/var/home/x',
      base: 'coreos',
      storage: { files: [{ path: '/home/x' }, { path: '/var/home/x' }] },
      failures: ['path-repeated'],
    },
    {
      name: 'a file in the place of the SSH keys',
      path: '/home/core/.ssh/authorized_keys.d/ignition',
      base: 'coreos',
      passwd: core,
      storage: { files: [{ path: '/home/core/.ssh/authorized_keys.d/ignition', contents }] },
      failures: ['path-occupied'],
    },
    {
      name: 'a file above the SSH keys of somebody with a known home',
      path: '/data/bob',
      passwd: { users: [{ name: 'bob', homeDir: '/data/bob/', sshAuthorizedKeys: ['k'] }] },
      storage: { files: [{ path: '/data/bob' }] },
      failures: ['path-occupied'],
    },
    {
      name: 'a directory in the place of a link of the system',
      path: '/home',
      base: 'coreos',
      storage: { directories: [{ path: '/home' }] },
      failures: ['path-occupied'],
    },
    {
      name: 'a hard link to a directory',
      path: '/l',
      storage: { filesystems: mounted, links: [{ path: '/l', target: '/var/../var/./data', hard: true }] },
      failures: ['hard-link-to-directory'],
    },
    {
      name: 'a fragment that comes from nowhere',
      path: '/a',
      storage: { files: [{ path: '/a', append: [{}] }] },
      failures: ['append-without-source'],
    },
    {
      name: 'a name that is too long',
      path: `/${'é'.repeat(128)}`,
      storage: { files: [{ path: `/${'é'.repeat(128)}` }] },
      failures: ['path-too-long'],
    },
    {
      name: 'a path that is too long',
      path: '/abcdefg'.repeat(512),
      storage: { files: [{ path: '/abcdefg'.repeat(512) }] },
      failures: ['path-too-long'],
    },
  ] as const)('$name', async ({ path, storage, failures, ...rest }) => {
    const { base = 'none', passwd = {} } = rest as { base?: 'coreos'; passwd?: object }
    expect(failuresOf(await nodeAt(path, storage, base, { passwd }))).toEqual(failures)
  })

  it.each([
    { name: 'a directory at a mount point', storage: { filesystems: mounted, directories: [{ path: '/var/data' }] } },
    { name: 'the directory that is the root', storage: { directories: [{ path: '/', mode: 493 }] } },
    { name: 'the longest name', storage: { files: [{ path: `/${'é'.repeat(127)}x` }] } },
    { name: 'the longest path', storage: { files: [{ path: `${'/abcdefg'.repeat(511)}/abcdef` }] } },
    {
      name: 'one place by two paths where no link is known',
      storage: { files: [{ path: '/home/x' }, { path: '/var/home/x' }] },
    },
    {
      name: 'a hard link to a file of the config',
      storage: { files: [{ path: '/a' }], links: [{ path: '/b', target: 'a', hard: true }] },
    },
  ])('is not $name', async ({ storage }) => {
    for (const step of await nodesOf(storage)) expect(failuresOf(step)).toEqual([])
  })

  it('is said about those that come later: the file stands, and what is below it fails', async () => {
    const nodes = await nodesOf({ files: [{ path: '/a/b' }, { path: '/a' }] })
    expect(nodes.map((step) => [step.path, failuresOf(step)])).toEqual([
      ['/a', []],
      ['/a/b', ['path-below-non-directory']],
    ])
  })
})

describe('what is known about a path', () => {
  it('is told when an entry removes the SSH keys', async () => {
    const passwd = { users: [{ name: 'core', sshAuthorizedKeys: ['k'] }] }
    const path = '/home/core/.ssh/authorized_keys.d/ignition'
    const storage = { files: [{ path, contents, overwrite: true }] }
    const step = await nodeAt(path, storage, 'coreos', { passwd })
    expect(step).toMatchObject({ failures: [], isDestructive: true, isConditional: false })
    expect(step.notes.join()).toContain('the SSH keys of core')
  })

  it('is that a hard link of the config has its target', async () => {
    const storage = { files: [{ path: '/a' }], links: [{ path: '/b', target: '/a', hard: true }] }
    expect(outcomesOf(await nodeAt('/b', storage))).not.toContain('target-missing: fail')
  })

  it.each(['/proc', '/sys', '/dev', '/run', '/tmp'])('is that nothing lasts below %s', async (directory) => {
    expect((await nodeAt(`${directory}/x`, { files: [{ path: `${directory}/x` }] })).notes.join()).toContain(directory)
    expect((await nodeAt(`${directory}x`, { files: [{ path: `${directory}x` }] })).notes).toEqual([])
  })

  it.each([
    { path: '/usr/bin/x', base: 'coreos', isReadOnly: true },
    { path: '/bin/x', base: 'coreos', isReadOnly: true },
    { path: '/usr/local/bin/x', base: 'coreos', isReadOnly: false },
    { path: '/usr/bin/x', base: 'none', isReadOnly: false },
  ] as const)('is that $path is read-only on $base: $isReadOnly', async ({ path, base, isReadOnly }) => {
    const step = await nodeAt(path, { files: [{ path, contents }] }, base)
    expect(outcomesOf(step).includes('path-read-only: fail')).toBe(isReadOnly)
    expect(step.failures).toEqual([])
  })
})

it('refuses paths that imply very many directories', async () => {
  const files = Array.from({ length: 40 }, (_, index) => ({ path: `/${index}${'/d'.repeat(2000)}` }))
  await expect(planOf({ storage: { files } })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  const plan = await planOf({ storage: { files: files.slice(0, 5) } })
  expect(stepsOf(plan, 'directory')).toHaveLength(10_000)
})
