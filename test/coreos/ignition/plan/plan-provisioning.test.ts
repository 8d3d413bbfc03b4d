import { describe, expect, it } from 'vitest'
import type { ProvisioningPlan } from '../../../../src/index.ts'
import { failuresOf, inline, outcomesOf, planOf, type Sections, stepsOf } from './plans.ts'

const EVERYTHING: Sections = {
  ignition: { config: { merge: [inline('{"ignition":{"version":"3.0.0"}}')] } },
  kernelArguments: { shouldExist: ['a b', 'c'], shouldNotExist: ['d'] },
  passwd: { users: [{ name: 'u' }], groups: [{ name: 'g' }] },
  storage: {
    disks: [{ device: '/dev/vda', partitions: [{ number: 1 }] }],
    raid: [{ name: 'r', level: 'raid0', devices: ['/dev/vda1'] }],
    luks: [{ name: 'l', device: '/dev/vdb' }],
    filesystems: [{ device: '/dev/vdc', format: 'xfs', path: '/var' }],
    directories: [{ path: '/d' }],
    files: [{ path: '/f', contents: inline('x') }],
    links: [{ path: '/l', target: 'x' }],
  },
  systemd: { units: [{ name: 'a.service', enabled: true }] },
}

const kindsOf = ({ steps }: ProvisioningPlan): readonly string[] => steps.map(({ kind }) => kind)

describe('a plan', () => {
  it('has its steps in the order of the stages, with all fetches in front', async () => {
    const plan = await planOf(EVERYTHING)
    expect(kindsOf(plan)).toEqual([
      'fetch',
      'render',
      'fetch',
      'kernel-arguments',
      'disk',
      'partition',
      'raid',
      'luks',
      'filesystem',
      'mount',
      'group',
      'user',
      'directory',
      'file',
      'link',
      'unit',
      'presets',
      'crypttab',
      'key-file',
      'result',
      'relabel',
      'unmount',
    ])
    const stages = plan.steps.filter(({ kind }) => kind !== 'fetch').map(({ stage }) => stage)
    expect([...new Set(stages)]).toEqual(['fetch', 'kargs', 'disks', 'mount', 'files', 'umount'])
  })

  it('counts its steps', async () => {
    const plan = await planOf({
      storage: {
        files: [{ path: '/a', overwrite: true, contents: inline('x') }, { path: '/a/b' }],
        filesystems: [{ device: '/dev/vda', format: 'xfs', wipeFilesystem: true }],
      },
    })
    expect(kindsOf(plan)).toEqual(['fetch', 'filesystem', 'file', 'file', 'result', 'relabel'])
    expect(plan.counts).toEqual({ steps: 6, failing: 1, conditional: 2, destructive: 2 })
  })

  it('of an empty config is what every target does', async () => {
    const plan = await planOf({})
    expect(kindsOf(plan)).toEqual(['result', 'relabel'])
    expect(plan).toMatchObject({ version: '3.4.0', base: 'none', isComplete: true, networkUses: [] })
  })

  it('names the version of the config, and not that of the target', async () => {
    expect((await planOf({ ignition: { version: '3.0.0' } })).version).toBe('3.0.0')
  })

  it('says when kernel arguments make it reboot, and when they stop it', async () => {
    const [step] = stepsOf(await planOf(EVERYTHING), 'kernel-arguments')
    expect(step).toMatchObject({ shouldExist: ['a b', 'c'], shouldNotExist: ['d'] })
    expect(step && outcomesOf(step)).toEqual([
      'kargs-as-wanted: nothing',
      'kargs-differ: reboot',
      'kargs-differ-live: fail',
    ])
  })

  it('holds integers that are no numbers', async () => {
    const plan = await planOf({
      passwd: { users: [{ name: 'u' }] },
      storage: { directories: [{ path: '/a', user: { id: 1 } }] },
    })
    expect(stepsOf(plan, 'directory')[0]?.user).toBe(1)
    const text =
      '{"ignition":{"version":"3.4.0"},"storage":{"directories":[{"path":"/a","user":{"id":9007199254740993}}]}}'
    const { planProvisioning, portableCodecs } = await import('../../../../src/index.ts')
    const { parseText } = await import('../../../support/ignition-configs.ts')
    const large = await planProvisioning(parseText(text), { codecs: portableCodecs })
    expect(stepsOf(large, 'directory')[0]?.user).toBe(9007199254740993n)
  })

  it('stops when the signal aborts', async () => {
    const signal = AbortSignal.abort()
    await expect(planOf(EVERYTHING, { signal })).rejects.toBe(signal.reason)
  })
})

describe('the system', () => {
  it('brings the user core, whom the config adds to', async () => {
    const users = [{ name: 'u' }, { name: 'core', groups: ['docker', 'wheel'], sshAuthorizedKeys: ['k'] }]
    const plan = await planOf({ passwd: { users } }, { base: 'coreos' })
    expect(stepsOf(plan, 'user')).toMatchObject([
      {
        name: 'core',
        groups: ['adm', 'sudo', 'systemd-journal', 'wheel', 'docker'],
        sshKeyCount: 1,
        isFromBase: false,
      },
      { name: 'u', isFromBase: false },
    ])
  })

  it('has core without the config', async () => {
    const [core] = stepsOf(await planOf({}, { base: 'coreos' }), 'user')
    expect(core).toMatchObject({ name: 'core', isFromBase: true, password: 'absent', sshKeyCount: 0 })
    expect(core && failuresOf(core)).toEqual([])
  })

  it('Fedora CoreOS enables a unit, along with instances of the config', async () => {
    const units = [{ name: 'afterburn-sshkeys@bob.service', enabled: true }]
    const plan = await planOf({ systemd: { units } }, { base: 'fedora-coreos' })
    expect(stepsOf(plan, 'unit')).toMatchObject([
      { name: 'afterburn-sshkeys@core.service', isFromBase: true },
      { name: 'afterburn-sshkeys@bob.service', isFromBase: false },
    ])
    expect(stepsOf(plan, 'presets')[0]?.lines.map(({ text }) => text)).toEqual([
      'enable afterburn-sshkeys@.service core bob',
    ])
  })

  it('is not known unless it is named', async () => {
    expect(stepsOf(await planOf({}), 'user')).toEqual([])
  })
})
