import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
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
