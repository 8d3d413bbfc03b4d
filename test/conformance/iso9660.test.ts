import { expect, it, type TestContext } from 'vitest'
import { memorySource, sliceSource } from '../../src/bytes/index.ts'
import { readHybridLayout } from '../../src/formats/gpt/index.ts'
import {
  findIsoEntry,
  type Iso9660,
  isSystemAreaBlank,
  readElTorito,
  readIso9660,
  readIsoFile,
  walkIso,
} from '../../src/formats/iso9660/index.ts'
import { collect } from '../support/collect.ts'
import { readFixture } from '../support/fixtures.ts'

const SECTOR_SIZE = 2048

async function openFixture(context: TestContext, name: string): Promise<Iso9660> {
  return readIso9660(memorySource(await readFixture(context, `iso/${name}.iso.xz`), name))
}

const LIVE_IMAGES = [
  { name: 'embed-areas-2020-09', byteLength: 669696, sectorCount: 327, volumeId: 'rhcos-46.82.202112161843-0' },
  { name: 'embed-areas-2021-09', byteLength: 681984, sectorCount: 333, volumeId: 'fedora-coreos-34.20210921.dev.0' },
  { name: 'embed-areas-2022-02', byteLength: 1048576, sectorCount: 361, volumeId: 'fedora-coreos-35.20220217.dev.0' },
  {
    name: 'embed-areas-2023-07.x86_64',
    byteLength: 1048576,
    sectorCount: 362,
    volumeId: 'fedora-coreos-38.20230718.dev.0',
  },
  {
    name: 'embed-areas-2023-07.s390x',
    byteLength: 948224,
    sectorCount: 463,
    volumeId: 'fedora-coreos-38.20230718.dev.0',
  },
]

it.for(LIVE_IMAGES)('$name says what it is', async ({ name, byteLength, sectorCount, volumeId }, context) => {
  const iso = await openFixture(context, name)
  expect(iso.source.byteLength).toBe(byteLength)
  expect(iso.primary).toMatchObject({
    systemId: name.endsWith('s390x') ? '' : 'LINUX',
    volumeId,
    volumeSpaceSectorCount: sectorCount,
  })
  expect(iso.descriptors).toMatchObject([
    { type: 'primary', offset: 32768 },
    { type: 'boot', offset: 34816, bootSystemId: 'EL TORITO SPECIFICATION' },
    { type: 'supplementary', offset: 36864, isJoliet: true },
  ])
})

it.for(LIVE_IMAGES)('$name has the same files in its three trees', async ({ name }, context) => {
  const iso = await openFixture(context, name)
  const entries = await collect(walkIso(iso))
  const sorted = (paths: readonly string[]) => [...paths].sort()
  const realPaths = sorted(entries.map(({ realPath }) => realPath))
  expect(realPaths).toContain('images/pxeboot/rootfs.img')
  expect(sorted((await collect(walkIso(iso, { tree: 'rockRidge' }))).map(({ realPath }) => realPath))).toEqual(
    realPaths,
  )

  const joliet = await collect(walkIso(iso, { tree: 'joliet' }))
  const offsets = new Map(joliet.map(({ path, extents, isDirectory }) => [path, isDirectory || extents[0]?.offset]))
  for (const { realPath, isDirectory, extents } of entries) {
    expect([realPath, offsets.get(realPath)]).toEqual([realPath, isDirectory || extents[0]?.offset])
  }
})

it.for(LIVE_IMAGES)('$name gives each file by its ISO path and by its real path', async ({ name }, context) => {
  const iso = await openFixture(context, name)
  for await (const entry of walkIso(iso)) {
    expect(await findIsoEntry(iso, entry.path)).toEqual(entry)
    expect(await findIsoEntry(iso, entry.realPath)).toEqual(entry)
    if (!entry.isDirectory) {
      expect(await readIsoFile(iso, entry, { maxByteLength: 2 ** 20 })).toHaveLength(entry.byteLength)
    }
  }
})

