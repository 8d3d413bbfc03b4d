import { describe, expect, it } from 'vitest'
import { encodeUtf8, memorySource, readAll, type Source, zeroSource } from '../../src/bytes/index.ts'
import { readLiveIso } from '../../src/coreos/index.ts'
import { buildIso9660, type IsoInput } from '../../src/formats/iso9660/index.ts'

type Json = Readonly<Record<string, unknown>>

const AREA = 'images/ignition.img'
const GRUB = 'EFI/vendor/grub.cfg'

/** The smallest image with an embed area and a boot config of 4096 bytes, and the metadata that a test gives. */
async function buildImage(metadata: { igninfo?: unknown; kargs?: unknown; features?: unknown }): Promise<Source> {
  const file = (path: string, source: Source): IsoInput => ({ type: 'file', path, source })
  const json = (path: string, value: unknown): readonly IsoInput[] =>
    value === undefined
      ? []
      : [file(path, memorySource(encodeUtf8(typeof value === 'string' ? value : JSON.stringify(value))))]
  return buildIso9660({
    volumeId: 'test',
    entries: [
      file(AREA, zeroSource(4096)),
      file(GRUB, memorySource(new Uint8Array(4096).fill(0x23))),
      ...json('coreos/igninfo.json', metadata.igninfo),
      ...json('coreos/kargs.json', metadata.kargs),
      ...json('coreos/features.json', metadata.features),
    ],
  })
}

const kargs = (changes: Json = {}, file: Json = {}): Json => ({
  default: 'quiet',
  size: 100,
  files: [{ path: GRUB, offset: 0, ...file }],
  ...changes,
})

