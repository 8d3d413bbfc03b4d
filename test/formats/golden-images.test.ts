import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { memorySource, readAll } from '../../src/bytes/index.ts'
import { readHybridLayout } from '../../src/formats/gpt/index.ts'
import { readInitrd } from '../../src/formats/initrd/index.ts'
import { findIsoEntry, isoFileSource, readElTorito, readIso9660, walkIso } from '../../src/formats/iso9660/index.ts'
import { nodeCodecs } from '../../src/node/index.ts'
import { goldenImages, readGoldenImage, sha256 } from '../support/testdata.ts'

const names = Object.keys(goldenImages)
const sound = (extension: string) => names.filter((name) => name.endsWith(extension) && goldenImages[name]?.files)
const openIso = async (name: string) => readIso9660(memorySource(await readGoldenImage(name), name))

it('lists every golden image in the index and in the README', async () => {
  const folder = new URL('../../testdata/', import.meta.url)
  const stored = (await readdir(folder)).filter((name) => /\.(gz|img)$/.test(name))
  expect(Object.values(goldenImages).map(({ file }) => file)).toEqual(stored.sort())
  const readme = await readFile(new URL('README.md', folder), 'utf8')
  expect(names.filter((name) => !readme.includes(`| ${name} |`))).toEqual([])
})

it.each(sound('.iso'))('reads every file of %s under its real name', async (name) => {
  const iso = await openIso(name)
  const found: Record<string, string> = {}
  for await (const entry of walkIso(iso, { tree: 'rockRidge' })) {
    if (entry.isDirectory || entry.linkTarget !== undefined) continue
    found[entry.realPath] = sha256(await readAll(isoFileSource(iso, entry)))
  }
  const { 'isolinux/boot.cat': _catalog, 'isolinux/isolinux.bin': _loader, ...files } = found // made by the image tool
  expect(files).toEqual(goldenImages[name]?.files)
})

it.each(sound('.img'))('reads every file of %s, the last copy of each', async (name) => {
  const files = await readInitrd(memorySource(await readGoldenImage(name), name), { codecs: nodeCodecs })
  expect(Object.fromEntries(files.map(({ path, bytes }) => [path, sha256(bytes)]))).toEqual(goldenImages[name]?.files)
})

describe.each(['genisoimage-hybrid.iso', 'xorriso-live.iso'])('%s', (name) => {
  it('boots by BIOS and EFI, as a disc and as a disk', async () => {
    const iso = await openIso(name)
    const offsetOf = async (path: string) => (await findIsoEntry(iso, path))?.extents[0]?.offset
    expect(await readElTorito(iso)).toMatchObject({
      entries: [
        { platform: 'x86', emulation: 'none', sectorCount: 4, offset: await offsetOf('isolinux/isolinux.bin') },
        { platform: 'efi', emulation: 'none', offset: await offsetOf('images/efiboot.img') },
      ],
    })
    const layout = await readHybridLayout(iso.source)
    const starts = layout?.gpt?.partitions.map(({ extent }) => extent.offset)
    expect(starts).toContain(await offsetOf('images/efiboot.img'))
  })

  it('has the same files in its Joliet tree', async () => {
    const iso = await openIso(name)
    const paths: string[] = []
    for await (const { path, isDirectory } of walkIso(iso, { tree: 'joliet' })) if (!isDirectory) paths.push(path)
    expect(paths).toEqual(expect.arrayContaining(Object.keys(goldenImages[name]?.files ?? {})))
  })
})

it('follows links into continuation areas and out again', async () => {
  const link = await findIsoEntry(await openIso('xorriso-continued.iso'), 'link')
  expect(link).toMatchObject({ linkTarget: `/${'directory/'.repeat(60)}end` })
})

it.each([
  { name: 'truncated.iso', code: 'ISO_INCOMPLETE' },
  { name: 'truncated-descriptors.iso', code: 'ISO_DESCRIPTOR_CORRUPT' },
])('says that $name is not whole', async ({ name, code }) => {
  await expect(openIso(name)).rejects.toMatchObject({ name: 'FormatError', code })
})

it('says that initrd-truncated.img is not whole', async () => {
  const source = memorySource(await readGoldenImage('initrd-truncated.img'))
  await expect(readInitrd(source, { codecs: nodeCodecs })).rejects.toMatchObject({ name: 'FormatError' })
})
