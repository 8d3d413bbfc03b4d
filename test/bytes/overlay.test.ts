import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  applyPatches,
  chunks,
  joinBytes,
  memorySource,
  overlay,
  type Patch,
  patchedByteLength,
  pendingPatches,
  type Source,
} from '../../src/bytes/index.ts'

const content: Uint8Array = Uint8Array.from({ length: 300 }, (_, index) => index % 251)

/** Disjoint patches, some behind the end of the content. */
const patchesArbitrary: fc.Arbitrary<readonly Patch[]> = fc
  .array(fc.record({ gap: fc.nat(90), bytes: fc.uint8Array({ maxLength: 60 }) }), { maxLength: 6 })
  .map((steps) => {
    let offset = 0
    return steps.map(({ gap, bytes }) => {
      const patch = { offset: offset + gap, bytes }
      offset = patch.offset + bytes.byteLength
      return patch
    })
  })

/** The edited image, made in the dullest way. */
function edited(patches: readonly Patch[]): Uint8Array {
  const bytes = new Uint8Array(
    patchedByteLength(
      content.byteLength,
      patches.filter((patch) => patch.bytes.byteLength > 0),
    ),
  )
  bytes.set(content)
  for (const patch of patches) if (patch.bytes.byteLength > 0) bytes.set(patch.bytes, patch.offset)
  return bytes
}

/** A source that can also read into the caller's memory, as files do. */
function transientSource(): Source {
  return {
    ...memorySource(content),
    async readInto(offset, target) {
      target.set(content.subarray(offset, offset + target.byteLength))
    },
  }
}

it.each([
  { name: 'reads', source: memorySource(content), isTransient: false },
  { name: 'reads into memory that is used again', source: transientSource(), isTransient: true },
])('an overlay $name alike however it is cut', async ({ source, isTransient }) => {
  await fc.assert(
    fc.asyncProperty(patchesArbitrary, fc.integer({ min: 1, max: 400 }), async (patches, chunkByteLength) => {
      const parts: Uint8Array[] = []
      for await (const chunk of chunks(overlay(source, patches), { chunkByteLength, isTransient })) {
        parts.push(chunk.slice())
      }
      expect(joinBytes(parts)).toEqual(edited(patches))
    }),
  )
})

it('an overlay reads any range as the edited image has it', async () => {
  await fc.assert(
    fc.asyncProperty(patchesArbitrary, fc.nat(), fc.nat(), async (patches, from, length) => {
      const bytes = edited(patches)
      const offset = from % (bytes.byteLength + 1)
      const byteLength = length % (bytes.byteLength - offset + 1)
      const read = await overlay(memorySource(content), patches).read(offset, byteLength)
      expect(read).toEqual(bytes.subarray(offset, offset + byteLength))
    }),
  )
})

it('patches written to a sink give what the overlay reads, and nothing is pending afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(patchesArbitrary, async (patches) => {
      const target = edited([...patches])
      const sink = new Uint8Array(target.byteLength)
      sink.set(content)
      await applyPatches({ write: async (offset, bytes) => sink.set(bytes, offset) }, patches)
      expect(sink).toEqual(target)
      expect(await pendingPatches(memorySource(sink), patches)).toEqual([])
    }),
  )
})

it.each([
  {
    name: 'overlap',
    patches: [
      { offset: 0, bytes: new Uint8Array(2) },
      { offset: 1, bytes: new Uint8Array(1) },
    ],
  },
  { name: 'start before the image', patches: [{ offset: -1, bytes: new Uint8Array(1) }] },
  { name: 'start at no whole byte', patches: [{ offset: 0.5, bytes: new Uint8Array(1) }] },
])('patches that $name are refused before anything is written', async ({ patches }) => {
  const written: number[] = []
  const sink = { write: async (offset: number) => void written.push(offset) }
  await expect(applyPatches(sink, patches)).rejects.toMatchObject({ code: 'PATCH_INVALID' })
  expect(() => overlay(memorySource(content), patches)).toThrow(expect.objectContaining({ code: 'PATCH_INVALID' }))
  expect(written).toEqual([])
})

it('a pending patch is cut to the bytes that differ', async () => {
  const pending = await pendingPatches(memorySource(content), [{ offset: 9, bytes: Uint8Array.of(9, 10, 99, 12) }])
  expect(pending).toEqual([{ offset: 11, bytes: Uint8Array.of(99) }])
})
