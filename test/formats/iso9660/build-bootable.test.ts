import { describe, expect, it } from 'vitest'
import { encodeUtf8, equalBytes, memorySource, readAll, type Source, zeroSource } from '../../../src/bytes/index.ts'
import { readHybridLayout } from '../../../src/formats/gpt/index.ts'
import {
  buildIso9660,
  findIsoEntry,
  type IsoBoot,
  type IsoInput,
  isoFileSource,
  readElTorito,
  readIso9660,
} from '../../../src/formats/iso9660/index.ts'

const LOADER = 'isolinux/isolinux.bin'
const ESP = 'images/efiboot.img'
const loaderBytes = Uint8Array.from({ length: 3001 }, (_, index) => (index * 7) % 251)

const file = (path: string, source: Source): IsoInput => ({ type: 'file', path, source })
const entries = [
  file(LOADER, memorySource(loaderBytes)),
  file(ESP, memorySource(new Uint8Array(5000).fill(3))),
  file('other', memorySource(encodeUtf8('other'))),
]
const bios = { platform: 'bios', path: LOADER, hasBootInfoTable: true } as const
const efi = { platform: 'efi', path: ESP } as const

const build = (boot: IsoBoot | undefined, options: { isHybrid?: boolean; entries?: readonly IsoInput[] } = {}) =>
  buildIso9660({ volumeId: 'TEST', entries, ...(boot && { boot }), ...options })

async function offsetOf(image: Source, path: string): Promise<number> {
  const entry = await findIsoEntry(await readIso9660(image), path)
  return entry!.extents[0]!.offset
}

describe('the boot catalog', () => {
  it('leads BIOS to the loader and EFI to its file system, and is a file itself', async () => {
    const image = await build({ catalogPath: 'isolinux/boot.cat', entries: [bios, efi] })
    const elTorito = await readElTorito(await readIso9660(image))
    expect(elTorito).toMatchObject({
      offset: await offsetOf(image, 'isolinux/boot.cat'),
      problems: [],
      entries: [
        { platform: 'x86', isBootable: true, emulation: 'none', sectorCount: 4, offset: await offsetOf(image, LOADER) },
        { platform: 'efi', isBootable: true, emulation: 'none', sectorCount: 10, offset: await offsetOf(image, ESP) },
      ],
    })
  })

  it('can be for EFI alone', async () => {
    const image = await build({ entries: [efi] })
    expect(await offsetOf(image, 'boot.catalog')).toBeGreaterThan(0)
    const elTorito = await readElTorito(await readIso9660(image))
    expect(elTorito).toMatchObject({ problems: [], entries: [{ platform: 'efi', sectorCount: 10 }] })
  })

  it('tells EFI to load the rest of the disc when the file has more sectors than the field counts', async () => {
    const large = [file(ESP, zeroSource(512 * 65_535 + 1))]
    const elTorito = await readElTorito(await readIso9660(await build({ entries: [efi] }, { entries: large })))
    expect(elTorito).toMatchObject({ entries: [{ sectorCount: 0 }] })
  })

  it('holds as many entries as fit its sector', async () => {
    const image = await build({ entries: Array.from({ length: 32 }, () => efi) })
    const elTorito = await readElTorito(await readIso9660(image))
    expect(elTorito).toMatchObject({ problems: [] })
    expect(elTorito?.entries).toHaveLength(32)
  })

  it('is left out of images that nobody boots', async () => {
    expect(await readElTorito(await readIso9660(await build(undefined)))).toBeUndefined()
  })
})

