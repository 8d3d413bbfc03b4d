import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memorySource, overlay, type Patch, readAll } from '../../src/bytes/index.ts'
import { type LiveIso, readLiveIso } from '../../src/coreos/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'
import {
  inspectIso,
  planIgnition,
  planIgnitionRemoval,
  planKargs,
  planKargsReset,
  planNetwork,
  planNetworkRemoval,
  planReset,
  readIgnition,
  readNetwork,
} from '../../src/operations/index.ts'
import { readFixture } from '../support/fixtures.ts'

/** What the images are known to declare, and the hashes of published and edited images. */
const IMAGES = [
  {
    image: '2020-09',
    os: 'rhcos',
    version: '46.82.202112161843-0',
    generation: 'ignition-img',
    area: { path: 'IMAGES/IGNITION.IMG', offset: 92160 },
    kargs: undefined,
    pristine: '748e9a3a5d2e3ad7013f6421a335ff2196823cf2f9987caa4c9e45def6b087fe',
    edited: undefined,
    hasNetwork: false,
  },
  {
    image: '2021-09',
    os: 'fedora-coreos',
    version: '34.20210921.dev.0',
    generation: 'kargs-json',
    area: { path: 'IMAGES/IGNITION.IMG', offset: 102400 },
    kargs: { byteLength: 1139, offsets: [98126, 371658] },
    pristine: '62d2ccb2f9998ba7a9d88787690b49d0e6cda3b96ff3bea265dd4e30a2e1d472',
    edited: 'e1d4e924ef6aee57e98897fcec93186e1e34941dcc555b26212fdb1203ae7c9a',
    hasNetwork: false,
  },
  {
    image: '2022-02',
    os: 'fedora-coreos',
    version: '35.20220217.dev.0',
    generation: 'kargs-json',
    area: { path: 'IMAGES/IGNITION.IMG', offset: 159744 },
    kargs: { byteLength: 1139, offsets: [137038, 429002] },
    pristine: '634dadf7f9231b9820fdf43e25e31307c78540072126ec0479ca72d59eca17be',
    edited: '97c7a16a3885634cd0f85dae8b691e5c03e44d45b50ce493473a5bb0d544cd02',
    hasNetwork: true,
  },
  {
    image: '2023-07.x86_64',
    os: 'fedora-coreos',
    version: '38.20230718.dev.0',
    generation: 'igninfo',
    area: { path: 'IMAGES/IGNITION.IMG', offset: 139264 },
    kargs: { byteLength: 1139, offsets: [137037, 408522] },
    pristine: 'a4079e6ffe863a6ab4a1f6c3f8e52c9aa84619f770c1aaba9137bddb6ffc6519',
    edited: '9f26236be90510b0a4ff63f0de7411d08d14086dcca73c0c9cefc84826441e07',
    hasNetwork: true,
  },
  {
    image: '2023-07.s390x',
    os: 'fedora-coreos',
    version: '38.20230718.dev.0',
    generation: 'igninfo',
    area: { path: 'IMAGES/CDBOOT.IMG', offset: 203776 },
    kargs: { byteLength: 896, offsets: [138368] },
    pristine: 'f365f000adf990ba79af6682533bce5872380eeaa5302161d352aadf15c3aa50',
    edited: '28e2e56677b3a7b7379c4422bce06bcda18e62f484d2ef83a66ff94b65c555dc',
    hasNetwork: true,
  },
] as const

const CONFIG = new TextEncoder().encode('{"ignition":{"version":"3.3.0"}}\n')
const KEYFILE = { name: 'eth0.nmconnection', bytes: new TextEncoder().encode('[connection]\nid=eth0\ntype=ethernet\n') }

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function edit(live: LiveIso, patches: readonly Patch[]): Promise<LiveIso> {
  return readLiveIso(memorySource(await readAll(overlay(live.iso.source, patches)), live.name))
}

const hashOf = async (live: LiveIso): Promise<string> => hash(await readAll(live.iso.source))

