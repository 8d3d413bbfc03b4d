import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeUtf8,
  equalBytes,
  memorySource,
  overlay,
  type Patch,
  readAll,
  type Source,
} from '../../src/bytes/index.ts'
import { buildIso9660, findIsoEntry, type IsoInput, readIso9660, readIsoFile } from '../../src/formats/iso9660/index.ts'
import { decodeMiniso, rebuildMinimalImage } from '../../src/formats/miniso/index.ts'
import { planMinimalIsoPacking } from '../../src/operations/index.ts'
import { type BuildLiveIsoOptions, buildLiveIso } from '../support/live-iso-builder.ts'

/** The image with the patches, in memory of its own. */
async function apply(source: Source, patches: readonly Patch[]): Promise<Source> {
  return memorySource(Uint8Array.from(await readAll(overlay(source, patches))), 'demo.iso')
}

describe('packing', () => {
  const buildBoth = async (options: BuildLiveIsoOptions = {}) => {
    const full = await buildLiveIso(options)
    return { full, minimal: await buildLiveIso({ ...options, isMinimal: true }) }
  }
  const pack = async (full: Source, minimal: Source) =>
    planMinimalIsoPacking(await readIso9660(full), await readIso9660(minimal), { appVersion: 'test' })

  it('counts files and bytes, and writes the whole slot, the same each time', async () => {
    const { full, minimal } = await buildBoth()
    const packing = await pack(full, minimal)
    expect(packing).toMatchObject({ fileCount: 14, sharedFileCount: 12 })
    expect(packing.sharedByteLength + packing.restByteLength).toBe(minimal.byteLength)
    const [slot] = packing.patches
    expect(packing.patches).toHaveLength(1)
    expect(slot?.bytes).toHaveLength(16_384)
    const packed = await apply(full, packing.patches)
    expect(await pack(packed, minimal)).toEqual(packing)
  })

  it.each([
    { name: 'a file that the full image lacks', options: { architecture: 's390x' } as const, says: 'is missing' },
    { name: 'a file of another size', options: { embedAreaByteLength: 2048 }, says: 'has 2048 bytes' },
    { name: 'a file with other bytes', options: { volumeId: 'demo-coreos-38.20230718.dev.1' }, says: 'differs' },
  ])('refuses $name, and names it', async ({ options, says }) => {
    const { full } = await buildBoth()
    const { minimal } = await buildBoth(options)
    await expect(pack(full, minimal)).rejects.toMatchObject({
      name: 'ImageError',
      code: 'MINISO_MISMATCH',
      message: expect.stringMatching(new RegExp(`[A-Z./]+ ${says}`)),
    })
  })

  it('refuses the full image as its own minimal one, and a full image without room', async () => {
    const { full, minimal } = await buildBoth()
    await expect(pack(full, full)).rejects.toMatchObject({ code: 'MINISO_MISMATCH' })
    await expect(pack(minimal, minimal)).rejects.toMatchObject({ code: 'MINISO_UNSUPPORTED' })
  })

  it('refuses data that is a byte too large for its slot', async () => {
    const contents = file('file', encodeUtf8('contents'))
    const minimal = await build([contents])
    const withSlot = (byteLength: number): Promise<Source> => build([slotOf(byteLength), contents])
    const data = (await pack(await withSlot(4096), minimal)).patches[0]?.bytes
    const byteLength = (data?.findLastIndex((byte) => byte !== 0) ?? 0) + 1
    await expect(pack(await withSlot(byteLength), minimal)).resolves.toBeDefined()
    await expect(pack(await withSlot(byteLength - 1), minimal)).rejects.toMatchObject({ code: 'AREA_TOO_SMALL' })
  })

  it('gives back every image that is packed, whatever its files', async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/)
    const contents = fc.oneof(
      fc.uint8Array({ maxLength: 5000 }),
      fc.constantFrom(new Uint8Array(0), new Uint8Array(2048)),
    )
    const files = fc.dictionary(name, contents, { minKeys: 1, maxKeys: 8, noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(files, fc.uint8Array({ maxLength: 9000 }), async (shared, rootfs) => {
        const entries = [...Object.entries(shared), ['one', new Uint8Array(1)] as const].map(([path, bytes]) =>
          file(`shared/${path}`, bytes),
        )
        const minimal = await build(entries)
        const full = await build([...entries, slotOf(16_384), file('images/rootfs.img', rootfs)])
        const packed = await apply(full, (await pack(full, minimal)).patches)
        expect(equalBytes(await readAll(await rebuild(packed)), await readAll(minimal))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('refuses images that share nothing', async () => {
    const empty = file('empty', new Uint8Array(0))
    await expect(pack(await build([empty, slotOf(4096)]), await build([empty]))).rejects.toMatchObject({
      code: 'MINISO_MISMATCH',
    })
  })
})

function file(path: string, bytes: Uint8Array): IsoInput {
  return { type: 'file', path, source: memorySource(bytes) }
}

function slotOf(byteLength: number): IsoInput {
  return file('coreos/miniso.dat', new Uint8Array(byteLength))
}

function build(entries: readonly IsoInput[]): Promise<Source> {
  return buildIso9660({ name: 'x.iso', volumeId: 'X', entries, modifiedAt: new Date(0) })
}

/** The minimal image of a packed one that need not be of CoreOS. */
async function rebuild(packed: Source): Promise<Source> {
  const iso = await readIso9660(packed)
  const entry = await findIsoEntry(iso, 'COREOS/MINISO.DAT')
  if (!entry) throw new Error('There is no miniso.dat')
  const bytes = await readIsoFile(iso, entry, { maxByteLength: entry.byteLength })
  return rebuildMinimalImage(packed, decodeMiniso(bytes, 'miniso.dat'), { name: 'minimal' })
}
