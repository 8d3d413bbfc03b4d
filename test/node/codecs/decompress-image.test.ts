import { randomBytes } from 'node:crypto'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { encodeXz } from '../../../src/formats/xz/index.ts'
import { decompressImage } from '../../../src/node/codecs/index.ts'
import { collectBytes } from '../../support/byte-readers.ts'
import { SAMPLE_TEXT, XZ_SAMPLES } from '../../support/compressed-samples.ts'

const FORMATS: readonly {
  readonly format: string
  readonly encode: (content: Uint8Array) => Uint8Array | Promise<Uint8Array>
}[] = [
  { format: 'gzip', encode: (content) => gzipSync(content) },
  { format: 'xz', encode: (content) => encodeXz(content) },
  { format: 'zstd', encode: (content) => zstdCompressSync(content) },
  {
    format: 'zstd with a checksum',
    encode: (content) => zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  },
]

async function* pieces(bytes: Uint8Array, ...sizes: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0, index = 0; start < bytes.byteLength; index++) {
    const size = sizes[index % sizes.length] ?? 1
    yield bytes.subarray(start, start + size)
    start += size
  }
}

const decompress = (bytes: Uint8Array, size = 100_000): Promise<Uint8Array> =>
  collectBytes(decompressImage(pieces(bytes, size), { name: 'disk.img' }))

describe.each(FORMATS)('$format', ({ format, encode }) => {
  it('is known by its content, however the input is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        async (parts, sizes) => {
          const stream = joinBytes(await Promise.all(parts.map((part) => encode(part))))
          expect(await collectBytes(decompressImage(pieces(stream, ...sizes)))).toEqual(joinBytes(parts))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('may be followed by nothing else', async () => {
    const stream = await encode(SAMPLE_TEXT)
    await expect(decompress(joinBytes([stream, Uint8Array.of(1)]))).rejects.toMatchObject({
      code: 'COMPRESSED_DATA_CORRUPT',
      message: expect.stringContaining(`offset ${stream.byteLength}`),
    })
  })

  it('is never taken for whole when its end is missing', async () => {
    const stream = await encode(SAMPLE_TEXT)
    const shortest = format.startsWith('zstd') ? 4 : format === 'xz' ? 6 : 2
    for (let end = shortest; end < stream.byteLength; end++) {
      await expect(decompress(stream.subarray(0, end))).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
    }
  })

  it('closes its input when the consumer leaves, also while none comes', async () => {
    const stream = await encode(new Uint8Array(randomBytes(600_000)))
    let isClosed = false
    const input = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for await (const piece of pieces(stream, 300_000)) yield piece
      } finally {
        isClosed = true
      }
    }
    for await (const _ of decompressImage(input())) break
    expect(isClosed).toBe(true)
  })

  it('stops waiting for input when it is told to', async () => {
    const controller = new AbortController()
    const reason = new Error('told to stop')
    const stream = await encode(new Uint8Array(randomBytes(600_000)))
    const input = async function* (): AsyncGenerator<Uint8Array> {
      yield stream.subarray(0, 400_000)
      setTimeout(() => controller.abort(reason), 5)
      await new Promise(() => {})
    }
    await expect(collectBytes(decompressImage(input(), { signal: controller.signal }))).rejects.toBe(reason)
  })

  it('passes on what the input throws', async () => {
    const stream = await encode(new Uint8Array(randomBytes(600_000)))
    const failure = new Error('the line is dead')
    const input = async function* (): AsyncGenerator<Uint8Array> {
      yield stream.subarray(0, 400_000)
      throw failure
    }
    await expect(collectBytes(decompressImage(input()))).rejects.toBe(failure)
  })
})

it.each(XZ_SAMPLES)('reads what xz $options writes', async ({ stream, content }) => {
  for (const size of [1, 7, 1000]) expect(await decompress(stream, size)).toEqual(content)
})

it('passes on what is not compressed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      fc.pre(bytes[0] !== 0x1f && bytes[0] !== 0xfd && bytes[0] !== 0x28 && ((bytes[0] ?? 0) & 0xf0) !== 0x50)
      expect(await decompress(bytes, size)).toEqual(bytes)
    }),
  )
})

it('accepts zeros behind gzip members, and nothing behind those', async () => {
  const member = gzipSync(SAMPLE_TEXT)
  expect(await decompress(joinBytes([member, member, new Uint8Array(1001)]))).toEqual(
    joinBytes([SAMPLE_TEXT, SAMPLE_TEXT]),
  )
  const failing = decompress(joinBytes([member, new Uint8Array(3), member]))
  await expect(failing).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT' })
})

it('accepts zeros between and behind xz streams, in fours', async () => {
  const stream = await encodeXz(SAMPLE_TEXT)
  const padded = joinBytes([stream, new Uint8Array(8), stream, stream, new Uint8Array(4)])
  expect(await decompress(padded)).toEqual(joinBytes([SAMPLE_TEXT, SAMPLE_TEXT, SAMPLE_TEXT]))
  const failing = decompress(joinBytes([stream, new Uint8Array(6)]))
  await expect(failing).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT' })
})

it('refuses another format behind the first', async () => {
  const failing = decompress(joinBytes([gzipSync(SAMPLE_TEXT), zstdCompressSync(SAMPLE_TEXT)]))
  await expect(failing).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT' })
})

it('allows zstd windows up to the memory budget', async () => {
  const frame = (descriptor: number): Uint8Array =>
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, 0x19, 0, 0, ...SAMPLE_TEXT.subarray(0, 3))
  const windowLog = (log: number): number => (log - 10) << 3
  const read = (bytes: Uint8Array, memoryBudget: number): Promise<Uint8Array> =>
    collectBytes(decompressImage(pieces(bytes, 100), { memoryBudget }))

  expect(await read(frame(windowLog(28)), 2 ** 28)).toEqual(SAMPLE_TEXT.subarray(0, 3))
  await expect(read(frame(windowLog(28)), 2 ** 28 - 1)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  await expect(read(frame(windowLog(32)), 2 ** 40)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
})
