import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, joinBytes, memorySource } from '../../../src/bytes/index.ts'
import { type LiveInitramfs, readLiveInitramfs } from '../../../src/coreos/index.ts'
import { encodeCpio } from '../../../src/formats/cpio/index.ts'
import { encodeInitrd } from '../../../src/formats/initrd/index.ts'
import { nodeCodecs as codecs, encodeGzip as gzip } from '../../../src/node/index.ts'
import {
  type Customization,
  inspectInitramfs,
  type PxeCustomizationOptions,
  planPxeCustomization,
  planPxeReset,
  unwrapIgnition,
  unwrapNetwork,
  wrapIgnition,
  wrapNetwork,
} from '../../../src/operations/index.ts'
import { buildLiveInitramfs } from '../../support/build-live-initramfs.ts'
import { ignition, input, KEYFILE } from '../../support/customization.ts'

const BASE = await buildLiveInitramfs()
const LIVE: Customization = { liveIgnition: [input('l.ign', ignition('3.4.0'))] }
const OTHER: Customization = { keyfiles: [KEYFILE] }

const open = (bytes: Uint8Array, name = 'initramfs.img'): Promise<LiveInitramfs> =>
  readLiveInitramfs(memorySource(bytes, name), { codecs })

async function customize(
  bytes: Uint8Array,
  customization: Customization,
  more: Partial<PxeCustomizationOptions> = {},
): Promise<Uint8Array> {
  const { baseByteLength, archive } = await planPxeCustomization(await open(bytes), customization, {
    codecs,
    gzip,
    ...more,
  })
  return joinBytes([bytes.subarray(0, baseByteLength), archive])
}

describe('readLiveInitramfs', () => {
  it('finds what a live initramfs is, and its archives', async () => {
    expect(await open(BASE)).toMatchObject({
      name: 'initramfs.img',
      byteLength: BASE.byteLength,
      baseByteLength: BASE.byteLength,
      version: '38.20230718.dev.0',
      features: { installerConfig: true, liveInitrdNetwork: true },
      rootfsHashes: expect.stringContaining('stream-hash sha256 2097152'),
      customizations: [],
      isSeparable: true,
      archives: [
        { offset: 0, compression: 'gzip', isCustomization: false },
        { compression: 'gzip', isCustomization: false },
      ],
    })
  })

  it('takes an initramfs without features for one that has none', async () => {
    const { features } = await open(await buildLiveInitramfs({ generation: 'json-2021' }))
    expect(features).toEqual({ installerConfig: false, installerConfigDirectives: [], liveInitrdNetwork: false })
  })

  it.each([
    { name: 'a bare config', bytes: () => wrapIgnition(encodeUtf8('{}'), { codecs }) },
    { name: 'an archive of nothing', bytes: () => encodeInitrd([], { codecs }) },
    { name: 'no bytes', bytes: async () => new Uint8Array(0) },
  ])('refuses $name', async ({ bytes }) => {
    await expect(open(await bytes())).rejects.toMatchObject({
      code: 'NOT_A_LIVE_INITRAMFS',
      message: expect.stringContaining('not a CoreOS live initramfs image'),
    })
  })

  it.each([
    { name: 'that is cut off', bytes: BASE.subarray(0, BASE.byteLength - 100) },
    { name: 'with garbage behind it', bytes: joinBytes([BASE, encodeUtf8('garbage!')]) },
  ])('refuses one $name', async ({ bytes }) => {
    await expect(open(bytes)).rejects.toMatchObject({ name: 'FormatError' })
  })

  it('refuses features that are no JSON', async () => {
    const bad = await encodeInitrd([{ path: 'etc/coreos/features.json', bytes: encodeUtf8('[]') }], { codecs })
    await expect(open(joinBytes([BASE, bad]))).rejects.toMatchObject({ code: 'METADATA_INVALID' })
  })
})

