import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memorySource, overlay, readAll } from '../../src/bytes/index.ts'
import { type LiveIso, readLiveIso } from '../../src/coreos/index.ts'
import { findIsoEntry, readIso9660, readIsoFile, walkIso } from '../../src/formats/iso9660/index.ts'
import { decodeMiniso, encodeMiniso } from '../../src/formats/miniso/index.ts'
import { minimalIsoChunks, planKargs, planKargsReset, planMinimalIso } from '../../src/operations/index.ts'
import { collect } from '../support/collect.ts'
import { readFixture } from '../support/fixtures.ts'

/** What the data of real images holds, and the hashes of what comes out of them. */
const IMAGES = [
  {
    image: '2022-02',
    appVersion: '0.13.1',
    runCount: 11,
    packedByteLength: 2508,
    dataByteLength: 2607,
    byteLength: 1_048_576,
    original: 'c68b4a9a085eed2cdae1b6266a3d346c42b0d76f268af365bb9486a62075d55c',
    extracted: '1adee65e28f57ea2f3117d0aff0d7e30bd6e104f2e4c3c2be7f179473a7d0c10',
    withUrl: '733d7e871a1ad2f6ae37d031465c0481d527e32d9ef4176df4d0cd1554a8773b',
  },
  {
    image: '2023-07.x86_64',
    appVersion: '0.17.0',
    runCount: 12,
    packedByteLength: 2560,
    dataByteLength: 2664,
    byteLength: 1_048_576,
    original: 'b64f0261321433be7e437e95304481deb06736c19f052c3391b049d25d8f6411',
    extracted: '544c32c296a618d6eb2f6ff228abc2dbc2beb41bded341dcc43812b739e0538b',
    withUrl: 'ff74a08a251b1cd2a7923772b04bfed5be73e9b38de935a31873e7b0457d54d5',
  },
  {
    image: '2023-07.s390x',
    appVersion: '0.17.0',
    runCount: 15,
    packedByteLength: 1736,
    dataByteLength: 1855,
    byteLength: 929_792,
    original: 'f6a39f14b30e1919cc797cdc044fd926e08fde7df5b9b358609f651e970f97a0',
    extracted: '53413c1ecec58c97a07f214d476cb7cec9c70da964c749f72d6133c59005e2cf',
    withUrl: '89745926e046a76d8b94fe7a74c2e3a7e3a4f2da9a6129f0d951b9a7c802f631',
  },
] as const

const hash = (pieces: readonly Uint8Array[]): string => {
  const hasher = createHash('sha256')
  for (const piece of pieces) hasher.update(piece)
  return hasher.digest('hex')
}

describe.each(IMAGES)('the live image of $image', ({ image, ...expected }) => {
  const openImage = async (context: Parameters<typeof readFixture>[0]): Promise<LiveIso> =>
    readLiveIso(memorySource(await readFixture(context, `iso/embed-areas-${image}.iso.xz`), image))

  it('has data that is decoded, and encoded to the same bytes', async (context) => {
    const { iso } = await openImage(context)
    const entry = await findIsoEntry(iso, 'COREOS/MINISO.DAT')
    if (!entry) throw new Error('There is no miniso.dat')
    const bytes = await readIsoFile(iso, entry, { maxByteLength: 16_384 })
    const miniso = decodeMiniso(bytes, image)
    expect(miniso).toMatchObject({ appVersion: expected.appVersion })
    expect(miniso.runs).toHaveLength(expected.runCount)
    expect(miniso.packedRest).toHaveLength(expected.packedByteLength)
    expect(encodeMiniso(miniso)).toEqual(bytes.subarray(0, expected.dataByteLength))
  })

  it('gives the minimal image whose hash it names, with all files but two', async (context) => {
    const live = await openImage(context)
    const { original, sha256 } = await planMinimalIso(live)
    expect(Buffer.from(sha256).toString('hex')).toBe(expected.original)
    expect(original.byteLength).toBe(expected.byteLength)
    expect(hash([await readAll(original)])).toBe(expected.original)
    const paths = async (iso: LiveIso['iso']) => (await collect(walkIso(iso))).map(({ path }) => path)
    const missing = ['COREOS/MINISO.DAT', 'IMAGES/PXEBOOT/ROOTFS.IMG']
    expect(await paths(await readIso9660(original))).toEqual(
      (await paths(live.iso)).filter((path) => !missing.includes(path)),
    )
  })

  it.for([
    { rootfsUrl: undefined, sha256: expected.extracted },
    { rootfsUrl: 'https://example.com/rootfs', sha256: expected.withUrl },
  ])('has the known hash when it is extracted with the URL $rootfsUrl', async ({ rootfsUrl, sha256 }, context) => {
    const plan = await planMinimalIso(await openImage(context), { rootfsUrl })
    const pieces: Uint8Array[] = []
    for await (const chunk of minimalIsoChunks(plan)) pieces.push(chunk.slice())
    expect(hash(pieces)).toBe(sha256)
  })

  it('gives a minimal image whose arguments are edited and reset like those of any other', async (context) => {
    const { original, patches } = await planMinimalIso(await openImage(context), { rootfsUrl: 'http://a/b' })
    const minimal = await readLiveIso(overlay(original, patches))
    expect(minimal.kargs?.default).not.toContain('coreos.liveiso=')
    expect(minimal.kargs?.areas.map(({ kargs }) => kargs)).toContain(
      `${minimal.kargs?.default} coreos.live.rootfs_url=http://a/b`,
    )
    const edited = await readLiveIso(overlay(minimal.iso.source, planKargs(minimal, { append: ['a=b'] })))
    const reset = await readAll(overlay(edited.iso.source, planKargsReset(edited)))
    expect(hash([reset])).toBe(expected.extracted)
  })
})

it.for(['2020-09', '2021-09'])('the live image of %s has none', async (image, context) => {
  const live = await readLiveIso(memorySource(await readFixture(context, `iso/embed-areas-${image}.iso.xz`), image))
  const code = image === '2020-09' ? 'KARGS_UNSUPPORTED' : 'MINISO_UNSUPPORTED'
  await expect(planMinimalIso(live)).rejects.toMatchObject({ name: 'ImageError', code })
})
