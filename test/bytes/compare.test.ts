import fc from 'fast-check'
import { expect, it } from 'vitest'
import { equalBytes, findDifference, findDifferenceEnd } from '../../src/bytes/index.ts'

/** Two arrays of one length that differ in a few places, each at an alignment of its own. */
const pair = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(39), { maxLength: 3 }), fc.nat(7), fc.nat(7))
  .map(([bytes, places, shiftOfA, shiftOfB]) => {
    const shifted = (shift: number): Uint8Array => {
      const buffer = new Uint8Array(shift + bytes.byteLength)
      buffer.set(bytes, shift)
      return buffer.subarray(shift)
    }
    const [a, b] = [shifted(shiftOfA), shifted(shiftOfB)]
    for (const place of places) if (place < b.byteLength) b[place] = (b[place] ?? 0) ^ 1
    return { a, b }
  })

it('finds the first and the last difference, at every alignment and from everywhere', () => {
  fc.assert(
    fc.property(pair, fc.nat(40), ({ a, b }, start) => {
      const from = Math.min(start, a.byteLength)
      const first = a.findIndex((byte, index) => index >= from && byte !== b[index])
      expect(findDifference(a, b, from)).toBe(first < 0 ? a.byteLength : first)
      expect(findDifferenceEnd(a, b)).toBe(a.findLastIndex((byte, index) => byte !== b[index]) + 1)
      expect(equalBytes(a, b)).toBe(a.every((byte, index) => byte === b[index]))
    }),
    { numRuns: 2000 },
  )
})

it('tells arrays of different lengths apart', () => {
  expect(equalBytes(new Uint8Array(4), new Uint8Array(5))).toBe(false)
  expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true)
})
