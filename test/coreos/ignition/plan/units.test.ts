import { describe, expect, it } from 'vitest'
import { failuresOf, inline, outcomesOf, planOf, stepsOf } from './plans.ts'

const SERVICE = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n'

describe('a unit', () => {
  it('has its drop-ins written, then its file, with their sizes', async () => {
    const dropins = [{ name: '20.conf', contents: 'é' }, { name: '10.conf', contents: '' }, { name: 'none.conf' }]
    const [step] = stepsOf(
      await planOf({ systemd: { units: [{ name: 'a.service', contents: '[X]\n', dropins }] } }),
      'unit',
    )
    expect(step).toMatchObject({
      dropins: [
        { path: '/etc/systemd/system/a.service.d/20.conf', byteLength: 2 },
        { path: '/etc/systemd/system/a.service.d/10.conf', byteLength: 0 },
      ],
      unitFile: { path: '/etc/systemd/system/a.service', byteLength: 4 },
    })
  })

  it.each([
    { name: 'nothing', unit: {}, to: { unitFile: undefined, mask: undefined, isDestructive: false }, outcomes: [] },
    { name: 'empty contents', unit: { contents: '' }, to: { unitFile: undefined }, outcomes: [] },
    { name: 'a mask', unit: { mask: true }, to: { mask: true, isDestructive: true }, outcomes: [] },
    {
      name: 'a mask to remove',
      unit: { mask: false },
      to: { mask: false, isDestructive: false },
      outcomes: ['unit-masked: change', 'unit-not-masked: keep'],
    },
    {
      name: 'a disabling',
      unit: { enabled: false },
      to: { enabled: false },
      outcomes: ['unit-enabled: change', 'unit-not-enabled: keep'],
    },
  ])('with $name', async ({ unit, to, outcomes }) => {
    const [step] = stepsOf(await planOf({ systemd: { units: [{ name: 'a.service', ...unit }] } }), 'unit')
    expect(step).toMatchObject(to)
    expect(step && outcomesOf(step)).toEqual(outcomes)
  })

  it('loses its file again when it is masked', async () => {
    const units = [{ name: 'a.service', contents: SERVICE, mask: true }]
    expect(stepsOf(await planOf({ systemd: { units } }), 'unit')[0]?.notes.join()).toContain('removed again')
  })

  it.each([
    {
      name: 'a file in the place of its directory',
      path: '/etc/systemd/system/a.service.d',
      failures: ['path-below-non-directory'],
    },
    { name: 'a file far above', path: '/etc/systemd', failures: ['path-below-non-directory'] },
    { name: 'a file elsewhere', path: '/etc/systemd/system/b.service', failures: [] },
  ])('with a drop-in and $name', async ({ path, failures }) => {
    const units = [{ name: 'a.service', dropins: [{ name: 'x.conf', contents: '' }] }]
    const plan = await planOf({ storage: { files: [{ path, contents: inline('') }] }, systemd: { units } })
    expect(stepsOf(plan, 'unit').map(failuresOf)).toEqual([failures])
  })

  it('can not take the place of a directory', async () => {
    const storage = { files: [{ path: '/etc/systemd/system/a.service/x' }] }
    const plan = await planOf({ storage, systemd: { units: [{ name: 'a.service', contents: SERVICE }] } })
    expect(stepsOf(plan, 'unit').map(failuresOf)).toEqual([['path-occupied']])
  })

  it('keeps its place in the list', async () => {
    const units = ['z.service', 'a.timer', 'm.socket'].map((name) => ({ name }))
    expect(stepsOf(await planOf({ systemd: { units } }), 'unit').map(({ name }) => name)).toEqual([
      'z.service',
      'a.timer',
      'm.socket',
    ])
  })
})

describe('presets', () => {
  it.each([
    { name: 'nothing', units: { 'a.service': undefined }, lines: undefined },
    { name: 'one unit', units: { 'a.service': true }, lines: ['enable a.service'] },
    {
      name: 'units by name',
      units: { 'z.service': true, 'a.timer': false, 'B.socket': true },
      lines: ['enable B.socket', 'disable a.timer', 'enable z.service'],
    },
    {
      name: 'instances in the order of the config, one line a template',
      units: { 't@z.service': true, 'a.service': true, 't@a.service': true, 't@m.service': false, 't@a.timer': true },
      lines: ['enable a.service', 'disable t@.service m', 'enable t@.service z a', 'enable t@.timer a'],
    },
    { name: 'a template', units: { 't@.service': true, 't@x.service': true }, lines: ['enable t@.service x'] },
    { name: 'an instance with another @', units: { 'a@b@c.service': true }, lines: ['enable a@.service b@c'] },
  ])('have lines for $name', async ({ units, lines }) => {
    const list = Object.entries(units).map(([name, enabled]) => ({ name, enabled }))
    const steps = stepsOf(await planOf({ systemd: { units: list } }), 'presets')
    expect(steps[0]?.lines.map(({ text }) => text)).toEqual(lines)
    if (lines) expect(steps[0]?.path).toBe('/etc/systemd/system-preset/20-ignition.preset')
  })

  it('have lines that depend on the target for what is disabled', async () => {
    const units = [
      { name: 'a.service', enabled: true },
      { name: 'b.service', enabled: false },
    ]
    const [step] = stepsOf(await planOf({ systemd: { units } }), 'presets')
    expect(step?.lines.map(({ isConditional }) => isConditional)).toEqual([false, true])
    expect(step && outcomesOf(step)).toEqual(['unit-enabled: change', 'unit-not-enabled: nothing'])
  })
})
