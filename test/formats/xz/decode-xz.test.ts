import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { crc32, FieldWriter, joinBytes } from '../../../src/bytes/index.ts'
import { FormatError } from '../../../src/errors.ts'
import { decodeXz, encodeXz } from '../../../src/formats/xz/index.ts'
import { collectBytes, readerOf } from '../../support/byte-readers.ts'
import { SAMPLE_TEXT, XZ_DELTA_SAMPLE, XZ_SAMPLES } from '../../support/compressed-samples.ts'

const TAIL = new TextEncoder().encode('what follows')

it.each(XZ_SAMPLES)('decodes what xz $options wrote, and stops right behind it', async ({ stream, content }) => {
  const reader = readerOf(joinBytes([stream, TAIL]))
  expect(await collectBytes(decodeXz(reader))).toEqual(content)
  expect(reader.offset).toBe(stream.byteLength)
  expect(await reader.take(TAIL.byteLength)).toEqual(TAIL)
})

it.each(XZ_SAMPLES)('decodes $options alike however the stream is cut', async ({ stream, content }) => {
  for (let size = 1; size <= stream.byteLength; size++) {
    const reader = readerOf(joinBytes([stream, TAIL]), size)
    expect(await collectBytes(decodeXz(reader))).toEqual(content)
    expect(reader.offset).toBe(stream.byteLength)
  }
})

it.each(XZ_SAMPLES)('reports every truncation of $options', async ({ stream }) => {
  for (let end = 0; end < stream.byteLength; end++) {
    const failing = collectBytes(decodeXz(readerOf(stream.subarray(0, end))))
    await expect(failing).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
  }
})

it.each(XZ_SAMPLES)('reports every changed byte of $options', async ({ options, stream, content }) => {
  for (let position = 0; position < stream.byteLength; position++) {
    const damaged = stream.slice()
    damaged[position] = (damaged[position] ?? 0) ^ 0x5a
    const outcome = await collectBytes(decodeXz(readerOf(damaged))).catch((error: unknown) => error)
    // Without a check, a change of the contents can pass.
    if (options === '-C none' && outcome instanceof Uint8Array) expect(outcome).toHaveLength(content.byteLength)
    else expect(outcome).toBeInstanceOf(FormatError)
  }
})

/** A stream of two small blocks with right checksums, and what its index says of each: two numbers below 128. */
async function streamOfTwo(listed: (records: readonly (readonly number[])[]) => readonly (readonly number[])[]) {
  const streams = [await encodeXz(Uint8Array.of(1, 2, 3)), await encodeXz(new TextEncoder().encode('isokit'))]
  const indexOffset = (stream: Uint8Array) =>
    stream.byteLength - 12 - 4 * (new DataView(stream.buffer).getUint32(stream.byteLength - 8, true) + 1)
  const records = streams.map((stream) => [...stream.subarray(indexOffset(stream) + 2, indexOffset(stream) + 4)])
  const fields = [0, 2, ...listed(records).flat()]
  const index = new FieldWriter(12)
    .put(Uint8Array.from(fields))
    .seek(8)
    .u32le(crc32(Uint8Array.of(...fields, 0, 0)))
  const footer = new FieldWriter(12)
    .seek(4)
    .u32le(2)
    .put(Uint8Array.of(0, 1, 0x59, 0x5a))
  footer.seek(0).u32le(crc32(footer.bytes.subarray(4, 10)))
  const blocks = streams.map((stream) => stream.subarray(12, indexOffset(stream)))
  return joinBytes([streams[0]?.subarray(0, 12) ?? TAIL, ...blocks, index.bytes, footer.bytes])
}

it('compares what the index says of each block', async () => {
  const decode = async (stream: Promise<Uint8Array>) => await collectBytes(decodeXz(readerOf(await stream)))
  expect(await decode(streamOfTwo((records) => records))).toHaveLength(9)
  const lies = [
    streamOfTwo((records) => records.toReversed()),
    streamOfTwo(([first = [], [size = 0, byteLength = 0] = []]) => [first, [size, byteLength + 1]]),
    streamOfTwo(([[size = 0, byteLength = 0] = [], second = []]) => [[size + 4, byteLength], second]),
  ]
  for (const lie of lies) {
    const message = expect.stringContaining('index does not match')
    await expect(decode(lie)).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT', message })
  }
})

it('names the filter that it does not know', async () => {
  const failing = collectBytes(decodeXz(readerOf(XZ_DELTA_SAMPLE)))
  await expect(failing).rejects.toMatchObject({ code: 'XZ_UNSUPPORTED', message: expect.stringContaining('0x3') })
})

it('needs a dictionary only as large as what has been decoded', async () => {
  const [sample] = XZ_SAMPLES
  const decode = (maxDictionaryByteLength: number) =>
    collectBytes(decodeXz(readerOf(sample?.stream ?? TAIL), { maxDictionaryByteLength }))
  expect(await decode(SAMPLE_TEXT.byteLength)).toEqual(SAMPLE_TEXT)
})

it('says that the dictionary is too large, rather than that far matches are damage', async () => {
  const unit = new Uint8Array(randomBytes(10_000))
  const contents = joinBytes([unit, new Uint8Array(1_600_000), unit, new Uint8Array(1_600_000)])
  const stream = await encodeXz(contents)
  const decode = (maxDictionaryByteLength: number) =>
    collectBytes(decodeXz(readerOf(stream), { maxDictionaryByteLength }))
  await expect(decode(512 * 1024)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  expect(Buffer.compare(await decode(8 * 1024 * 1024), contents)).toBe(0)
})

it('stops when it is told to', async () => {
  const controller = new AbortController()
  controller.abort()
  const [sample] = XZ_SAMPLES
  const failing = collectBytes(decodeXz(readerOf(sample?.stream ?? TAIL), { signal: controller.signal }))
  await expect(failing).rejects.toBe(controller.signal.reason)
})
