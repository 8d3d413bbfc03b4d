import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { decodeXz, encodeXz, storedLzma2 } from '../../../src/formats/xz/index.ts'
import { collectBytes, readerOf } from '../../support/byte-readers.ts'

const decoded = (stream: Uint8Array): Promise<Uint8Array> => collectBytes(decodeXz(readerOf(stream)))

/** Runs, repeats and noise, of which real files are made. */
const contents: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.record({ byte: fc.nat(255), count: fc.nat(2000) }).map(({ byte, count }) => new Uint8Array(count).fill(byte)),
      fc
        .record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }), count: fc.nat(60) })
        .map(({ bytes, count }) => joinBytes(Array.from({ length: count }, () => bytes))),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => new Uint8Array(joinBytes(pieces)))

/** The same bytes each time that look like noise. */
function noise(byteLength: number): Uint8Array {
  let seed = 1
  return Uint8Array.from({ length: byteLength }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed >>> 24
  })
}

it('gives back what went in', async () => {
  await fc.assert(
    fc.asyncProperty(contents, async (bytes) => {
      expect(await decoded(await encodeXz(bytes))).toEqual(bytes)
    }),
    { numRuns: 60 },
  )
})

it.each([0, 1, 2, 3, 4, 5, 272, 273, 274, 4095, 4096, 4097, 0x10000, 0x10001])(
  'gives back runs and noise of %i bytes',
  async (byteLength) => {
    const run = new Uint8Array(byteLength).fill(7)
    expect(await decoded(await encodeXz(run))).toEqual(run)
    expect(await decoded(await encodeXz(noise(byteLength)))).toEqual(noise(byteLength))
    expect(await decoded(await encodeXz(noise(byteLength), { encoder: storedLzma2 }))).toEqual(noise(byteLength))
  },
)

it('goes on compressing behind noise, which is stored', async () => {
  const bytes = joinBytes([noise(150_000), new Uint8Array(50_000), noise(150_000), new Uint8Array(50_000).fill(1)])
  const stream = await encodeXz(bytes)
  expect(await decoded(stream)).toEqual(bytes)
  expect(stream.byteLength).toBeLessThan(151_000) // the noise repeats
})

it('gives back contents that are larger than a chunk may be', async () => {
  const bytes = joinBytes([new Uint8Array(2_500_000), noise(100)])
  const stream = await encodeXz(bytes)
  expect(stream.byteLength).toBeLessThan(700)
  expect(await decoded(stream)).toEqual(bytes)
})

describe('for the kernel and for what follows the stream', () => {
  it('has CRC-32, a length that is a multiple of 4, and a dictionary no larger than the contents need', async () => {
    for (const byteLength of [0, 1, 100, 5000, 100_000]) {
      const stream = await encodeXz(new Uint8Array(byteLength))
      expect(stream.subarray(6, 8)).toEqual(Uint8Array.of(0, 1))
      expect(stream.byteLength % 4).toBe(0)
      const dictionaryProperty = stream[16] ?? 99
      expect(dictionaryProperty).toBeLessThanOrEqual(byteLength > 5000 ? 10 : 1) // 128 KiB, 6 KiB
    }
  })

  it('is hardly larger than contents that do not get smaller', async () => {
    const bytes = noise(262_144)
    expect((await encodeXz(bytes)).byteLength).toBeLessThanOrEqual(bytes.byteLength + 72)
  })
})

it('gives the same bytes for the same contents', async () => {
  const bytes = joinBytes([noise(3000), new Uint8Array(3000), noise(2000)])
  expect(await encodeXz(bytes)).toEqual(await encodeXz(bytes.slice()))
})

it('stops when it is told to', async () => {
  const controller = new AbortController()
  const failing = encodeXz(noise(1_000_000), { signal: controller.signal })
  controller.abort()
  await expect(failing).rejects.toBe(controller.signal.reason)
})
