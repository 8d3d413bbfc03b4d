import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Extent, memorySource } from '../../src/bytes/index.ts'
import { compareSources } from '../../src/operations/index.ts'

const MIB = 1024 * 1024

async function compare(a: Uint8Array, b: Uint8Array): Promise<Extent[]> {
  const extents: Extent[] = []
  for await (const extent of compareSources(memorySource(a), memorySource(b))) extents.push(extent)
  return extents
}

function changed(byteLength: number, places: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(byteLength)
  for (const place of places) bytes[place] = 1
  return bytes
}

describe('compareSources', () => {
  it.each([
    { name: 'nothing', places: [], ranges: [] },
    {
      name: 'the first and the last byte',
      places: [0, 3 * MIB - 1],
      ranges: [
        [0, 1],
        [3 * MIB - 1, 1],
      ],
    },
    { name: 'neighbours with 63 equal bytes between them as one', places: [100, 164], ranges: [[100, 65]] },
    {
      name: 'neighbours with 64 equal bytes between them as two',
      places: [100, 165],
      ranges: [
        [100, 1],
        [165, 1],
      ],
    },
    { name: 'a range across the border of chunks', places: [MIB - 2, MIB + 3], ranges: [[MIB - 2, 6]] },
    {
      name: 'two ranges at the border of chunks',
      places: [MIB - 40, MIB + 40],
      ranges: [
        [MIB - 40, 1],
        [MIB + 40, 1],
      ],
    },
  ])('finds $name', async ({ places, ranges }) => {
    const expected = ranges.map(([offset, byteLength]) => ({ offset, byteLength }))
    expect(await compare(new Uint8Array(3 * MIB), changed(3 * MIB, places))).toEqual(expected)
  })

  it.each([
    {
      name: 'on its own',
      place: 0,
      ranges: [
        [0, 1],
        [100, 50],
      ],
    },
    { name: 'together with a difference near the end', place: 90, ranges: [[90, 60]] },
  ])('takes what only one source has as different, $name', async ({ place, ranges }) => {
    const expected = ranges.map(([offset, byteLength]) => ({ offset, byteLength }))
    expect(await compare(new Uint8Array(100), changed(150, [place]))).toEqual(expected)
    expect(await compare(changed(150, [place]), new Uint8Array(100))).toEqual(expected)
  })

  it('covers every difference, and starts and ends with one', async () => {
    const places = fc.array(fc.nat(2000), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(places, places, async (left, right) => {
        const [a, b] = [changed(2001, left), changed(2001, right)]
        const extents = await compare(a, b)
        const differs = (index: number): boolean => a[index] !== b[index]
        for (const { offset, byteLength } of extents) {
          expect(differs(offset) && differs(offset + byteLength - 1)).toBe(true)
        }
        const isCovered = (index: number): boolean =>
          extents.some(({ offset, byteLength }) => index >= offset && index < offset + byteLength)
        expect([...a.keys()].filter(differs).every(isCovered)).toBe(true)
      }),
    )
  })
})
