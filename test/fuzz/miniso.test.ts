import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeUtf8, memorySource, readAll, type Source } from '../../src/bytes/index.ts'
import { readLiveIso } from '../../src/coreos/index.ts'
import { FormatError, IsokitError } from '../../src/errors.ts'
import { findIsoEntry, readIso9660 } from '../../src/formats/iso9660/index.ts'
import { decodeMiniso, encodeMiniso, rebuildMinimalImage } from '../../src/formats/miniso/index.ts'
import { minimalIsoChunks, planMinimalIso } from '../../src/operations/index.ts'
import { fraction } from '../support/fraction.ts'
import { minisoSample } from '../support/miniso-builder.ts'
import { buildPackedLiveIso } from '../support/packed-live-iso.ts'

const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 300)

/** What one mutant may take: far more than any takes, far less than one that got away. */
const MAX_MS = 5000

/** More than the image, its rest and what the decompressor keeps; a length that was believed would be far more. */
const MAX_GROWN_BYTE_LENGTH = 256 * 1024 * 1024

const change = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 9 }),
  fc.constantFrom(251, 252, 253, 254, 255).map((prefix) => Uint8Array.of(prefix, 255, 255, 255, 255, 255, 255, 31, 0)),
  fc.constantFrom(0, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
)
const changes = fc.array(fc.tuple(fraction, change), { minLength: 1, maxLength: 4 })

function mutate(
  bytes: Uint8Array,
  range: { offset: number; byteLength: number },
  made: [number, Uint8Array][],
): Uint8Array {
  const mutant = Uint8Array.from(bytes)
  for (const [part, value] of made) {
    const offset = range.offset + Math.floor(part * range.byteLength)
    mutant.set(value.subarray(0, Math.max(0, mutant.byteLength - offset)), offset)
  }
  return mutant
}

/** Reads a source to its end, a piece at a time. */
async function drain(source: Source): Promise<void> {
  for (let offset = 0; offset < source.byteLength; offset += 65_536) {
    await source.read(offset, Math.min(65_536, source.byteLength - offset))
  }
}

it('answers every mutant of the data with an image or an error of its own, soon and in little memory', async () => {
  const runs = [
    { sector: 0, fullSector: 3, byteLength: 2048 },
    { sector: 2, fullSector: 4, byteLength: 3000 },
    { sector: 9, fullSector: 300, byteLength: 70_000 },
  ]
  const { full, miniso } = await minisoSample({ runs, sectorCount: 400, tailByteLength: 5000 })
  const bytes = encodeMiniso(miniso)
  const ranges = [
    { offset: 0, byteLength: 40 },
    { offset: 0, byteLength: bytes.byteLength },
  ]
  const before = process.memoryUsage().rss
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ranges), changes, async (range, made) => {
      const start = performance.now()
      try {
        const decoded = decodeMiniso(mutate(bytes, range, made), 'miniso.dat')
        await drain(await rebuildMinimalImage(full, decoded, { name: 'minimal' }))
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError)
      }
      expect(performance.now() - start).toBeLessThan(MAX_MS)
    }),
    { numRuns: RUNS * 10 },
  )
  expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWN_BYTE_LENGTH)
})

it('extracts from a mutant of a full image what was published, or ends in an error of its own', async () => {
  const { full, minimal } = await buildPackedLiveIso()
  const [bytes, published] = [await readAll(full), await readAll(minimal)]
  const iso = await readIso9660(full)
  const places = ['COREOS/MINISO.DAT', 'COREOS/KARGS.JSO', 'COREOS/IGNINFO.JSO', 'EFI/FEDORA/GRUB.CFG']
  const entries = await Promise.all(places.map((path) => findIsoEntry(iso, path)))
  const ranges = [
    ...entries.flatMap((entry) => entry?.extents ?? []).map(({ offset }) => ({ offset, byteLength: 512 })),
    { offset: 0, byteLength: bytes.byteLength },
  ]
  const text = fc.constantFrom('coreos.liveiso=', '"', '}', 'null', '9e9', '-1').map(encodeUtf8)
  const made = fc.array(fc.tuple(fraction, fc.oneof(change, text)), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ranges), made, async (range, mutations) => {
      const start = performance.now()
      try {
        const plan = await planMinimalIso(await readLiveIso(memorySource(mutate(bytes, range, mutations))))
        for await (const _chunk of minimalIsoChunks(plan)); // throws unless it is what was published
        expect(await readAll(plan.original)).toEqual(published)
      } catch (error) {
        expect(error).toBeInstanceOf(IsokitError)
      }
      expect(performance.now() - start).toBeLessThan(MAX_MS)
    }),
    { numRuns: Math.ceil(RUNS / 3) }, // a mutant is a megabyte
  )
})
