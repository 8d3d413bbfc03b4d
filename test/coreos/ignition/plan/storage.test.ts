import { describe, expect, it } from 'vitest'
import { failuresOf, inline, outcomesOf, planOf, stepsOf } from './plans.ts'

describe('a partition', () => {
  it.each([
    {
      name: 'that shall not exist and may not be wiped',
      partition: { number: 1, shouldExist: false },
      outcomes: ['partition-missing: nothing', 'partition-exists: fail'],
      isDestructive: false,
    },
    {
      name: 'that shall not exist and may be wiped',
      partition: { number: 1, shouldExist: false, wipePartitionEntry: true },
      outcomes: ['partition-missing: nothing', 'partition-exists: delete', 'partition-in-use: fail'],
      isDestructive: true,
    },
    {
      name: 'that shall exist',
      partition: { number: 1, label: 'root' },
      outcomes: ['partition-missing: create', 'partition-matches: keep', 'partition-differs: fail'],
      isDestructive: false,
    },
    {
      name: 'that may be resized',
      partition: { number: 1, label: 'root', resize: true },
      outcomes: [
        'partition-missing: create',
        'partition-matches: keep',
        'partition-size-differs: resize',
        'partition-differs-in-more: fail',
        'partition-in-use: fail',
      ],
      isDestructive: false,
    },
    {
      name: 'that may be wiped',
      partition: { number: 1, label: 'root', wipePartitionEntry: true, resize: true },
      outcomes: [
        'partition-missing: create',
        'partition-matches: keep',
        'partition-differs: replace',
        'partition-in-use: fail',
      ],
      isDestructive: true,
    },
    { name: 'without a number', partition: { label: 'new' }, outcomes: [], isDestructive: false },
  ])('$name has the outcomes of the decision table', async ({ partition, outcomes, isDestructive }) => {
    const plan = await planOf({ storage: { disks: [{ device: '/dev/vda', partitions: [partition] }] } })
    const [step] = stepsOf(plan, 'partition')
    expect(step && outcomesOf(step)).toEqual(outcomes)
    expect(step).toMatchObject({ device: '/dev/vda', isDestructive, isConditional: outcomes.length > 0 })
  })

  it('is made for certain once the table is wiped', async () => {
    const partitions = [{ number: 1 }, { number: 2, shouldExist: false, wipePartitionEntry: true }]
    const plan = await planOf({ storage: { disks: [{ device: '/dev/vda', wipeTable: true, partitions }] } })
    expect(stepsOf(plan, 'disk')).toMatchObject([{ wipeTable: true, isDestructive: true }])
    expect(stepsOf(plan, 'partition').map(outcomesOf)).toEqual([[], []])
    expect(stepsOf(plan, 'partition').map(({ isDestructive }) => isDestructive)).toEqual([false, false])
  })

  it('without a number comes after those that have one, and all in their order', async () => {
    const partitions = [{ label: 'x' }, { number: 7 }, { label: 'y', number: 0 }, { number: 2 }]
    const disks = [
      { device: '/dev/vdb', partitions },
      { device: '/dev/vda', partitions: [{ number: 1 }] },
    ]
    const plan = await planOf({ storage: { disks } })
    const order = plan.steps.flatMap((step) =>
      step.kind === 'disk' ? [step.device] : step.kind === 'partition' ? [step.number ?? step.label] : [],
    )
    expect(order).toEqual(['/dev/vdb', 7, 2, 'x', 'y', '/dev/vda', 1])
  })

  it('has no size where 0 stands for as much as there is', async () => {
    const partitions = [{ number: 1, startMiB: 0, sizeMiB: 0, guid: '', typeGuid: '' }]
    const plan = await planOf({ storage: { disks: [{ device: '/dev/vda', partitions }] } })
    const none = { startMiB: undefined, sizeMiB: undefined, guid: undefined, typeGuid: undefined }
    expect(stepsOf(plan, 'partition')).toMatchObject([none])
  })
})