describe('readLiveIso', () => {
  it('reads an image with nothing but an embed area', async () => {
    const live = await readLiveIso(await buildImage({}))
    expect(live.embedArea).toMatchObject({ path: 'IMAGES/IGNITION.IMG', byteLength: 4096, foundBy: 'ignition.img' })
    expect(live.kargs).toBeUndefined()
    expect(live.features).toEqual({ installerConfig: false, installerConfigDirectives: [], liveInitrdNetwork: false })
  })

  it.each([
    { name: 'the whole file', igninfo: { file: AREA }, offset: 0, byteLength: 4096 },
    { name: 'the end of the file', igninfo: { file: AREA, offset: 96 }, offset: 96, byteLength: 4000 },
    { name: 'a part of the file', igninfo: { file: AREA, offset: 96, length: 4 }, offset: 96, byteLength: 4 },
    {
      name: 'the last byte of the file',
      igninfo: { file: AREA, offset: 4095, length: 1 },
      offset: 4095,
      byteLength: 1,
    },
  ])('finds $name by igninfo.json', async ({ igninfo, offset, byteLength }) => {
    const plain = await readLiveIso(await buildImage({}))
    const live = await readLiveIso(await buildImage({ igninfo: { ...igninfo, unknown: true } }))
    expect(live.embedArea).toMatchObject({ byteLength, foundBy: 'igninfo.json' })
    expect(live.embedArea.offset % 2048).toBe(offset % 2048)
    expect(plain.embedArea.offset % 2048).toBe(0)
  })

  it.each([
    { name: 'no object', igninfo: '[]', code: 'METADATA_INVALID' },
    { name: 'no JSON', igninfo: '{', code: 'METADATA_INVALID' },
    { name: 'no file', igninfo: {}, code: 'METADATA_INVALID' },
    { name: 'a missing file', igninfo: { file: 'images/none.img' }, code: 'METADATA_INVALID' },
    { name: 'a directory', igninfo: { file: 'images' }, code: 'METADATA_INVALID' },
    { name: 'a negative offset', igninfo: { file: AREA, offset: -1 }, code: 'METADATA_INVALID' },
    { name: 'half an offset', igninfo: { file: AREA, offset: 0.5 }, code: 'METADATA_INVALID' },
    { name: 'a length in words', igninfo: { file: AREA, length: '4096' }, code: 'METADATA_INVALID' },
    { name: 'one byte too many', igninfo: { file: AREA, offset: 1, length: 4096 }, code: 'AREA_INVALID' },
    { name: 'an area behind the file', igninfo: { file: AREA, offset: 4096 }, code: 'AREA_INVALID' },
    { name: 'an empty area', igninfo: { file: AREA, length: 0 }, code: 'AREA_INVALID' },
    { name: 'an offset beyond all sense', igninfo: { file: AREA, offset: 2 ** 53 - 1 }, code: 'AREA_INVALID' },
  ])('refuses an igninfo.json with $name', async ({ igninfo, code }) => {
    await expect(readLiveIso(await buildImage({ igninfo }))).rejects.toMatchObject({ code })
  })

  it.each([
    { name: 'a pad of two characters', json: kargs({}, { pad: '##' }), code: 'METADATA_INVALID' },
    { name: 'an end that is not ASCII', json: kargs({}, { end: 'ä' }), code: 'METADATA_INVALID' },
    { name: 'no default', json: kargs({ default: undefined }), code: 'METADATA_INVALID' },
    { name: 'a default longer than an area', json: kargs({ default: 'x'.repeat(101) }), code: 'METADATA_INVALID' },
    { name: 'no areas', json: kargs({ files: [] }), code: 'METADATA_INVALID' },
    { name: 'a missing file', json: kargs({}, { path: 'none' }), code: 'METADATA_INVALID' },
    { name: 'an area of over 2048 bytes', json: kargs({ size: 2049 }), code: 'AREA_INVALID' },
    { name: 'an area of no bytes', json: kargs({ size: 0, default: '' }), code: 'AREA_INVALID' },
    { name: 'an area that leaves its file by a byte', json: kargs({}, { offset: 3997 }), code: 'AREA_INVALID' },
    {
      name: 'areas that overlap by a byte',
      json: kargs({
        files: [
          { path: GRUB, offset: 0 },
          { path: GRUB, offset: 99 },
        ],
      }),
      code: 'AREA_INVALID',
    },
    { name: 'an area inside the embed area', json: kargs({}, { path: AREA }), code: 'AREA_INVALID' },
    { name: 'no object', json: '"x"', code: 'METADATA_INVALID' },
  ])('refuses a kargs.json with $name', async ({ json, code }) => {
    await expect(readLiveIso(await buildImage({ kargs: json }))).rejects.toMatchObject({ code })
  })

  it('takes areas that touch, and sorts them by offset', async () => {
    const json = kargs({
      files: [
        { path: GRUB, offset: 100 },
        { path: GRUB, offset: 0 },
        { path: GRUB, offset: 3996 },
      ],
    })
    const live = await readLiveIso(await buildImage({ kargs: json }))
    const first = live.kargs?.areas[0]?.offset ?? 0
    expect(live.kargs?.areas.map(({ offset }) => offset - first)).toEqual([0, 100, 3996])
  })

  it.each([
    { name: 'true flags only', features: { 'live-initrd-network': 'yes', 'installer-config': 1 }, network: false },
    { name: 'known flags', features: { 'live-initrd-network': true, more: 1 }, network: true },
  ])('takes $name from features.json', async ({ features, network }) => {
    const live = await readLiveIso(await buildImage({ features }))
    expect(live.features).toEqual({
      installerConfig: false,
      installerConfigDirectives: [],
      liveInitrdNetwork: network,
    })
  })

  it('refuses a damaged features.json', async () => {
    await expect(readLiveIso(await buildImage({ features: 'x' }))).rejects.toMatchObject({ code: 'METADATA_INVALID' })
  })

  it('refuses metadata of more than 1 MiB', async () => {
    const features = ' '.repeat(1024 * 1024 + 1)
    await expect(readLiveIso(await buildImage({ features }))).rejects.toMatchObject({ name: 'FormatError' })
  })

  it('refuses an image that ends inside its embed area, before anything is planned', async () => {
    const bytes = await readAll(await buildImage({}))
    await expect(readLiveIso(memorySource(bytes.subarray(0, bytes.byteLength - 4096)))).rejects.toMatchObject({
      code: 'ISO_INCOMPLETE',
    })
  })
})