it.for([
  { name: 'embed-areas-2021-09', path: 'COREOS/KARGS.JSO', offset: 100352, byteLength: 311, recordOffset: 63692 },
  { name: 'embed-areas-2021-09', path: 'IMAGES/IGNITION.IMG', offset: 102400, byteLength: 262144, recordOffset: 65870 },
  { name: 'embed-areas-2020-09', path: 'IMAGES/IGNITION.IMG', offset: 92160, byteLength: 262144 },
  { name: 'embed-areas-2022-02', path: 'IMAGES/IGNITION.IMG', offset: 159744, byteLength: 262144 },
  { name: 'embed-areas-2023-07.x86_64', path: 'IMAGES/IGNITION.IMG', offset: 139264, byteLength: 262144 },
  { name: 'embed-areas-2023-07.x86_64', path: 'COREOS/FEATURES.JSO', offset: 411648, byteLength: 660 },
  { name: 'embed-areas-2023-07.x86_64', path: 'COREOS/IGNINFO.JSO', offset: 413696, byteLength: 36 },
  { name: 'embed-areas-2023-07.x86_64', path: 'COREOS/KARGS.JSO', offset: 415744, byteLength: 385 },
  { name: 'embed-areas-2023-07.x86_64', path: 'COREOS/MINISO.DAT', offset: 417792, byteLength: 16384 },
  { name: 'embed-areas-2023-07.x86_64', path: 'EFI/FEDORA/GRUB.CFG', offset: 407552, byteLength: 2192 },
  { name: 'embed-areas-2023-07.x86_64', path: 'ISOLINUX/ISOLINUX.CFG', offset: 135168, byteLength: 3082 },
  { name: 'embed-areas-2023-07.x86_64', path: 'IMAGES/PXEBOOT/INITRD.IMG', offset: 401408, byteLength: 12 },
  { name: 'embed-areas-2023-07.x86_64', path: 'IMAGES/PXEBOOT/ROOTFS.IMG', offset: 403456, byteLength: 12 },
  { name: 'embed-areas-2023-07.x86_64', path: 'IMAGES/PXEBOOT/VMLINUZ', offset: 405504, byteLength: 11 },
  { name: 'embed-areas-2023-07.s390x', path: 'COREOS/KARGS.JSO', offset: 471040, byteLength: 283 },
  { name: 'embed-areas-2023-07.s390x', path: 'IMAGES/CDBOOT.IMG', offset: 71680, byteLength: 394240 },
  { name: 'embed-areas-2023-07.s390x', path: 'GENERIC.INS', offset: 489472, byteLength: 149 },
  { name: 'synthetic', path: 'REALLY/VERY/DEEPLY/NESTED/FILE.TXT', offset: 71680, byteLength: 4 },
  { name: 'synthetic', path: 'LARGEDIR', offset: 63488, byteLength: 8192 },
])('$name has $path at $offset', async ({ name, path, offset, byteLength, recordOffset }, context) => {
  const entry = await findIsoEntry(await openFixture(context, name), path)
  expect(entry).toMatchObject({ path, extents: [{ offset, byteLength }], byteLength })
  if (recordOffset !== undefined) expect(entry?.recordOffset).toBe(recordOffset)
})

it.for(['embed-areas-2020-09', 'embed-areas-2021-09'])(
  '%s has empty files that share the extent of the next one',
  async (name, context) => {
    const iso = await openFixture(context, name)
    const files = (await collect(walkIso(iso))).filter(({ isDirectory }) => !isDirectory)
    for (const path of ['IMAGES/EFIBOOT.IMG', 'ISOLINUX/ISOLINUX.BIN']) {
      const entry = files.find((file) => file.path === path)
      const neighbours = files.filter((file) => file.extents[0]?.offset === entry?.extents[0]?.offset)
      expect(entry?.byteLength).toBe(0)
      expect(neighbours.length).toBeGreaterThan(1)
    }
  },
)

it.for([
  { name: 'embed-areas-2023-07.x86_64', catalogSector: 44, sectors: [45, 64], platforms: ['x86', 'efi'] },
  { name: 'embed-areas-2023-07.s390x', catalogSector: 34, sectors: [35], platforms: ['x86'] },
])('$name has the boot catalog of its build', async ({ name, catalogSector, sectors, platforms }, context) => {
  const catalog = await readElTorito(await openFixture(context, name))
  expect(catalog?.offset).toBe(catalogSector * SECTOR_SIZE)
  expect(catalog?.entries.map(({ offset }) => offset / SECTOR_SIZE)).toEqual(sectors)
  expect(catalog?.entries.map(({ platform }) => platform)).toEqual(platforms)
  expect(catalog?.entries.every(({ isBootable, emulation }) => isBootable && emulation === 'none')).toBe(true)
  expect(catalog?.problems).toEqual([])
})

