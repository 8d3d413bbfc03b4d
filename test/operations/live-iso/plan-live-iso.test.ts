import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  CHUNK_BYTE_LENGTH,
  encodeUtf8,
  memorySource,
  overlay,
  type Patch,
  readAll,
  type Source,
} from '../../../src/bytes/index.ts'
import { currentKargs, type LiveIso, readLiveIso } from '../../../src/coreos/index.ts'
import { findIsoEntry, readElTorito, readIso9660, readIsoFile, walkIso } from '../../../src/formats/iso9660/index.ts'
import { nodeCodecs as codecs } from '../../../src/node/index.ts'
import {
  inspectIso,
  type LiveIsoParts,
  listPxeFiles,
  type PlanLiveIsoOptions,
  planIgnition,
  planIgnitionRemoval,
  planKargs,
  planKargsReset,
  planLiveIso,
  planNetwork,
  planReset,
  readIgnition,
  readNetwork,
} from '../../../src/operations/index.ts'
import { buildLiveIsoParts } from '../../support/live-iso-parts.ts'

const VERSION = '38.20230718.dev.0'
const VOLUME_ID = `demo-coreos-${VERSION}`
const NEEDED_KARGS = `coreos.liveiso=${VOLUME_ID} ignition.firstboot ignition.platform.id=metal`

const plan = async (changes: Partial<LiveIsoParts> = {}, options: Partial<PlanLiveIsoOptions> = {}) =>
  planLiveIso({ ...(await buildLiveIsoParts()), ...changes }, { codecs, volumeId: VOLUME_ID, ...options })

const digest = async (source: Source): Promise<string> =>
  createHash('sha256')
    .update(await readAll(source))
    .digest('hex')

async function textOf(image: Source, path: string): Promise<string> {
  const iso = await readIso9660(image)
  const entry = await findIsoEntry(iso, path)
  if (!entry) throw new Error(`There is no ${path}`)
  return new TextDecoder().decode(await readIsoFile(iso, entry, { maxByteLength: 10_000 }))
}

async function pathsOf(image: Source): Promise<readonly string[]> {
  const paths: string[] = []
  for await (const { path, isDirectory } of walkIso(await readIso9660(image))) if (!isDirectory) paths.push(path)
  return paths.map((path) => path.toLowerCase()).sort()
}

const edit = async (live: LiveIso, patches: readonly Patch[]): Promise<LiveIso> =>
  readLiveIso(overlay(live.iso.source, patches))

