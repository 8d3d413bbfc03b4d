import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  encodeUtf8,
  equalBytes,
  joinBytes,
  memorySource,
  overlay,
  type Patch,
  readAll,
  type Source,
} from '../../src/bytes/index.ts'
import { type LiveIso, readLiveIso } from '../../src/coreos/index.ts'
import { findIsoEntry, readIso9660 } from '../../src/formats/iso9660/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'
import {
  findRootfs,
  type MinimalIso,
  minimalIsoChunks,
  planIgnition,
  planKargs,
  planMinimalIso,
  planReset,
  reviewRootfsUrl,
  verifyMinimalIso,
} from '../../src/operations/index.ts'
import { abortingSource, failingSource, stallingSource } from '../support/faulty.ts'
import { type BuildLiveIsoOptions, buildLiveIso } from '../support/live-iso-builder.ts'
import { buildPackedLiveIso } from '../support/packed-live-iso.ts'

const URL = 'https://example.com/rootfs.img'

/** The image with the patches, in memory of its own. */
async function apply(source: Source, patches: readonly Patch[]): Promise<Source> {
  return memorySource(Uint8Array.from(await readAll(overlay(source, patches))), 'demo.iso')
}

async function drain(minimal: MinimalIso, options?: Parameters<typeof minimalIsoChunks>[1]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const chunk of minimalIsoChunks(minimal, options)) pieces.push(chunk.slice())
  return joinBytes(pieces)
}

/** Writes over a file inside an image: from its first byte, or where `at` says. */
async function writeOver(source: Source, path: string, text: string, at = 0): Promise<Source> {
  const entry = await findIsoEntry(await readIso9660(source), path)
  if (!entry?.extents[0]) throw new Error(`There is no ${path}`)
  return apply(source, [{ offset: entry.extents[0].offset + at, bytes: encodeUtf8(text) }])
}

const openPacked = async (options?: BuildLiveIsoOptions): Promise<LiveIso> =>
  readLiveIso((await buildPackedLiveIso(options)).full)

describe.each([
  { name: 'x86_64 of 2022', options: { generation: 'hybrid-2022' } as const },
  { name: 'x86_64 of 2023', options: {} },
  { name: 'aarch64', options: { architecture: 'aarch64' } as const },
  { name: 'ppc64le', options: { architecture: 'ppc64le' } as const },
  { name: 's390x', options: { architecture: 's390x' } as const },
])('an image of $name', ({ options }) => {
  it('gives the minimal image that was packed into it, byte for byte', async () => {
    const { full, minimal } = await buildPackedLiveIso(options)
    const plan = await planMinimalIso(await readLiveIso(full))
    expect(equalBytes(await readAll(plan.original), await readAll(minimal))).toBe(true)
    expect(equalBytes(await drain({ ...plan, patches: [] }), await readAll(minimal))).toBe(true)
  })

  it('gives one that boots without the medium, and resets to that', async () => {
    const live = await openPacked(options)
    const plan = await planMinimalIso(live, { rootfsUrl: URL })
    const defaultKargs = live.kargs?.default.replace(/ coreos\.liveiso=\S+/, '')
    expect(plan.kargs).toBe(`${defaultKargs} coreos.live.rootfs_url=${URL}`)
    const extracted = await drain(plan)
    expect(equalBytes(extracted, await readAll(overlay(plan.original, plan.patches)))).toBe(true)

    const minimal = await readLiveIso(memorySource(extracted, 'minimal.iso'))
    expect(minimal.kargs?.areas.map(({ kargs }) => kargs)).toEqual(live.kargs?.areas.map(() => plan.kargs))
    const reset = await readLiveIso(await apply(minimal.iso.source, planReset(minimal)))
    expect(reset.kargs?.areas.map(({ kargs }) => kargs)).toEqual(live.kargs?.areas.map(() => defaultKargs))
    await expect(planMinimalIso(reset)).rejects.toMatchObject({ code: 'MINISO_UNSUPPORTED' })
    await expect(findRootfs(reset.iso)).rejects.toMatchObject({ code: 'NOT_A_LIVE_ISO' })
  })
})

