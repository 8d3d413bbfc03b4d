import { constants, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ByteReader, joinBytes, memorySource } from '../../../src/bytes/index.ts'
import { FormatError } from '../../../src/errors.ts'
import { type CompressionFormat, readInitrd } from '../../../src/formats/initrd/index.ts'
import { encodeXz } from '../../../src/formats/xz/index.ts'
import { nodeCodecs } from '../../../src/node/codecs/index.ts'
import { collectBytes, readerOf } from '../../support/byte-readers.ts'
import { SAMPLE_TEXT } from '../../support/compressed-samples.ts'
import { cpioBytes } from '../../support/cpio-builder.ts'

const TAIL = new TextEncoder().encode('what follows')

const large = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * index) >>> 7)

/** A gzip member with every optional field of the header. */
const decoratedGzip = (content: Uint8Array): Uint8Array => {
  const plain = gzipSync(content)
  const fields = [3, 0, 1, 2, 3, ...new TextEncoder().encode('name\0comment\0'), 0xaa, 0xbb]
  return joinBytes([
    Uint8Array.of(0x1f, 0x8b, 8, 0x1e),
    plain.subarray(4, 10),
    Uint8Array.from(fields),
    plain.subarray(10),
  ])
}

/** Frames that hold no data. */
const skippable = (byteLength: number): Uint8Array =>
  Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, byteLength, 0, 0, 0, ...new Uint8Array(byteLength).fill(0xee))

const halves = (content: Uint8Array): [Uint8Array, Uint8Array] => {
  const middle = content.byteLength >>> 1
  return [content.subarray(0, middle), content.subarray(middle)]
}

const zstdWithChecksum = (content: Uint8Array): Uint8Array =>
  zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })

const streams: readonly {
  readonly name: string
  readonly format: CompressionFormat
  readonly encode: (content: Uint8Array) => Uint8Array | Promise<Uint8Array>
}[] = [
  { name: 'gzip', format: 'gzip', encode: (content) => gzipSync(content) },
  { name: 'gzip without compression', format: 'gzip', encode: (content) => gzipSync(content, { level: 0 }) },
  { name: 'gzip with all header fields', format: 'gzip', encode: decoratedGzip },
  { name: 'xz', format: 'xz', encode: (content) => encodeXz(content) },
  { name: 'zstd', format: 'zstd', encode: (content) => zstdCompressSync(content) },
  { name: 'zstd with a checksum', format: 'zstd', encode: zstdWithChecksum },
  {
    name: 'zstd frames in a row',
    format: 'zstd',
    encode: (content) => joinBytes(halves(content).map((half) => zstdCompressSync(half))),
  },
  {
    name: 'zstd between skippable frames',
    format: 'zstd',
    encode: (content) => joinBytes([skippable(5), zstdCompressSync(content), skippable(0), skippable(200)]),
  },
]

describe.each(streams)('$name', ({ format, encode }) => {
  it.each([
    { name: 'text', content: SAMPLE_TEXT },
    { name: 'nothing', content: new Uint8Array(0) },
  ])('gives $name and stops right behind the stream, however it is cut', async ({ content }) => {
    const stream = await encode(content)
    for (let size = 1; size <= stream.byteLength + TAIL.byteLength; size++) {
      const reader = readerOf(joinBytes([stream, TAIL]), size)
      expect(await collectBytes(nodeCodecs.decompress(format, reader))).toEqual(content)
      expect(reader.offset).toBe(stream.byteLength)
      expect(await reader.take(TAIL.byteLength)).toEqual(TAIL)
    }
  })

  it('gives megabytes', async () => {
    const content = format === 'xz' ? large.subarray(0, 100_000) : large
    const reader = readerOf(joinBytes([await encode(content), TAIL]), 100_000)
    expect(Buffer.compare(await collectBytes(nodeCodecs.decompress(format, reader)), content)).toBe(0)
    expect(await reader.take(TAIL.byteLength)).toEqual(TAIL)
  })

  it('reports every truncation', async () => {
    const stream = await encode(SAMPLE_TEXT)
    const frameEnds = new Set([0, ...(format === 'zstd' ? await ends(stream) : [])])
    for (let end = 1; end < stream.byteLength; end++) {
      if (frameEnds.has(end)) continue
      const outcome = await collectBytes(nodeCodecs.decompress(format, readerOf(stream.subarray(0, end)))).catch(
        (error) => error,
      )
      const isPartOfNextMagic =
        outcome instanceof Uint8Array && [...frameEnds].some((start) => end > start && end - start < 4)
      if (!isPartOfNextMagic) expect(outcome).toBeInstanceOf(FormatError)
    }
  })

  it('reports every changed byte, or gives the same contents', async () => {
    const stream = await encode(SAMPLE_TEXT)
    for (let position = 0; position < stream.byteLength; position++) {
      const damaged = stream.slice()
      damaged[position] = (damaged[position] ?? 0) ^ 0x5a
      const outcome = await collectBytes(nodeCodecs.decompress(format, readerOf(damaged))).catch(
        (error: unknown) => error,
      )
      if (!(outcome instanceof Uint8Array)) expect(outcome).toBeInstanceOf(FormatError)
    }
  })

  it('is released when the consumer leaves early, and asks for no more input', async () => {
    const stream = await encode(format === 'xz' ? large.subarray(0, 100_000) : large)
    let isClosed = false
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (let start = 0; start < stream.byteLength; start += 1000) yield stream.subarray(start, start + 1000)
      } finally {
        isClosed = true
      }
    }
    const reader = new ByteReader(pieces(), 'test')
    for await (const _ of nodeCodecs.decompress(format, reader)) break
    const { offset } = reader
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(reader.offset).toBe(offset)
    await reader.close()
    expect(isClosed).toBe(true)
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const reason = new Error('told to stop')
    const stream = await encode(format === 'xz' ? large.subarray(0, 100_000) : large)
    const decompress = async (): Promise<void> => {
      for await (const _ of nodeCodecs.decompress(format, readerOf(stream, 1000), { signal })) controller.abort(reason)
    }
    await expect(decompress()).rejects.toBe(reason)
  })
})

