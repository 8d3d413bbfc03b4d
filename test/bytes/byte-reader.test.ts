import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from '../../src/bytes/index.ts'

/** Gives the bytes in chunks of the lengths in turn, and wipes each one before it gives the next. */
function* wiped(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array, void, undefined> {
  let offset = 0
  for (let round = 0; offset < bytes.byteLength; round++) {
    const chunk = bytes.slice(offset, offset + (lengths[round % lengths.length] ?? 1))
    yield chunk
    chunk.fill(0xff)
    offset += chunk.byteLength
  }
}

describe('ByteReader', () => {
  it('reads the same however its chunks are cut, also when each one is wiped before the next', async () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, index) => index)
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })
    const steps = fc.array(
      fc.record({ kind: fc.constantFrom('take', 'peek', 'takeUpTo', 'unread'), byteLength: fc.nat(30) }),
      { maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(lengths, steps, async (cut, rounds) => {
        const reader = new ByteReader(wiped(bytes, cut), 'data')
        for (const { kind, byteLength } of rounds) {
          const start = reader.offset
          if (start + byteLength > bytes.byteLength) continue
          const expected = bytes.subarray(start, start + byteLength)
          if (kind === 'peek') expect(await reader.peek(byteLength)).toEqual(expected)
          else if (kind === 'takeUpTo') {
            const taken = (await reader.takeUpTo(Math.max(1, byteLength))) ?? new Uint8Array(0)
            expect(taken).toEqual(bytes.subarray(start, start + taken.byteLength))
          } else {
            const taken = await reader.take(byteLength)
            expect(taken).toEqual(expected)
            if (kind === 'unread') reader.unread(taken)
          }
        }
        const rest = await reader.take(bytes.byteLength - reader.offset)
        expect(rest).toEqual(bytes.subarray(bytes.byteLength - rest.byteLength))
      }),
    )
  })

  it('keeps what had come before a failure', async () => {
    function* failing(): Generator<Uint8Array, void, undefined> {
      yield Uint8Array.of(1, 2)
      yield Uint8Array.of(3)
      throw new Error('the disk is gone')
    }
    const reader = new ByteReader(failing(), 'data')
    await expect(reader.peek(4)).rejects.toThrow('the disk is gone')
    expect(await reader.take(3)).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('says where data ends that should go on', async () => {
    const reader = new ByteReader([new Uint8Array(3), new Uint8Array(2)], 'data', 100)
    await reader.take(1)
    await expect(reader.take(5)).rejects.toMatchObject({
      code: 'UNEXPECTED_END',
      message: expect.stringContaining('offset 105'),
    })
  })
})
