import { describe, expect, it } from 'vitest'
import { encodeUtf8, equalBytes, pendingPatches } from '../../../src/bytes/index.ts'
import { currentKargs, type LiveIso } from '../../../src/coreos/index.ts'
import { nodeCodecs as codecs, encodeGzip as gzip } from '../../../src/node/index.ts'
import {
  type IsoCustomization,
  type IsoCustomizationOptions,
  planIsoCustomization,
  planKargs,
  planReset,
  readCustomizations,
} from '../../../src/operations/index.ts'
import { ignition, input } from '../../support/customization.ts'
import { applyToLiveIso, bytesOf, openLiveIso } from '../../support/edit-live-iso.ts'
import { liveIsoGenerations } from '../../support/live-iso-builder.ts'

const LIVE = { liveIgnition: [input('l.ign', ignition('3.3.0'))] }
const FULL: IsoCustomization = {
  ...LIVE,
  keyfiles: [{ name: 'a.nmconnection', bytes: encodeUtf8('[connection]\nid=a\n') }],
  liveKargs: { append: ['foo=bar'] },
}

const options = (more: Partial<IsoCustomizationOptions> = {}): IsoCustomizationOptions => ({ codecs, gzip, ...more })

async function customize(live: LiveIso, customization: IsoCustomization, more: Partial<IsoCustomizationOptions> = {}) {
  const { patches } = await planIsoCustomization(live, customization, options(more))
  return applyToLiveIso(live, patches)
}

const kargsOf = (live: LiveIso): string | undefined => live.kargs && currentKargs(live.kargs, live.name)

describe.each(liveIsoGenerations)('an image of the generation %s', (generation) => {
  it('is as it was after a reset', async () => {
    const pristine = await openLiveIso({ generation })
    const live = await customize(pristine, { preInstall: [input('a', '#!/bin/sh\n')], ...LIVE })
    expect((await readCustomizations(live, { codecs })).files).toHaveLength(1)
    expect(equalBytes(await bytesOf(await applyToLiveIso(live, planReset(live))), await bytesOf(pristine))).toBe(true)
  })

  it('stays as it is when nothing is asked for', async () => {
    const pristine = await openLiveIso({ generation })
    const { patches } = await planIsoCustomization(pristine, {}, options())
    expect(await pendingPatches(pristine.iso.source, patches)).toEqual([])
  })

  it('takes kernel arguments if it has areas for them', async () => {
    const pristine = await openLiveIso({ generation })
    const planning = planIsoCustomization(pristine, { liveKargs: { append: ['foo'] } }, options())
    if (pristine.kargs) expect((await planning).kargs).toBe(`${pristine.kargs.default} foo`)
    else
      await expect(planning).rejects.toMatchObject({
        code: 'KARGS_UNSUPPORTED',
        message: expect.stringContaining('does not support customizing live kernel arguments'),
      })
  })
})

describe('an image that is customized', () => {
  it.each([
    { name: 'with a config', how: LIVE },
    { name: 'with keyfiles', how: { keyfiles: FULL.keyfiles } },
    { name: 'with kernel arguments', how: { liveKargs: FULL.liveKargs } },
  ])('$name is refused', async ({ how }) => {
    const live = await customize(await openLiveIso(), how)
    await expect(planIsoCustomization(live, { postInstall: [input('a', '')] }, options())).rejects.toMatchObject({
      code: 'ALREADY_EMBEDDED',
      message: expect.stringContaining('already customized'),
    })
    await expect(planIsoCustomization(live, {}, options())).rejects.toMatchObject({ code: 'ALREADY_EMBEDDED' })
  })

  it('in the very same way needs no bytes, unless repeats are refused', async () => {
    const live = await customize(await openLiveIso(), FULL)
    expect((await planIsoCustomization(live, FULL, options())).patches).toEqual([])
    expect((await planIsoCustomization(live, FULL, options({ force: true }))).patches).toEqual([])
    const planning = planIsoCustomization(live, FULL, options({ refuseRepeat: true }))
    await expect(planning).rejects.toMatchObject({ code: 'ALREADY_EMBEDDED' })
  })

  it('becomes by force what a pristine one becomes, and says so of its arguments', async () => {
    const pristine = await openLiveIso()
    const live = await customize(pristine, FULL)
    const plan = await planIsoCustomization(live, LIVE, options({ force: true }))
    expect(plan.notices).toEqual([expect.stringContaining('defaults')])
    expect(plan.changes).toContainEqual(expect.objectContaining({ kind: 'kargs', isImplied: true }))
    const forced = await applyToLiveIso(live, plan.patches)
    expect(equalBytes(await bytesOf(forced), await bytesOf(await customize(pristine, LIVE)))).toBe(true)
  })

  it('keeps its arguments by force only for the reference tool, and only without an edit of them', async () => {
    const live = await customize(await openLiveIso(), FULL)
    const more = { force: true, keepsKargs: true }
    expect(kargsOf(await customize(live, LIVE, more))).toBe(`${live.kargs?.default} foo=bar`)
    const edited = await customize(live, { ...LIVE, liveKargs: { append: ['x'] } }, more)
    expect(kargsOf(edited)).toBe(`${live.kargs?.default} x`)
  })

  it('with other arguments than the defaults starts from the defaults', async () => {
    const pristine = await openLiveIso()
    const live = await applyToLiveIso(pristine, planKargs(pristine, { append: ['a'] }))
    const forced = await customize(live, { liveKargs: { append: ['b'] } }, { force: true })
    expect(kargsOf(forced)).toBe(`${live.kargs?.default} b`)
  })
})

describe('kernel arguments', () => {
  it('alone make no config, which would switch off the login on the console', async () => {
    const live = await customize(await openLiveIso(), { liveKargs: { append: ['a'] } })
    expect((await readCustomizations(live, { codecs })).files).toEqual([])
  })

  it('are deleted, appended and replaced', async () => {
    const liveKargs = { append: ['a=1'], delete: ['mitigations=auto,nosmt'], replace: ['a=1=2'] }
    const live = await customize(await openLiveIso(), { liveKargs })
    expect(kargsOf(live)).toMatch(/^coreos\.liveiso=.* a=2$/)
  })

  it('are looked at with the rest', async () => {
    const planning = planIsoCustomization(
      await openLiveIso(),
      { ...LIVE, liveKargs: { delete: ['ignition.firstboot'] } },
      options(),
    )
    await expect(planning).rejects.toMatchObject({ code: 'CUSTOMIZATION_INVALID' })
  })

  it('that do not fit are refused', async () => {
    const planning = planIsoCustomization(await openLiveIso(), { liveKargs: { append: ['a'.repeat(2000)] } }, options())
    await expect(planning).rejects.toMatchObject({ code: 'KARGS_TOO_LONG' })
  })
})

it('refuses what does not fit the embed area', async () => {
  const random = Array.from({ length: 40_000 }, (_, index) => Math.imul(index, 2654435761).toString(36)).join('')
  const live = await openLiveIso({ embedAreaByteLength: 4096 })
  const planning = planIsoCustomization(live, { preInstall: [input('a', `#!/bin/sh\n${random}`)] }, options())
  await expect(planning).rejects.toMatchObject({
    code: 'AREA_TOO_SMALL',
    message: expect.stringContaining('too large'),
  })
})
