import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chunks, concatSources, memorySource, patchChunk, type Source, sliceSource } from '../../src/bytes/index.ts'
import { collect } from '../support/collect.ts'

/** A source that can be read both ways, as files can. */
function twoWaySource(bytes: Uint8Array): Source {
  return {
    ...memorySource(bytes),
    async readInto(offset, target) {
      target.set(bytes.subarray(offset, offset + target.byteLength))
    },
  }
}

const piecesOf = fc.array(fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.boolean()), { minLength: 1, maxLength: 8 })

it('reads parts behind each other alike by both ways, however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(piecesOf, fc.integer({ min: 1, max: 30 }), async (pieces, chunkByteLength) => {
      const sources = pieces.map(([bytes, isTwoWay]) => {
        const margin = new Uint8Array([...[7, 7], ...bytes, ...[7]])
        const whole = isTwoWay ? twoWaySource(margin) : memorySource(margin)
        return sliceSource(whole, { offset: 2, byteLength: bytes.byteLength })
      })
      const expected = pieces.flatMap(([bytes]) => [...bytes])
      const joined = concatSources(sources, 'joined')
      for (const isTransient of [false, true]) {
        const seen: number[] = []
        for await (const chunk of chunks(joined, { chunkByteLength, isTransient })) seen.push(...chunk)
        expect(seen).toEqual(expected)
      }
    }),
  )
})

it.each([{ isTwoWay: true }, { isTwoWay: false }])(
  'keeps to a slice and to the end of joined sources ($isTwoWay)',
  async ({ isTwoWay }) => {
    const bytes = Uint8Array.of(1, 2, 3, 4)
    const slice = sliceSource(isTwoWay ? twoWaySource(bytes) : memorySource(bytes), { offset: 1, byteLength: 2 })
    const joined = concatSources([slice, slice], 'joined')
    await expect(slice.read(1, 2)).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
    await expect(joined.readInto?.(3, new Uint8Array(2))).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
    if (isTwoWay) {
      await expect(slice.readInto?.(1, new Uint8Array(2))).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
    }
  },
)

it('patches a chunk in a copy, and gives one that nothing touches as it is', async () => {
  const bytes = Uint8Array.from({ length: 12 }, (_, index) => index)
  const patches = [{ offset: 3, bytes: Uint8Array.of(0xa, 0xb, 0xc) }]
  const pieces = await collect(chunks(memorySource(bytes), { chunkByteLength: 4 }))
  const patched = pieces.map((piece, index) => patchChunk(piece, index * 4, patches))
  expect(patched.flatMap((piece) => [...piece])).toEqual([0, 1, 2, 0xa, 0xb, 0xc, 6, 7, 8, 9, 10, 11])
  expect(patched[2]).toBe(pieces[2])
  expect(bytes[3]).toBe(3)
})
