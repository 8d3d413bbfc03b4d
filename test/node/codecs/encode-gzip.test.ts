import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeGzip } from '../../../src/node/index.ts'

it('compresses to members without name, time and operating system', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      const member = await encodeGzip(bytes)
      expect([...member.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255])
      expect(Uint8Array.from(gunzipSync(member))).toEqual(bytes)
      expect(await encodeGzip(bytes)).toEqual(member)
    }),
    { numRuns: 50 },
  )
})
