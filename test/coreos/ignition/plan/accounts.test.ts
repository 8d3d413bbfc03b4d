import { describe, expect, it } from 'vitest'
import { failuresOf, outcomesOf, planOf, stepsOf } from './plans.ts'

const HASH = '$y$j9T$hunter2'

describe('groups', () => {
  it('are made, changed or deleted, in the order of the config', async () => {
    const groups = [
      { name: 'z', gid: 5, passwordHash: HASH, system: true },
      { name: 'a', shouldExist: false },
    ]
    const steps = stepsOf(await planOf({ passwd: { groups } }), 'group')
    expect(steps.map(outcomesOf)).toEqual([
      ['account-missing: create', 'account-exists: change'],
      ['account-missing: nothing', 'account-exists: delete'],
    ])
    expect(steps).toMatchObject([
      { name: 'z', gid: 5, hasPassword: true, isSystem: true, shouldExist: true },
      { name: 'a', gid: undefined, hasPassword: false, isSystem: false, shouldExist: false },
    ])
  })

  it('come before users', async () => {
    const { steps } = await planOf({ passwd: { users: [{ name: 'u' }], groups: [{ name: 'g' }] } })
    const kinds = steps.map(({ kind }) => kind)
    expect(kinds.indexOf('group')).toBeLessThan(kinds.indexOf('user'))
  })
})

describe('users', () => {
  it('are made, changed or deleted, in the order of the config', async () => {
    const users = [
      { name: 'z', uid: 7, homeDir: '/h', shell: '/bin/sh' },
      { name: 'a', shouldExist: false },
    ]
    const steps = stepsOf(await planOf({ passwd: { users } }), 'user')
    expect(steps.map(outcomesOf)).toEqual([
      ['account-missing: create', 'account-exists: change'],
      ['account-missing: nothing', 'account-exists: delete'],
    ])
    expect(steps).toMatchObject([
      { name: 'z', uid: 7, homeDirectory: '/h', shell: '/bin/sh', isDestructive: false },
      { name: 'a', shouldExist: false, isDestructive: true },
    ])
  })

  it.each([
    { name: 'a hash', user: { passwordHash: HASH }, password: 'set' },
    { name: 'an empty hash', user: { passwordHash: '' }, password: 'locked' },
    { name: 'no hash', user: {}, password: 'absent' },
  ])('with $name have a password: $password', async ({ user, password }) => {
    const plan = await planOf({ passwd: { users: [{ name: 'u', ...user }] } })
    expect(stepsOf(plan, 'user')).toMatchObject([{ password }])
    expect(JSON.stringify(plan)).not.toContain('hunter2')
  })

  it.each([
    { name: 'nobody knows', user: { name: 'u' }, base: 'coreos', path: undefined },
    {
      name: 'the config names',
      user: { name: 'u', homeDir: '/h' },
      base: 'none',
      path: '/h/.ssh/authorized_keys.d/ignition',
    },
    {
      name: 'the system is known for',
      user: { name: 'core' },
      base: 'coreos',
      path: '/home/core/.ssh/authorized_keys.d/ignition',
    },
    {
      name: 'is of no use to who is deleted',
      user: { name: 'core', shouldExist: false },
      base: 'coreos',
      path: undefined,
    },
  ] as const)('have their keys below a home that $name', async ({ user, base, path }) => {
    const sshAuthorizedKeys = ['ssh-ed25519 hunter2', 'ssh-rsa hunter2']
    const plan = await planOf({ passwd: { users: [{ ...user, sshAuthorizedKeys }] } }, { base })
    const step = stepsOf(plan, 'user').find(({ name }) => name === user.name)
    expect(step).toMatchObject({ sshKeyCount: 2, sshKeyFile: path })
    expect(JSON.stringify(plan)).not.toContain('hunter2')
  })

  it.each([
    { name: 'of the config', groups: ['staff'], outcomes: [], failures: [] },
    { name: 'of CoreOS', groups: ['wheel', 'sudo'], outcomes: [], failures: [] },
    {
      name: 'that may be there',
      groups: ['x', 'y'],
      outcomes: ['owner-unknown: fail', 'owner-unknown: fail'],
      failures: [],
    },
    { name: 'that the config deletes', groups: ['gone'], outcomes: [], failures: ['account-deleted'] },
  ])('are put into groups $name', async ({ groups, outcomes, failures }) => {
    const passwd = {
      users: [{ name: 'u', groups: groups.slice(1), primaryGroup: groups[0] }],
      groups: [{ name: 'staff' }, { name: 'gone', shouldExist: false }],
    }
    const step = stepsOf(await planOf({ passwd }, { base: 'coreos' }), 'user').find(({ name }) => name === 'u')
    expect(step && outcomesOf(step).slice(2)).toEqual(outcomes)
    expect(step && failuresOf(step)).toEqual(failures)
  })
})

describe('a home that mounting makes', () => {
  it.each([
    { path: '/var/home/core', isNoted: true },
    { path: '/var/home/core/data', isNoted: true },
    { path: '/var/home', isNoted: false },
  ])('is handed over with a mount at $path: $isNoted', async ({ path, isNoted }) => {
    const filesystems = [{ device: '/dev/vda', format: 'xfs', path }]
    const [core] = stepsOf(await planOf({ storage: { filesystems } }, { base: 'coreos' }), 'user')
    expect(core?.notes.length).toBe(isNoted ? 1 : 0)
  })
})

describe('ids', () => {
  it.each([
    {
      name: 'that somebody has already',
      list: 'users',
      field: 'uid',
      ids: [5, 6, 5],
      failures: [[], [], ['id-taken']],
    },
    { name: 'that a group has already', list: 'groups', field: 'gid', ids: [5, 5], failures: [[], ['id-taken']] },
    { name: 'at the limits', list: 'users', field: 'uid', ids: [0, 0xffff_fffe], failures: [[], []] },
    {
      name: 'beyond the limits',
      list: 'users',
      field: 'uid',
      ids: [-1, 0xffff_ffff],
      failures: [['id-invalid'], ['id-invalid']],
    },
  ])('$name', async ({ list, field, ids, failures }) => {
    const entries = ids.map((id, index) => ({ name: `n${index}`, [field]: id }))
    const plan = await planOf({ passwd: { [list]: entries } })
    expect([...stepsOf(plan, 'user'), ...stepsOf(plan, 'group')].map(failuresOf)).toEqual(failures)
  })

  it('of who is deleted are free', async () => {
    const users = [
      { name: 'a', uid: 5, shouldExist: false },
      { name: 'b', uid: 5 },
    ]
    expect(stepsOf(await planOf({ passwd: { users } }), 'user').map(failuresOf)).toEqual([[], []])
  })
})
