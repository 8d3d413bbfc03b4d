import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countLeadingZeros, lengthWithoutTrailingZeros } from '../../src/bytes/index.ts'

/** Zeros, something, zeros, at any alignment. */
const bytes = fc
  .tuple(fc.nat(7), fc.nat(20), fc.uint8Array({ maxLength: 6 }), fc.nat(20))
  .map(([shift, before, middle, after]) => {
    const buffer = new Uint8Array(shift + before + middle.byteLength + after)
    buffer.set(middle, shift + before)
    return buffer.subarray(shift)
  })

it('finds the first and the last byte that is not zero, at every alignment', () => {
  fc.assert(
    fc.property(bytes, (view) => {
      const first = view.findIndex((byte) => byte !== 0)
      expect(countLeadingZeros(view)).toBe(first < 0 ? view.byteLength : first)
      expect(lengthWithoutTrailingZeros(view)).toBe(view.findLastIndex((byte) => byte !== 0) + 1)
    }),
    { numRuns: 1000 },
  )
})