describe('the boot info table', () => {
  it('tells the loader where it stands, and changes the bytes of nobody', async () => {
    const before = loaderBytes.slice()
    const image = await build({ entries: [bios] })
    const iso = await readIso9660(image)
    const written = await readAll(isoFileSource(iso, (await findIsoEntry(iso, LOADER))!))
    const view = new DataView(written.buffer, written.byteOffset)

    const padded = new Uint8Array(3004) // the sum is over whole words
    padded.set(before)
    const words = Array.from({ length: (3004 - 64) / 4 }, (_, index) =>
      new DataView(padded.buffer).getUint32(64 + 4 * index, true),
    )
    expect(view.getUint32(8, true)).toBe(16)
    expect(view.getUint32(12, true) * 2048).toBe(await offsetOf(image, LOADER))
    expect(view.getUint32(16, true)).toBe(3001)
    expect(view.getUint32(20, true)).toBe(words.reduce((sum, word) => (sum + word) % 2 ** 32, 0))
    expect(written.subarray(24, 64)).toEqual(new Uint8Array(40))
    expect(equalBytes(written.subarray(64), before.subarray(64))).toBe(true)
    expect(loaderBytes).toEqual(before)
  })

  it('is written only where it is asked for', async () => {
    const iso = await readIso9660(await build({ entries: [{ platform: 'bios', path: LOADER }] }))
    expect(await readAll(isoFileSource(iso, (await findIsoEntry(iso, LOADER))!))).toEqual(loaderBytes)
  })

  it('fits a loader of 64 bytes', async () => {
    await expect(build({ entries: [bios] }, { entries: [file(LOADER, zeroSource(64))] })).resolves.toBeDefined()
  })

  it('stops with the signal', async () => {
    const building = buildIso9660({ volumeId: 'T', entries, boot: { entries: [bios] }, signal: AbortSignal.abort() })
    await expect(building).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a hybrid image', () => {
  it('is a disk whose one partition is the EFI boot image', async () => {
    const image = await build({ entries: [bios, efi] }, { isHybrid: true })
    expect(image.byteLength % 2 ** 20).toBe(0)
    expect(await readHybridLayout(image)).toMatchObject({
      mbr: { isProtective: true },
      gpt: { problems: [], partitions: [{ extent: { offset: await offsetOf(image, ESP), byteLength: 5120 } }] },
    })
  })

  it('is the same image inside', async () => {
    const boot = { entries: [bios, efi] }
    const plain = await readAll(await build(boot))
    const hybrid = await readAll(await build(boot, { isHybrid: true }))
    expect(equalBytes(hybrid.subarray(32_768, plain.byteLength), plain.subarray(32_768))).toBe(true)
  })

  it('keeps room for the backup table behind the volume', async () => {
    const boot = { entries: [efi] }
    const { byteLength } = await build(boot)
    const filling = 2 ** 20 - byteLength // the volume ends with the mebibyte, and the backup needs another
    const image = await build(boot, { isHybrid: true, entries: [...entries, file('z', zeroSource(filling - 2048))] })
    expect(image.byteLength).toBe(2 * 2 ** 20)
    expect((await readIso9660(image)).primary.volumeSpaceByteLength).toBeLessThanOrEqual(2 ** 20)
  })

  it('keeps the boot code and tells it where the loader is', async () => {
    const systemArea = new Uint8Array(512).fill(0xcc)
    const image = await buildIso9660({
      volumeId: 'T',
      entries,
      boot: { entries: [bios, efi] },
      isHybrid: true,
      systemArea,
    })
    const mbr = await image.read(0, 512)
    expect(mbr.subarray(0, 432)).toEqual(systemArea.subarray(0, 432))
    expect(new DataView(mbr.buffer, mbr.byteOffset).getUint32(432, true) * 512).toBe(await offsetOf(image, LOADER))
  })

  it('has other GUIDs than an image with another label, and always the same', async () => {
    const guidOf = async (volumeId: string): Promise<unknown> => {
      const image = await buildIso9660({ volumeId, entries, boot: { entries: [efi] }, isHybrid: true })
      return (await readHybridLayout(image))?.gpt?.diskGuid
    }
    expect(await guidOf('one')).toBe(await guidOf('one'))
    expect(await guidOf('one')).not.toBe(await guidOf('two'))
  })
})

it.each<[string, IsoBoot, { isHybrid?: boolean; entries?: readonly IsoInput[] }?]>([
  ['a boot image that is not there', { entries: [{ platform: 'bios', path: 'missing' }] }],
  ['a boot image that is a directory', { entries: [{ platform: 'efi', path: 'images' }] }],
  ['a catalog without entries', { entries: [] }],
  ['a catalog of 33 entries', { entries: Array.from({ length: 33 }, () => efi) }],
  ['a catalog in the place of a file', { catalogPath: 'other', entries: [efi] }],
  ['a boot info table for EFI', { entries: [{ ...efi, hasBootInfoTable: true }] }],
  ['a load of 65536 sectors', { entries: [{ ...efi, loadSectorCount: 65_536 }] }],
  ['a loader of 63 bytes with a table', { entries: [bios] }, { entries: [file(LOADER, zeroSource(63))] }],
  ['a hybrid image without EFI', { entries: [bios] }, { isHybrid: true }],
  [
    'a hybrid image with an empty EFI file',
    { entries: [efi] },
    { isHybrid: true, entries: [file(ESP, zeroSource(0))] },
  ],
])('refuses %s', async (_, boot, options) => {
  await expect(build(boot, options)).rejects.toMatchObject({ name: 'UsageError', code: 'ISO_INPUT_INVALID' })
})