it.for([
  { name: 'embed-areas-2020-09', isHybrid: false, isBlank: false },
  { name: 'embed-areas-2021-09', isHybrid: false, isBlank: false },
  { name: 'embed-areas-2022-02', isHybrid: true, isBlank: false },
  { name: 'embed-areas-2023-07.x86_64', isHybrid: true, isBlank: false },
  { name: 'embed-areas-2023-07.s390x', isHybrid: false, isBlank: true },
  { name: 'synthetic', isHybrid: false, isBlank: true },
])('$name boots from a disk: $isHybrid', async ({ name, isHybrid, isBlank }, context) => {
  const iso = await openFixture(context, name)
  expect(await isSystemAreaBlank(iso)).toBe(isBlank)
  const layout = await readHybridLayout(iso.source)
  expect(layout !== undefined).toBe(isHybrid)
  if (!layout) return

  const catalog = await readElTorito(iso)
  const [bios, efi] = catalog?.entries ?? []
  expect(layout.mbr?.isohybridBootOffset).toBe(bios?.offset)
  expect(layout.mbr?.partitions).toMatchObject([
    { number: 1, type: 0, isActive: true, extent: { offset: 0, byteLength: iso.source.byteLength } },
    { number: 2, type: 0xef, isActive: false, extent: { offset: efi?.offset } },
  ])
  expect(layout.gpt?.problems).toEqual([])
  expect(layout.gpt?.partitions).toMatchObject([
    { number: 1, name: 'ISOHybrid ISO', extent: { offset: 0 } },
    { number: 2, name: 'ISOHybrid', extent: { offset: efi?.offset } },
  ])
})

it('synthetic has 175 entries, over the gaps of a directory of four sectors', async (context) => {
  const iso = await openFixture(context, 'synthetic')
  expect(iso.primary).toMatchObject({
    systemId: 'system-ID-string',
    volumeId: 'volume-ID-string',
    volumeSpaceSectorCount: 338,
    root: { name: '.' },
  })
  expect(iso.descriptors).toHaveLength(1)

  const paths = (await collect(walkIso(iso))).map(({ path }) => path)
  expect(paths).toHaveLength(175)
  expect(paths.slice(0, 5)).toEqual([
    'CONTENT',
    'CONTENT/DIR',
    'CONTENT/DIR/SUBFILE.TXT',
    'CONTENT/FILE.TXT',
    'LARGEDIR',
  ])
  const numbers = paths.slice(5, 155).map((path) => Number(/^LARGEDIR\/(\d+)\.DAT$/.exec(path)?.[1]))
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1))
  const names = ['!"%&\'()*.+,-', ':<=>?', 'ABC', 'ABC.D', 'ABC.DE', 'ABC.DEF', 'ABCDE000', 'ABCDEFGH', 'ABCDEFGH.I']
  const allNames = [...names, 'ABCDEFGH.IJ', 'ABCDEFGH.IJK', 'ABCDEFGH.M', 'ABCDEFGH.MN', 'ABCDEFGH.MNO']
  expect(paths.slice(155)).toEqual([
    'NAMES',
    ...allNames.map((name) => `NAMES/${name}`),
    'REALLY',
    'REALLY/VERY',
    'REALLY/VERY/DEEPLY',
    'REALLY/VERY/DEEPLY/NESTED',
    'REALLY/VERY/DEEPLY/NESTED/FILE.TXT',
  ])
})

it('synthetic has the text that was put into it', async (context) => {
  const iso = await openFixture(context, 'synthetic')
  const entry = await findIsoEntry(iso, 'REALLY/VERY/DEEPLY/NESTED/FILE.TXT')
  const bytes = entry && (await readIsoFile(iso, entry, { maxByteLength: 4 }))
  expect(new TextDecoder().decode(bytes)).toBe('foo\n')
})

it('half of synthetic is incomplete', async (context) => {
  const whole = memorySource(await readFixture(context, 'iso/synthetic.iso.xz'))
  const half = sliceSource(whole, { offset: 0, byteLength: whole.byteLength / 2 })
  await expect(readIso9660(half)).rejects.toMatchObject({
    code: 'ISO_INCOMPLETE',
    message: expect.stringContaining('ISO image is incomplete'),
  })
})
