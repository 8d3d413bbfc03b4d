import { randomBytes } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignUp, encodeUtf8, equalBytes, joinBytes, type Patch, pendingPatches } from '../../src/bytes/index.ts'
import type { LiveIso } from '../../src/coreos/index.ts'
import { encodeCpio } from '../../src/formats/cpio/index.ts'
import { encodeInitrd } from '../../src/formats/initrd/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'
import {
  planIgnition,
  planIgnitionRemoval,
  planKargs,
  planKargsReset,
  planNetwork,
  planNetworkRemoval,
  planReset,
  readCustomizations,
  readIgnition,
  readNetwork,
} from '../../src/operations/index.ts'
import { applyToLiveIso, bytesOf, openLiveIso } from '../support/edit-live-iso.ts'
import { liveIsoGenerations } from '../support/live-iso-builder.ts'

const CONFIG = encodeUtf8('{"ignition":{"version":"3.3.0"}}')
const OTHER_CONFIG = encodeUtf8('{"ignition":{"version":"3.4.0"}}')
const KEYFILES = [
  { name: 'eth0.nmconnection', bytes: encodeUtf8('[connection]\nid=eth0\n') },
  { name: 'eth1.nmconnection', bytes: encodeUtf8('[connection]\nid=eth1\n') },
]

function padded(bytes: Uint8Array, alignment: number): Uint8Array {
  return joinBytes([bytes, new Uint8Array(alignUp(bytes.byteLength, alignment) - bytes.byteLength)])
}

const isPristine = async (live: LiveIso, pristine: LiveIso): Promise<boolean> =>
  equalBytes(await bytesOf(live), await bytesOf(pristine))

describe.each(liveIsoGenerations)('an image of the generation %s', (generation) => {
  it('is restored by every way to undo', async () => {
    const pristine = await openLiveIso({ generation })
    let live = await applyToLiveIso(pristine, await planIgnition(pristine, CONFIG, { codecs }))
    if (live.features.liveInitrdNetwork) {
      live = await applyToLiveIso(live, await planNetwork(live, KEYFILES, { codecs }))
      expect(await readNetwork(live, { codecs })).toEqual(KEYFILES)
    }
    if (live.kargs)
      live = await applyToLiveIso(live, planKargs(live, { append: ['a=b'], delete: ['ignition.firstboot'] }))
    expect(await isPristine(live, pristine)).toBe(false)
    expect(await isPristine(await applyToLiveIso(live, planReset(live)), pristine)).toBe(true)

    live = await applyToLiveIso(live, await planIgnitionRemoval(live, { codecs }))
    live = await applyToLiveIso(live, await planNetworkRemoval(live, { codecs }))
    if (live.kargs) live = await applyToLiveIso(live, planKargsReset(live))
    expect(await isPristine(live, pristine)).toBe(true)
  })

  it('needs no bytes for an edit that has been made', async () => {
    const pristine = await openLiveIso({ generation })
    const live = await applyToLiveIso(pristine, await planIgnition(pristine, CONFIG, { codecs }))
    const plans: (readonly Patch[])[] = [
      await planIgnition(live, CONFIG, { codecs }),
      await planIgnition(live, CONFIG, { codecs, force: true }),
      await planIgnitionRemoval(pristine, { codecs }),
      await planNetworkRemoval(live, { codecs }),
      planReset(pristine),
    ]
    for (const [index, patches] of plans.entries()) {
      const { source } = index === 2 || index === 4 ? pristine.iso : live.iso
      expect(await pendingPatches(source, patches)).toEqual([])
    }
  })
})

