import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Sha256 } from '../../src/bytes/index.ts'

it('is what the system computes, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (pieces) => {
      const ours = new Sha256()
      const theirs = createHash('sha256')
      for (const piece of pieces) {
        ours.update(piece)
        theirs.update(piece)
      }
      expect(ours.digest()).toEqual(new Uint8Array(theirs.digest()))
    }),
  )
})

it.each([0, 55, 56, 63, 64, 65, 119, 120, 128])('pads %i bytes as it should', (byteLength) => {
  const bytes = new Uint8Array(byteLength + 3).fill(0x61).subarray(3)
  const hasher = new Sha256()
  hasher.update(bytes)
  expect(hasher.digest()).toEqual(new Uint8Array(createHash('sha256').update(bytes).digest()))
})