/** Where the frames of a zstd stream end, found by trying. */
async function ends(stream: Uint8Array): Promise<number[]> {
  const found: number[] = []
  for (let end = 1; end < stream.byteLength; end++) {
    const reader = readerOf(stream.subarray(0, end))
    const isWhole = await collectBytes(nodeCodecs.decompress('zstd', reader)).then(
      () => reader.offset === end,
      () => false,
    )
    if (isWhole) found.push(end)
  }
  return found
}

it.each([
  { name: 'a gzip CRC', stream: gzipSync(SAMPLE_TEXT), fromEnd: 8 },
  { name: 'a gzip length', stream: gzipSync(SAMPLE_TEXT), fromEnd: 4 },
  { name: 'a zstd checksum', stream: zstdWithChecksum(SAMPLE_TEXT), fromEnd: 4 },
])('verifies $name', async ({ stream, fromEnd }) => {
  const damaged = Uint8Array.from(stream)
  damaged[damaged.byteLength - fromEnd] = (damaged[damaged.byteLength - fromEnd] ?? 0) ^ 1
  const format = fromEnd === 4 && stream[0] === 0x28 ? 'zstd' : 'gzip'
  const failing = collectBytes(nodeCodecs.decompress(format, readerOf(damaged, 10)))
  await expect(failing).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT' })
})

it('refuses a zstd window that the kernel would refuse as well', async () => {
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_windowLog]: 28, [constants.ZSTD_c_contentSizeFlag]: 0 },
  })
  compress.end(Buffer.alloc(1000))
  const failing = collectBytes(nodeCodecs.decompress('zstd', readerOf(await collectBytes(compress))))
  await expect(failing).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
})

it('reads an initrd with an archive of each kind, and two gzip members in a row', async () => {
  const archive = (path: string) => cpioBytes([{ path, text: path }])
  const initrd = joinBytes([
    archive('plain'),
    gzipSync(archive('gzip')),
    gzipSync(archive('gzip-again')),
    await encodeXz(archive('xz')),
    new Uint8Array(9),
    zstdCompressSync(archive('zstd')),
  ])
  const files = await readInitrd(memorySource(initrd), { codecs: nodeCodecs })
  expect(files.map(({ path }) => path)).toEqual(['gzip', 'gzip-again', 'plain', 'xz', 'zstd'])
})

describe('gzip of little data', () => {
  // what is small is decompressed in one call
  it.each([256 * 1024, 256 * 1024 + 1])('gives %i bytes of contents', async (byteLength) => {
    const content = new Uint8Array(byteLength).fill(0x61)
    const reader = readerOf(joinBytes([gzipSync(content), TAIL]), 1_000_000)
    expect(Buffer.compare(await collectBytes(nodeCodecs.decompress('gzip', reader)), content)).toBe(0)
    expect(await reader.take(TAIL.byteLength)).toEqual(TAIL)
  })

  it.each([16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1])('takes a member with %i bytes behind its header', async (rest) => {
    const content = Uint8Array.from({ length: rest - 13 }, (_, index) => (index * index) >>> 7)
    const stream = gzipSync(content, { level: 0 })
    expect(stream.byteLength - 10).toBe(rest)
    const reader = readerOf(stream, 1_000_000)
    expect(Buffer.compare(await collectBytes(nodeCodecs.decompress('gzip', reader)), content)).toBe(0)
  })

  it('stops when the signal has aborted', async () => {
    const signal = AbortSignal.abort()
    const reader = readerOf(gzipSync(SAMPLE_TEXT), 1_000_000)
    await expect(collectBytes(nodeCodecs.decompress('gzip', reader, { signal }))).rejects.toBe(signal.reason)
  })
})