describe('planIgnition', () => {
  it('refuses to replace another config, unless forced', async () => {
    const pristine = await openLiveIso()
    const live = await applyToLiveIso(pristine, await planIgnition(pristine, CONFIG, { codecs }))
    await expect(planIgnition(live, OTHER_CONFIG, { codecs })).rejects.toMatchObject({
      code: 'ALREADY_EMBEDDED',
      message: expect.stringContaining('already has an embedded Ignition config'),
    })
    await expect(planIgnition(live, CONFIG, { codecs, refuseRepeat: true })).rejects.toMatchObject({
      code: 'ALREADY_EMBEDDED',
    })
    const forced = await applyToLiveIso(live, await planIgnition(live, OTHER_CONFIG, { codecs, force: true }))
    expect(await readIgnition(forced, { codecs })).toEqual(OTHER_CONFIG)
  })

  it('embeds any bytes as they are', async () => {
    const pristine = await openLiveIso({ embedAreaByteLength: 4096 })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (config) => {
        const live = await applyToLiveIso(pristine, await planIgnition(pristine, config, { codecs }))
        expect(await readIgnition(live, { codecs })).toEqual(config)
        expect(await isPristine(await applyToLiveIso(live, planReset(live)), pristine)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('fills the area to the last byte, and refuses one byte more', async () => {
    const config = randomBytes(3000)
    const { byteLength } = await encodeInitrd([{ path: 'config.ign', bytes: config }], { codecs })
    const exact = await openLiveIso({ embedAreaByteLength: byteLength })
    const live = await applyToLiveIso(exact, await planIgnition(exact, config, { codecs }))
    expect(await readIgnition(live, { codecs })).toEqual(new Uint8Array(config))
    const small = await openLiveIso({ embedAreaByteLength: byteLength - 1 })
    await expect(planIgnition(small, config, { codecs })).rejects.toMatchObject({
      code: 'AREA_TOO_SMALL',
      message: expect.stringMatching(
        new RegExp(`too large: ${byteLength} bytes do not fit the ${byteLength - 1}-byte`),
      ),
    })
  })

  it('names the three largest contents of a config that is too large, and no contents', async () => {
    const live = await openLiveIso({ embedAreaByteLength: 2048 })
    const file = (path: string, byteLength: number): unknown => ({
      path,
      contents: { source: `data:;base64,${randomBytes(byteLength).toString('base64')}` },
    })
    const config = {
      ignition: { version: '3.3.0' },
      storage: { files: [file('/small', 10), file('/large', 4000), file('/middle', 2000)] },
      systemd: { units: [{ name: 'third.service', contents: 'x'.repeat(1000) }] },
    }
    await expect(planIgnition(live, encodeUtf8(JSON.stringify(config)), { codecs })).rejects.toMatchObject({
      message: expect.stringMatching(
        /storage\.files\[1\] \/large \(\d+ bytes\), storage\.files\[2\] \/middle \(\d+ bytes\), systemd\.units\[0\] third\.service \(\d+ bytes\)\.$/,
      ),
    })
  })
})

describe('an embed area that another program filled', () => {
  it.each([
    { name: 'a plain archive', encode: (archive: Uint8Array) => archive },
    { name: 'a plain archive in blocks', encode: (archive: Uint8Array) => padded(archive, 512) },
    { name: 'a gzip archive', encode: (archive: Uint8Array) => new Uint8Array(gzipSync(archive)) },
    { name: 'a zstd archive', encode: (archive: Uint8Array) => new Uint8Array(zstdCompressSync(archive)) },
    {
      name: 'two archives, of which the last counts',
      encode: (archive: Uint8Array) =>
        joinBytes([padded(encodeCpio([{ path: 'config.ign', mode: 0o100600, bytes: OTHER_CONFIG }]), 4), archive]),
    },
  ])('is read when it holds $name, and emptied again', async ({ encode }) => {
    const pristine = await openLiveIso()
    const archive = encodeCpio([{ path: 'config.ign', mode: 0o100600, bytes: CONFIG }])
    const live = await openLiveIso({}, (bytes, { embedArea }) => bytes.set(encode(archive), embedArea.offset))
    expect(await readIgnition(live, { codecs })).toEqual(CONFIG)
    expect(await isPristine(await applyToLiveIso(live, await planIgnitionRemoval(live, { codecs })), pristine)).toBe(
      true,
    )
  })
})

describe('planNetwork', () => {
  it('replaces all keyfiles, only when forced', async () => {
    const pristine = await openLiveIso()
    const live = await applyToLiveIso(pristine, await planNetwork(pristine, KEYFILES, { codecs }))
    expect(await planNetwork(live, [...KEYFILES].reverse(), { codecs })).toEqual([])
    await expect(planNetwork(live, KEYFILES.slice(1), { codecs })).rejects.toMatchObject({
      code: 'ALREADY_EMBEDDED',
      message: expect.stringContaining('already has embedded network settings'),
    })
    const forced = await applyToLiveIso(live, await planNetwork(live, KEYFILES.slice(1), { codecs, force: true }))
    expect(await readNetwork(forced, { codecs })).toEqual(KEYFILES.slice(1))
  })

  it.each(['', '.', '..', 'a/b', 'a\0b'])('refuses %j as the name of a keyfile', async (name) => {
    const live = await openLiveIso()
    await expect(planNetwork(live, [{ name, bytes: CONFIG }], { codecs })).rejects.toMatchObject({
      code: 'KEYFILE_INVALID',
    })
  })

  it('refuses two keyfiles of one name', async () => {
    const live = await openLiveIso()
    await expect(planNetwork(live, [...KEYFILES, ...KEYFILES], { codecs })).rejects.toMatchObject({
      code: 'KEYFILE_INVALID',
      message: expect.stringContaining('already specifies keyfile'),
    })
  })
})

describe('an image whose header places kernel arguments', () => {
  const FIRST_AREA_FIELD = 32_696
  const DESCRIPTORS_END = 32_768 + 4 * 2048 // primary, boot, Joliet, terminator

  it.each([
    { name: 'in the system area', offset: 4096 },
    { name: 'over the primary descriptor', offset: 32_768 },
    { name: 'over the last byte of the terminator', offset: DESCRIPTORS_END - 1 },
  ])('$name is refused, so that nothing can be written there', async ({ offset }) => {
    const opening = openLiveIso({ generation: 'header-2021' }, (bytes) => {
      new DataView(bytes.buffer).setBigUint64(FIRST_AREA_FIELD, BigInt(offset), true)
    })
    await expect(opening).rejects.toMatchObject({ code: 'AREA_INVALID' })
  })

  it('right behind the descriptors is not', async () => {
    const live = await openLiveIso({ generation: 'header-2021' }, (bytes) => {
      new DataView(bytes.buffer).setBigUint64(FIRST_AREA_FIELD, BigInt(DESCRIPTORS_END), true)
    })
    expect(live.kargs?.areas[0]?.offset).toBe(DESCRIPTORS_END)
  })
})

describe('an image whose areas are damaged', () => {
  it('has kernel arguments that cannot be edited while they disagree, and reset mends them', async () => {
    const pristine = await openLiveIso()
    const live = await openLiveIso({}, (bytes, { kargs }) => {
      bytes.set(encodeUtf8('other\n####'), kargs?.areas[1]?.offset)
    })
    expect(() => planKargs(live, { append: ['a'] })).toThrow(expect.objectContaining({ code: 'KARGS_DAMAGED' }))
    expect(await isPristine(await applyToLiveIso(live, planKargsReset(live)), pristine)).toBe(true)
  })

  it('can be reset when the kernel arguments are not text', async () => {
    const pristine = await openLiveIso()
    const live = await openLiveIso({}, (bytes, { kargs }) => {
      bytes.fill(0xff, kargs?.areas[0]?.offset, (kargs?.areas[0]?.offset ?? 0) + 10)
    })
    expect(() => planKargs(live, {})).toThrow(expect.objectContaining({ code: 'KARGS_DAMAGED' }))
    expect(await isPristine(await applyToLiveIso(live, planReset(live)), pristine)).toBe(true)
  })

  it.each([
    { name: 'garbage', fill: (area: Uint8Array) => area.set(encodeUtf8('not an initrd')) },
    { name: 'zeros before an archive', fill: (area: Uint8Array) => area.set(encodeUtf8('070701'), 512) },
    { name: 'a truncated archive', fill: (area: Uint8Array) => area.set([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 1]) },
  ])('cannot take a config while the embed area holds $name, and reset mends it', async ({ fill }) => {
    const pristine = await openLiveIso()
    const live = await openLiveIso({}, (bytes, { embedArea }) => {
      fill(bytes.subarray(embedArea.offset, embedArea.offset + embedArea.byteLength))
    })
    await expect(readCustomizations(live, { codecs })).rejects.toMatchObject({
      code: 'NOT_A_LIVE_ISO',
      message: expect.stringContaining('Unrecognized CoreOS ISO image'),
    })
    await expect(planIgnition(live, CONFIG, { codecs, force: true })).rejects.toMatchObject({ code: 'NOT_A_LIVE_ISO' })
    expect(await isPristine(await applyToLiveIso(live, planReset(live)), pristine)).toBe(true)
  })
})