describe('an array', () => {
  it.each([
    { name: 'data', device: '/dev/md/data' },
    { name: '/dev/md0', device: '/dev/md0' },
  ])('$name is the device $device, and whatever its devices held is lost', async ({ name, device }) => {
    const raid = [{ name, level: 'raid1', devices: ['/dev/vda', '/dev/vdb'], spares: 1 }]
    const [step] = stepsOf(await planOf({ storage: { raid } }), 'raid')
    expect(step).toMatchObject({ device, spareCount: 1, isDestructive: true, failures: [] })
  })

  it('fails when all devices are spare', async () => {
    const raid = [{ name: 'x', level: 'raid1', devices: ['/dev/vda', '/dev/vdb'], spares: 2 }]
    const [step] = stepsOf(await planOf({ storage: { raid } }), 'raid')
    expect(step && failuresOf(step)).toEqual(['raid-spares-too-many'])
  })
})

describe('an encrypted volume', () => {
  const volume = { name: 'root', device: '/dev/vda' }
  const tang = [{ url: 'https://user:hunter2@tang.example/?hunter2', thumbprint: 'abc' }]
  const fails = ['device-blank: create', 'device-filled: fail']
  it.each([
    { name: 'with a key that is generated', more: {}, outcomes: fails, key: 'generated' },
    { name: 'with clevis', more: { keyFile: inline('k'), clevis: { tpm2: true } }, outcomes: fails, key: 'given' },
    {
      name: 'with a key',
      more: { keyFile: inline('k') },
      outcomes: ['device-blank: create', 'device-alike: keep', 'device-other: fail'],
      key: 'given',
    },
    { name: 'that is wiped', more: { wipeVolume: true, keyFile: inline('k') }, outcomes: [], key: 'given' },
  ])('$name is reused or not', async ({ more, outcomes, key }) => {
    const [step] = stepsOf(await planOf({ storage: { luks: [{ ...volume, ...more }] } }), 'luks')
    expect(step && outcomesOf(step)).toEqual(outcomes)
    expect(step).toMatchObject({ key, isDestructive: 'wipeVolume' in more })
  })

  it.each([
    { name: 'tpm2', clevis: { tpm2: true }, keyFile: 'none', options: 'luks', needsNetwork: false },
    { name: 'tang', clevis: { tang }, keyFile: 'none', options: 'luks,_netdev', needsNetwork: true },
    {
      name: 'tang that is known',
      clevis: { tang: [{ ...tang[0], advertisement: '{}' }] },
      keyFile: 'none',
      options: 'luks,_netdev',
      needsNetwork: false,
    },
    {
      name: 'a custom pin with network',
      clevis: { custom: { pin: 'tang', config: '{"hunter2":1}', needsNetwork: true } },
      keyFile: 'none',
      options: 'luks,_netdev',
      needsNetwork: true,
    },
    { name: 'a key', clevis: {}, keyFile: '/etc/luks/root', options: 'luks', needsNetwork: false },
  ])('that $name opens has its line in the crypttab', async ({ clevis, keyFile, options, needsNetwork }) => {
    const plan = await planOf({ storage: { luks: [{ ...volume, clevis }] } })
    expect(stepsOf(plan, 'crypttab')).toMatchObject([
      { path: '/etc/crypttab', mode: '0600', lines: [{ name: 'root', keyFile, options }] },
    ])
    expect(stepsOf(plan, 'key-file').map(({ path }) => path)).toEqual(keyFile === 'none' ? [] : [keyFile])
    expect(stepsOf(plan, 'luks')).toMatchObject([{ needsNetwork }])
    expect(plan.networkUses.length > 0).toBe(needsNetwork)
    expect(JSON.stringify(plan)).not.toContain('hunter2')
  })

  it('shows nothing that its key could be guessed from', async () => {
    const keyFile = { ...inline('hunter2'), verification: { hash: `sha256-${'a'.repeat(64)}` } }
    const plan = await planOf({ storage: { luks: [{ ...volume, keyFile }] } })
    const [step] = stepsOf(plan, 'luks')
    expect(step && failuresOf(step)).toEqual(['hash-mismatch'])
    expect(step?.keyFile).toMatchObject({ byteLength: 7, sha256: undefined, verification: 'sha256-…' })
    expect(stepsOf(plan, 'fetch')).toMatchObject([{ purpose: 'key-file', for: 'root', stage: 'disks', failures: [] }])
  })
})