describe.each(IMAGES)('the live image of $image', ({ image, ...expected }) => {
  const openImage = async (context: Parameters<typeof readFixture>[0]): Promise<LiveIso> =>
    readLiveIso(memorySource(await readFixture(context, `iso/embed-areas-${image}.iso.xz`), image))

  it('declares the areas that it is known to have', async (context) => {
    const live = await openImage(context)
    expect(live.embedArea).toMatchObject({ ...expected.area, byteLength: 262144 })
    expect(
      live.kargs && { byteLength: live.kargs.byteLength, offsets: live.kargs.areas.map(({ offset }) => offset) },
    ).toEqual(expected.kargs)
    expect(live.features.liveInitrdNetwork).toBe(expected.hasNetwork)
  })

  it('is told by inspect', async (context) => {
    const inspection = await inspectIso(await openImage(context), { codecs })
    const { os, version, generation } = expected
    expect(inspection).toMatchObject({ os, version, generation, isCustomized: false, problems: [] })
    expect(inspection.architecture).toBe(image.endsWith('s390x') ? 's390x' : 'x86_64')
    expect(inspection.elTorito).toBeDefined()
    const hasHeader = image === '2020-09' || image === '2021-09'
    expect(inspection.hybrid !== undefined).toBe(!hasHeader && !image.endsWith('s390x'))
    expect(inspection.isSystemAreaBlank).toBe(image.endsWith('s390x'))
  })

  it('is as it was published after a config was embedded and removed', async (context) => {
    const live = await openImage(context)
    expect(await hashOf(live)).toBe(expected.pristine)
    const embedded = await edit(live, await planIgnition(live, CONFIG, { codecs }))
    expect(await readIgnition(embedded, { codecs })).toEqual(CONFIG)
    expect(await hashOf(embedded)).not.toBe(expected.pristine)
    const removed = await edit(embedded, await planIgnitionRemoval(embedded, { codecs }))
    expect(await hashOf(removed)).toBe(expected.pristine)
    expect(await hashOf(await edit(embedded, planReset(embedded)))).toBe(expected.pristine)
  })

  it('has the known hash with one more kernel argument, and its own again after it is deleted', async (context) => {
    const live = await openImage(context)
    if (expected.edited === undefined) {
      const unsupported = expect.objectContaining({ code: 'KARGS_UNSUPPORTED' })
      expect(() => planKargs(live, { append: ['foobar=val'] })).toThrow(unsupported)
      expect(() => planKargsReset(live)).toThrow(unsupported)
      return
    }
    const edited = await edit(live, planKargs(live, { append: ['foobar=val'] }))
    expect(await hashOf(edited)).toBe(expected.edited)
    expect(await hashOf(await edit(edited, planKargs(edited, { delete: ['foobar=val'] })))).toBe(expected.pristine)
    expect(await hashOf(await edit(edited, planKargsReset(edited)))).toBe(expected.pristine)
  })

  it('takes kernel arguments up to the last byte, and not one more', async (context) => {
    const live = await openImage(context)
    if (!live.kargs) return
    const room = live.kargs.byteLength - new TextEncoder().encode(live.kargs.default).byteLength - 2
    expect(planKargs(live, { append: ['x'.repeat(room)] })).toHaveLength(live.kargs.areas.length)
    expect(() => planKargs(live, { append: ['x'.repeat(room + 1)] })).toThrow(
      expect.objectContaining({ code: 'KARGS_TOO_LONG' }),
    )
  })

  it('keeps network settings and the config apart', async (context) => {
    const live = await openImage(context)
    if (!expected.hasNetwork) {
      await expect(planNetwork(live, [KEYFILE], { codecs })).rejects.toMatchObject({
        code: 'NETWORK_UNSUPPORTED',
        message: expect.stringContaining('does not support customizing network settings'),
      })
      return
    }
    const withConfig = await edit(live, await planIgnition(live, CONFIG, { codecs }))
    const withBoth = await edit(withConfig, await planNetwork(withConfig, [KEYFILE], { codecs }))
    expect(await readNetwork(withBoth, { codecs })).toEqual([KEYFILE])
    expect(await readIgnition(withBoth, { codecs })).toEqual(CONFIG)
    const withoutConfig = await edit(withBoth, await planIgnitionRemoval(withBoth, { codecs }))
    expect(await readNetwork(withoutConfig, { codecs })).toEqual([KEYFILE])
    await expect(readIgnition(withoutConfig, { codecs })).rejects.toMatchObject({ code: 'NOTHING_EMBEDDED' })
    const withoutBoth = await edit(withoutConfig, await planNetworkRemoval(withoutConfig, { codecs }))
    expect(await hashOf(withoutBoth)).toBe(expected.pristine)
  })
})

describe('an image that is no live image', () => {
  it('is refused', async (context) => {
    const bytes = await readFixture(context, 'iso/synthetic.iso.xz')
    await expect(readLiveIso(memorySource(bytes))).rejects.toMatchObject({
      code: 'NOT_A_LIVE_ISO',
      message: expect.stringContaining('Unrecognized CoreOS ISO image'),
    })
  })
})

describe('the image of 2021-09, which declares everything twice', () => {
  const open = async (context: Parameters<typeof readFixture>[0], damage: readonly number[]): Promise<LiveIso> => {
    const bytes = Uint8Array.from(await readFixture(context, 'iso/embed-areas-2021-09.iso.xz'))
    for (const offset of damage) bytes[offset] = 0x5a
    return readLiveIso(memorySource(bytes))
  }
  const KARGS_JSON_NAME = 63725
  const IGNITION_IMG_NAME = 65903
  const HEADER_MAGIC = 32672

  it.for([
    { name: 'both', damage: [], foundBy: 'kargs.json' },
    { name: 'kargs.json alone', damage: [HEADER_MAGIC], foundBy: 'kargs.json' },
    { name: 'the header alone', damage: [KARGS_JSON_NAME], foundBy: 'header' },
  ])('finds the kernel arguments by $name', async ({ damage, foundBy }, context) => {
    const { kargs } = await open(context, damage)
    expect(kargs?.foundBy).toBe(foundBy)
    expect(kargs?.areas.map(({ offset }) => offset)).toEqual([98126, 371658])
    expect(kargs?.default).toBe(
      'mitigations=auto,nosmt coreos.liveiso=fedora-coreos-34.20210921.dev.0 ignition.firstboot ignition.platform.id=metal',
    )
  })

  it('has no kernel-argument areas when neither is left', async (context) => {
    expect((await open(context, [KARGS_JSON_NAME, HEADER_MAGIC])).kargs).toBeUndefined()
  })

  it('does not fall back to the header for the embed area, since the reference does not', async (context) => {
    await expect(open(context, [IGNITION_IMG_NAME])).rejects.toMatchObject({ code: 'NOT_A_LIVE_ISO' })
  })
})