describe('a full image', () => {
  it.each([
    { name: 'a config', edit: (live: LiveIso) => planIgnition(live, encodeUtf8('{}'), { codecs }) },
    { name: 'another argument', edit: async (live: LiveIso) => planKargs(live, { append: ['a=b'] }) },
  ])('is refused with $name, until it is reset', async ({ edit }) => {
    const live = await openPacked()
    const edited = await readLiveIso(await apply(live.iso.source, await edit(live)))
    await expect(planMinimalIso(edited)).rejects.toMatchObject({
      name: 'ImageError',
      code: 'ALREADY_EMBEDDED',
      message: expect.stringContaining('Cannot operate on ISO with embedded customizations'),
    })
    const reset = await readLiveIso(await apply(edited.iso.source, planReset(edited)))
    await expect(planMinimalIso(reset)).resolves.toBeDefined()
  })

  it.each([
    { name: 'without areas', generation: 'header-2020' as const, code: 'KARGS_UNSUPPORTED' },
    { name: 'without the data', generation: 'json-2021' as const, code: 'MINISO_UNSUPPORTED' },
    { name: 'whose data was never filled', generation: 'igninfo-2023' as const, code: 'MINISO_UNSUPPORTED' },
  ])('$name has no minimal image', async ({ generation, code }) => {
    const live = await readLiveIso(await buildLiveIso({ generation }))
    await expect(planMinimalIso(live)).rejects.toMatchObject({ code })
  })

  it('with other bytes in a file ends in the wrong digest, behind the last chunk', async () => {
    const full = await writeOver((await buildPackedLiveIso()).full, 'IMAGES/PXEBOOT/VMLINUZ', 'modified')
    const plan = await planMinimalIso(await readLiveIso(full))
    let byteLength = 0
    const extracting = async (): Promise<void> => {
      for await (const chunk of minimalIsoChunks(plan)) byteLength += chunk.byteLength
    }
    const mismatch = { code: 'MINISO_MISMATCH', message: expect.stringContaining('wrong final digest') }
    await expect(extracting()).rejects.toMatchObject(mismatch)
    expect(byteLength).toBe(plan.original.byteLength)
    await expect(verifyMinimalIso(plan)).rejects.toMatchObject(mismatch)
  })

  it('so modified that the minimal image is none is said to be modified', async () => {
    // What its kargs.json names is there in the full image only.
    const { full } = await buildPackedLiveIso()
    const entry = await findIsoEntry(await readIso9660(full), 'COREOS/KARGS.JSO')
    const json = '{"default":"MIN","size":3,"files":[{"path":"coreos/miniso.dat","offset":0}]}'
    const modified = await writeOver(full, 'COREOS/KARGS.JSO', json.padEnd(entry?.byteLength ?? 0))
    await expect(planMinimalIso(await readLiveIso(modified))).rejects.toMatchObject({ code: 'MINISO_MISMATCH' })
  })

  it('that names no medium has nothing to make minimal', async () => {
    const live = await openPacked({ defaultKargs: 'ignition.firstboot ignition.platform.id=metal' })
    await expect(planMinimalIso(live)).rejects.toMatchObject({ code: 'MINISO_UNSUPPORTED' })
  })
})

describe('the rootfs URL', () => {
  it.each(['', ' ', 'a b', 'http://a/\tb', 'http://a/\u0000'])('is refused as %j', async (rootfsUrl) => {
    await expect(planMinimalIso(await openPacked(), { rootfsUrl })).rejects.toMatchObject({
      name: 'UsageError',
      code: 'KARG_INVALID',
    })
  })

  it('is taken without white space around it', async () => {
    expect((await planMinimalIso(await openPacked(), { rootfsUrl: ` ${URL}\n` })).kargs).toMatch(/rootfs\.img$/)
  })

  it('fits to the last byte', async () => {
    const live = await openPacked()
    const { kargs } = await planMinimalIso(live, { rootfsUrl: 'h' })
    const room = (live.kargs?.byteLength ?? 0) - kargs.length // the terminator takes one, and the h gives one back
    await expect(planMinimalIso(live, { rootfsUrl: 'h'.repeat(room) })).resolves.toBeDefined()
    await expect(planMinimalIso(live, { rootfsUrl: 'h'.repeat(room + 1) })).rejects.toMatchObject({
      code: 'KARGS_TOO_LONG',
    })
  })

  it.each([
    { url: 'http://192.0.2.1/rootfs.img', isFetched: true },
    { url: 'https://[2001:db8::1]:8443/r', isFetched: true },
    { url: 'tftp://192.0.2.1/r', isFetched: true },
    { url: 'ftp://192.0.2.1/r', isFetched: false },
    { url: 'HTTP://192.0.2.1/r', isFetched: false },
    { url: 'http:/r', isFetched: false },
    { url: '/rootfs.img', isFetched: false },
    { url: 'rootfs.img', isFetched: false },
  ])('$url is reviewed', ({ url, isFetched }) => {
    expect(reviewRootfsUrl(url)).toHaveLength(isFetched ? 0 : 1)
  })
})

describe('reading', () => {
  it('is one pass, with progress and a hash of the caller', async () => {
    const { full, minimal } = await buildPackedLiveIso()
    const plan = await planMinimalIso(await readLiveIso(full))
    let readByteLength = 0
    const counted: Source = {
      ...plan.original,
      async readInto(offset, target) {
        readByteLength += target.byteLength
        await plan.original.readInto?.(offset, target)
      },
    }
    const reports: number[] = []
    const hasher = createHash('sha256')
    await drain({ ...plan, original: counted }, { hasher, onProgress: ({ bytesDone }) => reports.push(bytesDone) })
    expect(readByteLength).toBe(minimal.byteLength)
    expect(reports.at(-1)).toBe(minimal.byteLength)
  })

  it('fails with the source, and stops with the signal, even while a read hangs', async () => {
    const { original, ...rest } = await planMinimalIso(await openPacked())
    await expect(drain({ ...rest, original: failingSource(original, 0) })).rejects.toMatchObject({ code: 'EIO' })
    const controller = new AbortController()
    const aborting = abortingSource(original, controller, 1)
    await expect(drain({ ...rest, original: aborting }, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    const signal = AbortSignal.timeout(20)
    await expect(drain({ ...rest, original: stallingSource(original, 0) }, { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })
})