describe('a filesystem', () => {
  const device = '/dev/vda'
  it.each([
    { name: 'without a format', more: {}, outcomes: [], isDestructive: false },
    {
      name: 'with an empty format',
      more: { format: '' },
      outcomes: ['device-unfilled: nothing', 'device-filled: fail'],
      isDestructive: false,
    },
    {
      name: 'of format none',
      more: { format: 'none' },
      outcomes: ['device-unfilled: nothing', 'device-filled: fail'],
      isDestructive: false,
    },
    {
      name: 'of format none to wipe',
      more: { format: 'none', wipeFilesystem: true },
      outcomes: [],
      isDestructive: true,
    },
    {
      name: 'that may be there',
      more: { format: 'xfs', label: 'data' },
      outcomes: ['device-blank: create', 'device-alike: keep', 'device-other: fail'],
      isDestructive: false,
    },
    { name: 'that is wiped', more: { format: 'xfs', wipeFilesystem: true }, outcomes: [], isDestructive: true },
  ])('$name is made, reused or refused', async ({ more, outcomes, isDestructive }) => {
    const [step] = stepsOf(await planOf({ storage: { filesystems: [{ device, ...more }] } }), 'filesystem')
    expect(step && outcomesOf(step)).toEqual(outcomes)
    expect(step).toMatchObject({ device, isDestructive })
  })

  it('says what makes one that is there alike', async () => {
    const filesystems = [{ device, format: 'ext4', label: 'a', uuid: 'b' }]
    const [step] = stepsOf(await planOf({ storage: { filesystems } }), 'filesystem')
    expect(step?.outcomes[1]?.when).toContain('ext4 with this label and uuid')
  })
})

describe('mounts', () => {
  const at = (path: string, format = 'xfs'): object => ({ device: `/dev${path}`, path, format })

  it('go by depth, and are undone the deepest first', async () => {
    const filesystems = [at('/var/lib/x'), at('/var/b'), at('/srv'), at('/var'), at('/var/a')]
    const plan = await planOf({ storage: { filesystems } })
    const paths = stepsOf(plan, 'mount').map(({ path }) => path)
    expect(paths).toEqual(['/srv', '/var', '/var/a', '/var/b', '/var/lib/x'])
    expect(stepsOf(plan, 'unmount')).toMatchObject([{ paths: paths.toReversed() }])
    expect(plan.steps.at(-1)?.kind).toBe('unmount')
  })

  it('are not made of swap, of nothing, and without a path', async () => {
    const filesystems = [at('/a', 'swap'), at('/b', 'none'), { device: '/dev/c', format: 'xfs' }]
    const plan = await planOf({ storage: { filesystems } })
    expect([...stepsOf(plan, 'mount'), ...stepsOf(plan, 'unmount')]).toEqual([])
  })

  it.each([
    { base: 'coreos', path: '/home/x', failures: ['mount-point-linked'] },
    { base: 'coreos', path: '/home', failures: ['mount-point-linked'] },
    { base: 'coreos', path: '/var/home', failures: [] },
    { base: 'coreos', path: '/usr/local/x', failures: ['mount-point-linked'] },
    { base: 'none', path: '/home/x', failures: [] },
    { base: 'none', path: `/${'x'.repeat(256)}`, failures: ['path-too-long'] },
  ] as const)('at $path on $base fail where a link is in the way', async ({ base, path, failures }) => {
    const [step] = stepsOf(await planOf({ storage: { filesystems: [at(path)] } }, { base }), 'mount')
    expect(step && failuresOf(step)).toEqual(failures)
    expect(step && outcomesOf(step)).toEqual(['directory-missing: create', 'path-indirect: fail'])
  })
})