describe('planPxeCustomization', () => {
  it('leaves the initramfs as it is, and appends one archive that xz tools know', async () => {
    const customized = await customize(BASE, { ...LIVE, ...OTHER })
    expect(customized.subarray(0, BASE.byteLength)).toEqual(BASE)
    expect([...customized.subarray(BASE.byteLength, BASE.byteLength + 6)]).toEqual([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])
    const source = memorySource(customized)
    expect(new TextDecoder().decode(await unwrapIgnition(source, { codecs }))).toContain('"version":"3.3.0"')
    expect(await unwrapNetwork(source, { codecs })).toEqual([KEYFILE])
  })

  it('appends an archive of nothing when it is asked for nothing', async () => {
    const customized = await customize(BASE, {})
    expect(customized.byteLength).toBeGreaterThan(BASE.byteLength)
    expect((await open(customized)).customizations).toEqual([])
  })

  it('refuses one that is customized, in another way or where repeats are refused', async () => {
    const customized = await customize(BASE, LIVE)
    const refusal = { code: 'ALREADY_EMBEDDED', message: expect.stringContaining('already customized') }
    await expect(customize(customized, OTHER)).rejects.toMatchObject(refusal)
    await expect(customize(customized, {})).rejects.toMatchObject(refusal)
    await expect(customize(customized, LIVE, { refuseRepeat: true })).rejects.toMatchObject(refusal)
    expect(await customize(customized, LIVE)).toEqual(customized)
  })

  it('makes by force what it makes of the initramfs as it was published', async () => {
    const customized = await customize(BASE, LIVE)
    expect(await customize(customized, OTHER, { force: true })).toEqual(await customize(BASE, OTHER))
  })

  it('holds the kernel arguments of the boot configuration against what needs them, when they are known', async () => {
    const kargs = 'ignition.platform.id=metal coreos.live.rootfs_url=http://a/rootfs.img'
    await expect(customize(BASE, LIVE, { kargs })).rejects.toMatchObject({ code: 'CUSTOMIZATION_INVALID' })
    await expect(customize(BASE, LIVE, { kargs: `${kargs} ignition.firstboot` })).resolves.toBeDefined()
    await expect(customize(BASE, { destKargsAppend: ['a'] }, { kargs })).rejects.toMatchObject({
      code: 'CUSTOMIZATION_INVALID',
    })
  })
})

describe('a reset', () => {
  const compressions = {
    plain: (bytes: Uint8Array) => bytes,
    gzip: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
    zstd: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)),
  }
  const config = { path: 'config.ign', mode: 0o100600, bytes: encodeUtf8('{}') }
  const directory = { path: 'etc', mode: 0o40755 }
  const other = { path: 'etc/motd', mode: 0o100644, bytes: encodeUtf8('hello\n') }

  it.each([
    { name: 'nothing', append: async () => [] },
    { name: 'a customization', append: async () => [(await customize(BASE, LIVE)).subarray(BASE.byteLength)] },
    { name: 'a customization that asks for nothing', append: async () => [await encodeInitrd([], { codecs })] },
    {
      name: 'two wrapped archives with zeros between them',
      append: async () => [
        await wrapIgnition(encodeUtf8('{}'), { codecs }),
        new Uint8Array(512),
        await wrapNetwork([KEYFILE], { codecs }),
      ],
    },
    ...Object.entries(compressions).map(([name, compress]) => ({
      name: `an archive (${name})`,
      append: async () => [compress(encodeCpio([directory, config]))],
    })),
  ])('takes off $name', async ({ append }) => {
    const initramfs = await open(joinBytes([BASE, ...(await append())]))
    expect(planPxeReset(initramfs)).toEqual({ baseByteLength: BASE.byteLength })
  })

  it('keeps an archive of the vendor behind the customization, and refuses to cut', async () => {
    const wrapped = await wrapIgnition(encodeUtf8('{}'), { codecs })
    for (const archives of [[encodeCpio([config, directory, other])], [wrapped, encodeCpio([directory, other])]]) {
      const initramfs = await open(joinBytes([BASE, ...archives]))
      expect(initramfs.isSeparable).toBe(false)
      expect(() => planPxeReset(initramfs)).toThrow(expect.objectContaining({ code: 'ALREADY_EMBEDDED' }))
      await expect(planPxeCustomization(initramfs, LIVE, { codecs, gzip, force: true })).rejects.toMatchObject({
        code: 'ALREADY_EMBEDDED',
      })
    }
  })

  it('leaves an archive of the vendor that customizes nothing', async () => {
    const bytes = joinBytes([BASE, encodeCpio([directory, other])])
    expect(planPxeReset(await open(bytes))).toEqual({ baseByteLength: bytes.byteLength })
  })
})

it('inspects an initramfs without showing what may be secret', async () => {
  const secret = input(
    'l.ign',
    ignition('3.4.0', { storage: { files: [{ path: '/etc/a', contents: { source: 'data:,hunter2' } }] } }),
  )
  const initramfs = await open(await customize(BASE, { liveIgnition: [secret], ...OTHER }))
  const inspection = await inspectInitramfs(initramfs, { codecs })
  expect(inspection).toMatchObject({
    isCustomized: true,
    baseByteLength: BASE.byteLength,
    checksRootfs: true,
    ignition: { version: '3.3.0', inlineConfigs: [{ version: '3.4.0', files: ['/etc/a'] }] },
    keyfiles: [{ name: 'a.nmconnection' }],
    requiredKargs: ['ignition.firstboot', 'ignition.platform.id=metal'],
  })
  expect(JSON.stringify(inspection)).not.toContain('hunter2')
})