describe('a new live ISO', () => {
  it('has the layout of published ones', async () => {
    const { image, ...facts } = await plan({}, { kargs: ['mitigations=auto,nosmt', ' quiet '] })
    const kargs = `mitigations=auto,nosmt quiet ${NEEDED_KARGS}`
    expect(facts).toEqual({
      volumeId: VOLUME_ID,
      version: VERSION,
      architecture: 'x86_64',
      platforms: ['bios', 'efi'],
      kargs,
      notices: [],
    })
    expect(await pathsOf(image)).toEqual([
      'coreos/features.jso',
      'coreos/igninfo.jso',
      'coreos/kargs.jso',
      'efi/fedora/grub.cfg',
      'images/efiboot.img',
      'images/ignition.img',
      'images/pxeboot/initrd.img',
      'images/pxeboot/rootfs.img',
      'images/pxeboot/vmlinuz',
      'isolinux/boot.cat',
      'isolinux/isolinux.bin',
      'isolinux/isolinux.cfg',
      'isolinux/ldlinux.c32',
      'isolinux/libcom32.c32',
      'isolinux/libutil.c32',
      'isolinux/vesamenu.c32',
    ])
    expect(await textOf(image, 'coreos/igninfo.json')).toBe('{\n  "file": "images/ignition.img"\n}\n')
    expect(Object.keys(JSON.parse(await textOf(image, 'coreos/kargs.json')))).toEqual(['default', 'files', 'size'])
    expect(JSON.parse(await textOf(image, 'coreos/kargs.json'))).toMatchObject({
      default: kargs,
      files: [
        { end: '\n', pad: '#', path: 'EFI/fedora/grub.cfg' },
        { end: '\n', pad: '#', path: 'isolinux/isolinux.cfg' },
      ],
      size: kargs.length + 1024,
    })
    expect(await inspectIso(await readLiveIso(image), { codecs })).toMatchObject({
      architecture: 'x86_64',
      generation: 'igninfo',
      volumeId: VOLUME_ID,
      version: VERSION,
      features: { installerConfig: true, liveInitrdNetwork: true },
    })
  })

  it('has the parts as they were, and the features of its initramfs to the letter', async () => {
    const parts = await buildLiveIsoParts()
    const { image } = await planLiveIso(parts, { codecs })
    const files = await listPxeFiles(await readIso9660(image))
    const contents = Object.fromEntries(
      await Promise.all(files.map(async ({ name, source }) => [name, await digest(source)] as const)),
    )
    expect(contents).toEqual({
      vmlinuz: await digest(parts.kernel),
      'initrd.img': await digest(parts.initramfs),
      'rootfs.img': await digest(parts.rootfs),
    })
    expect(await textOf(image, 'coreos/features.json')).toMatch(/^\{\n {2}"installer-config": true,\n/)
  })

  it('keeps what follows an area a comment of its config, even when the area is full', async () => {
    const { image } = await plan({}, { kargs: ['quiet'] })
    const live = await readLiveIso(image)
    const kargs = `quiet ${NEEDED_KARGS}`
    const append = 'x'.repeat(1022)
    const full = await edit(live, planKargs(live, { append: [append] }))
    for (const path of ['EFI/fedora/grub.cfg', 'isolinux/isolinux.cfg']) {
      expect(await textOf(image, path)).toContain(` ${kargs}\n${'#'.repeat(1023)}# COREOS_KARG_EMBED_AREA\n`)
      expect(await textOf(full.iso.source, path)).toContain(` ${kargs} ${append}\n# COREOS_KARG_EMBED_AREA\n`)
    }
    expect(() => planKargs(live, { append: [`${append}x`] })).toThrow(/too large/)
  })

  it('takes every edit, and resets to what was built', async () => {
    const { image } = await plan()
    const live = await readLiveIso(image)
    const config = encodeUtf8('{"ignition":{"version":"3.4.0"}}')
    const keyfiles = [{ name: 'eth0.nmconnection', bytes: encodeUtf8('[connection]\nid=eth0\n') }]
    const withConfig = await edit(live, await planIgnition(live, config, { codecs }))
    const withNetwork = await edit(withConfig, await planNetwork(withConfig, keyfiles, { codecs }))
    const edited = await edit(withNetwork, planKargs(withNetwork, { append: ['nosmt'] }))
    expect(await readIgnition(edited, { codecs })).toEqual(config)
    expect(await readNetwork(edited, { codecs })).toEqual(keyfiles)
    expect(currentKargs(edited.kargs!, edited.name)).toBe(`${NEEDED_KARGS} nosmt`)

    const withoutConfig = await edit(edited, await planIgnitionRemoval(edited, { codecs }))
    expect(await readNetwork(withoutConfig, { codecs })).toEqual(keyfiles)
    const withDefaults = await edit(edited, planKargsReset(edited))
    expect(currentKargs(withDefaults.kargs!, withDefaults.name)).toBe(NEEDED_KARGS)
    expect(await digest(overlay(edited.iso.source, planReset(edited)))).toBe(await digest(image))
  })

  it('is the same each time, whatever the files are called', async () => {
    const parts = await buildLiveIsoParts()
    const renamed = { ...parts, kernel: memorySource(await readAll(parts.kernel), '/home/me/k') }
    const [one, other] = [await planLiveIso(parts, { codecs }), await planLiveIso(renamed, { codecs })]
    expect(await digest(one.image)).toBe(await digest(other.image))
  })

  it.each([4096, 64 * 1024 * 1024])('has an embed area of %d bytes if asked', async (embedAreaByteLength) => {
    const { image } = await plan({}, { embedAreaByteLength })
    expect((await readLiveIso(image)).embedArea.byteLength).toBe(embedAreaByteLength)
  })

  it.each([4095, 64 * 1024 * 1024 + 1, 5000.5])('refuses an embed area of %d bytes', async (embedAreaByteLength) => {
    await expect(plan({}, { embedAreaByteLength })).rejects.toMatchObject({ code: 'ISO_INPUT_INVALID' })
  })
})

describe('the label', () => {
  it('is made from the version, and cut to 32 characters where the volume set id is not', async () => {
    const plain = await plan({}, { volumeId: undefined })
    expect(plain.volumeId).toBe(`coreos-${VERSION}`)
    const long = `${'long-name-'.repeat(4)}1.0`
    const { image, volumeId, kargs } = await plan({}, { volumeId: long })
    const { primary } = await readIso9660(image)
    expect(primary).toMatchObject({ volumeId: long.slice(0, 32), volumeSetId: long })
    expect(volumeId).toBe(long.slice(0, 32))
    expect(kargs).toContain(`coreos.liveiso=${long.slice(0, 32)} `)
  })

  it('has up to 128 characters', async () => {
    await expect(plan({}, { volumeId: 'a'.repeat(128) })).resolves.toMatchObject({ volumeId: 'a'.repeat(32) })
    await expect(plan({}, { volumeId: 'a'.repeat(129) })).rejects.toMatchObject({ code: 'ISO_INPUT_INVALID' })
  })

  it.each(['', 'a b', "a'b", 'a/b', '-a', 'ä', 'a\n'])('is not %j, and neither is the vendor', async (name) => {
    const refusal = { name: 'UsageError', code: 'ISO_INPUT_INVALID' }
    await expect(plan({}, { volumeId: name })).rejects.toMatchObject(refusal)
    await expect(plan({}, { vendor: name })).rejects.toMatchObject(refusal)
  })
})

describe('boot loaders', () => {
  it('are El Torito entries for both kinds of firmware, and a partition for disks', async () => {
    const { image } = await plan()
    const iso = await readIso9660(image)
    const elTorito = await readElTorito(iso)
    expect(elTorito?.entries.map(({ platform }) => platform)).toEqual(['x86', 'efi'])
    expect(new TextDecoder().decode(await image.read(512, 8))).toBe('EFI PART')
    expect(image.byteLength % 2 ** 20).toBe(0)
  })

  it('have the boot code for disks in front, if it was given', async () => {
    const { isolinux } = await buildLiveIsoParts()
    const code = { name: 'isohdpfx.bin', source: memorySource(new Uint8Array(432).fill(7), 'isohdpfx.bin') }
    const { image } = await plan({ isolinux: [...isolinux!, code] })
    expect(await image.read(0, 432)).toEqual(new Uint8Array(432).fill(7))
    expect(await pathsOf(image)).not.toContain('isolinux/isohdpfx.bin')
    const disc = await plan({ isolinux: [...isolinux!, code], efiImage: undefined })
    expect(await disc.image.read(0, 432)).toEqual(new Uint8Array(432))
    expect(disc.notices).toEqual([expect.stringContaining('isohdpfx.bin is left out')])
    const long = { ...code, source: memorySource(new Uint8Array(433), 'isohdpfx.bin') }
    await expect(plan({ isolinux: [...isolinux!, long] })).rejects.toMatchObject({ code: 'LIVE_PARTS_INVALID' })
  })

  it('boot without a menu where ISOLINUX lacks a module for it, and bring nothing else along', async () => {
    const { isolinux } = await buildLiveIsoParts()
    const few = isolinux!.filter(({ name }) => name !== 'libutil.c32')
    const foreign = { name: 'isolinux.cfg', source: memorySource(encodeUtf8('default other'), 'isolinux.cfg') }
    const withMenu = await textOf((await plan()).image, 'isolinux/isolinux.cfg')
    const without = await textOf((await plan({ isolinux: [...few, foreign] })).image, 'isolinux/isolinux.cfg')
    expect(withMenu).toContain('\ndefault vesamenu.c32\n')
    expect(without).toContain('\ndefault linux\n')
  })

  it('of aarch64 are GRUB alone, in the directory of its vendor', async () => {
    const parts = await buildLiveIsoParts({ architecture: 'aarch64' })
    const { image, ...facts } = await planLiveIso(parts, { codecs, volumeId: VOLUME_ID, vendor: 'redhat' })
    expect(facts).toMatchObject({ architecture: 'aarch64', platforms: ['efi'], kargs: NEEDED_KARGS })
    expect((await readLiveIso(image)).kargs?.areas.map(({ path }) => path)).toEqual(['EFI/redhat/grub.cfg'])
  })

  it('may be left out: the image then has no kernel arguments, and this is told', async () => {
    const { image, ...facts } = await plan({ efiImage: undefined, isolinux: undefined })
    expect(facts).toMatchObject({ platforms: [], kargs: undefined, notices: [expect.stringMatching(/does not boot/)] })
    const live = await readLiveIso(image)
    expect(live.kargs).toBeUndefined()
    expect(live.embedArea.byteLength).toBe(262_144)
    expect(await readElTorito(live.iso)).toBeUndefined()
  })

  it('that know of another label or vendor are told', async () => {
    const { notices } = await plan({}, { volumeId: 'other', vendor: 'centos' })
    expect(notices).toEqual([expect.stringContaining('the volume other'), expect.stringContaining('/EFI/centos')])
  })
})

describe('an EFI image', () => {
  it('is searched over the borders of what is read at once', async () => {
    const bytes = new Uint8Array(CHUNK_BYTE_LENGTH + 1000)
    bytes.set([0x55, 0xaa], 510)
    bytes.set(encodeUtf8(VOLUME_ID), CHUNK_BYTE_LENGTH - 10)
    bytes.set(encodeUtf8('/EFI/fedora'), CHUNK_BYTE_LENGTH + 500)
    expect((await plan({ efiImage: memorySource(bytes, 'efi') })).notices).toEqual([])
  })
})

describe('kernel arguments', () => {
  it.each([
    'coreos.liveiso=x',
    'quiet coreos.liveiso=x',
    'coreos.live.rootfs_url=http://a/b',
    'ignition.firstboot',
    'ignition.platform.id=qemu',
  ])('are not %j, about which the image decides', async (karg) => {
    await expect(plan({}, { kargs: [karg] })).rejects.toMatchObject({ name: 'UsageError', code: 'KARG_INVALID' })
  })

  it('have one line', async () => {
    await expect(plan({}, { kargs: ['a\nb'] })).rejects.toMatchObject({ name: 'UsageError', code: 'KARG_INVALID' })
  })

  it('need a boot loader', async () => {
    const refusal = { name: 'UsageError', code: 'KARG_INVALID' }
    await expect(plan({ efiImage: undefined, isolinux: undefined }, { kargs: ['a'] })).rejects.toMatchObject(refusal)
  })

  it('that GRUB would interpret are told, when GRUB is there', async () => {
    expect((await plan({}, { kargs: ['a=b;c'] })).notices).toEqual([expect.stringMatching(/^GRUB gives ; /)])
    expect((await plan({ efiImage: undefined }, { kargs: ['a=b;c'] })).notices).toEqual([])
  })

  it('have up to 1024 bytes, which leaves an area of 2048', async () => {
    const longest = 'x'.repeat(1024 - NEEDED_KARGS.length - 1)
    const live = await readLiveIso((await plan({}, { kargs: [longest] })).image)
    expect(live.kargs).toMatchObject({ byteLength: 2048, default: `${longest} ${NEEDED_KARGS}` })
    await expect(plan({}, { kargs: [`${longest}x`] })).rejects.toMatchObject({ code: 'KARGS_TOO_LONG' })
  })
})
