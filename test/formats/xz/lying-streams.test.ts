import { describe, expect, it } from 'vitest'
import { alignUp, crc32, FieldWriter, joinBytes } from '../../../src/bytes/index.ts'
import { decodeXz, encodeLzma2, encodeXz, splitXz } from '../../../src/formats/xz/index.ts'
import { collectBytes, readerOf } from '../../support/byte-readers.ts'

/** What the index says of a block: its bytes without padding, and those of its contents. Both are below 128 here. */
type IndexRecord = readonly [unpaddedByteLength: number, byteLength: number]

interface SmallBlock {
  readonly bytes: Uint8Array
  readonly record: IndexRecord
}

async function smallBlock(content: Uint8Array): Promise<SmallBlock> {
  const stream = await encodeXz(content)
  const view = new DataView(stream.buffer)
  const indexOffset = stream.byteLength - 12 - 4 * (view.getUint32(stream.byteLength - 8, true) + 1)
  const [unpadded = 0, byteLength = 0] = stream.subarray(indexOffset + 2)
  return { bytes: stream.subarray(12, indexOffset), record: [unpadded, byteLength] }
}

interface StreamFields {
  readonly flags?: Uint8Array
  readonly indexPadding?: number
  /** As the footer has them. */
  readonly indexByteLength?: number
  readonly footerFlags?: Uint8Array
}

const CRC32_FLAGS: Uint8Array = Uint8Array.of(0, 1)

/** A stream of such blocks with CRC-32, where all checksums are right. */
function streamOf(
  blocks: readonly SmallBlock[],
  records: readonly IndexRecord[],
  fields: StreamFields = {},
): Uint8Array {
  const { flags = CRC32_FLAGS, indexPadding = 0, footerFlags = flags } = fields
  const header = new FieldWriter(12)
    .put(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0))
    .put(flags)
    .u32le(crc32(flags))
  const listed = Uint8Array.of(0, records.length, ...records.flat())
  const listedByteLength = alignUp(listed.byteLength, 4)
  const index = new FieldWriter(listedByteLength + 4).put(new Uint8Array(listedByteLength).fill(indexPadding))
  index.seek(0).put(listed)
  index.seek(listedByteLength).u32le(crc32(index.bytes.subarray(0, listedByteLength)))
  const { indexByteLength = index.bytes.byteLength } = fields
  const footer = new FieldWriter(12).seek(4).u32le(indexByteLength / 4 - 1)
  footer.put(footerFlags).put(Uint8Array.of(0x59, 0x5a))
  footer.seek(0).u32le(crc32(footer.bytes.subarray(4, 10)))
  return joinBytes([header.bytes, ...blocks.map(({ bytes }) => bytes), index.bytes, footer.bytes])
}

/** A block header of 16 bytes with these fields and a right checksum. */
function blockHeader(...fields: readonly number[]): Uint8Array {
  const header = new FieldWriter(16).put(Uint8Array.of(3, ...fields))
  return header.seek(12).u32le(crc32(header.bytes.subarray(0, 12))).bytes
}

/** The block with other fields in its header. */
function withHeader({ bytes, record: [unpadded, byteLength] }: SmallBlock, ...fields: readonly number[]): SmallBlock {
  return { bytes: joinBytes([blockHeader(...fields), bytes.subarray(12)]), record: [unpadded + 4, byteLength] }
}

/** The filter with the smallest dictionary. */
const LZMA2: readonly number[] = [0x21, 1, 0]

const readers = {
  decode: (stream: Uint8Array) => collectBytes(decodeXz(readerOf(stream))),
  split: async (stream: Uint8Array) => {
    const pieces: Uint8Array[] = []
    for await (const { bytes } of splitXz(readerOf(stream))) pieces.push(bytes)
    return joinBytes(pieces)
  },
}

describe.each(['decode', 'split'] as const)('what a block says of itself, to those who %s,', (way) => {
  const read = readers[way]

  it('is compared with what is there', async () => {
    const block = await smallBlock(Uint8Array.of(1, 2, 3))
    const compressed = block.record[0] - 12 - 4
    const readWithSizes = async (...sizes: readonly number[]) => {
      const sized = withHeader(block, 0xc0, ...sizes, ...LZMA2)
      return await read(streamOf([sized], [sized.record]))
    }
    expect((await readWithSizes(compressed, 3)).byteLength).toBeGreaterThan(0)
    const corrupt = { code: 'COMPRESSED_DATA_CORRUPT' }
    await expect(readWithSizes(compressed + 1, 3)).rejects.toMatchObject(corrupt)
    await expect(readWithSizes(compressed, 4)).rejects.toMatchObject(corrupt)
  })

  it.each([
    { name: 'flags that nobody knows', fields: [0x04, ...LZMA2], code: 'XZ_UNSUPPORTED' },
    { name: 'padding that is not zero', fields: [0, ...LZMA2, 0, 0, 1], code: 'COMPRESSED_DATA_CORRUPT' },
    { name: 'a dictionary of 4 GiB', fields: [0, 0x21, 1, 40], code: 'no error' },
    { name: 'a dictionary beyond counting', fields: [0, 0x21, 1, 41], code: 'COMPRESSED_DATA_CORRUPT' },
    { name: 'a size that is padded', fields: [0x40, 0x84, 0, ...LZMA2], code: 'COMPRESSED_DATA_CORRUPT' },
    { name: 'two bytes for a dictionary', fields: [0, 0x21, 2, 0, 0], code: 'COMPRESSED_DATA_CORRUPT' },
    { name: 'an x86 filter with a start', fields: [1, 4, 4, 0, 0, 0, 0, ...LZMA2], code: 'no error' },
    { name: 'an x86 filter with half of a start', fields: [1, 4, 2, 0, 0, ...LZMA2], code: 'XZ_UNSUPPORTED' },
    { name: 'an x86 filter behind LZMA2', fields: [1, ...LZMA2, 4, 0], code: 'XZ_UNSUPPORTED' },
  ])('gives $code for $name', async ({ fields, code }) => {
    const block = withHeader(await smallBlock(Uint8Array.of(1)), ...fields)
    const reading = read(streamOf([block], [block.record]))
    if (code === 'no error') expect((await reading).byteLength).toBeGreaterThan(0)
    else await expect(reading).rejects.toMatchObject({ code })
  })

  it.each<{ name: string; fields: StreamFields; code: string }>([
    { name: 'a sound stream', fields: {}, code: 'no error' },
    { name: 'reserved flags', fields: { flags: Uint8Array.of(1, 1) }, code: 'XZ_UNSUPPORTED' },
    { name: 'an index whose padding is not zero', fields: { indexPadding: 1 }, code: 'COMPRESSED_DATA_CORRUPT' },
    { name: 'a footer with another index size', fields: { indexByteLength: 16 }, code: 'COMPRESSED_DATA_CORRUPT' },
    {
      name: 'a footer with other flags',
      fields: { footerFlags: Uint8Array.of(0, 4) },
      code: 'COMPRESSED_DATA_CORRUPT',
    },
  ])('gives $code for $name around it', async ({ fields, code }) => {
    const blocks = [await smallBlock(Uint8Array.of(1)), await smallBlock(Uint8Array.of(2))]
    const records = blocks.map(({ record }) => record)
    const reading = read(streamOf(blocks, records, fields))
    if (code === 'no error') expect((await reading).byteLength).toBeGreaterThan(0)
    else await expect(reading).rejects.toMatchObject({ code })
  })

  it('is what the index says of it', async () => {
    const blocks = [await smallBlock(Uint8Array.of(1, 2, 3)), await smallBlock(new TextEncoder().encode('isokit'))]
    const [first = [0, 0], second = [0, 0]] = blocks.map(({ record }) => record)
    expect((await read(streamOf(blocks, [first, second]))).byteLength).toBeGreaterThan(0)
    const lies: readonly IndexRecord[][] = [
      [second, first],
      [first, [second[0], second[1] + 1]],
      [[first[0] + 4, first[1]], second],
    ]
    for (const lie of lies) {
      const message = expect.stringContaining('index does not match')
      await expect(read(streamOf(blocks, lie))).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT', message })
    }
    const short = read(streamOf(blocks, [first]))
    await expect(short).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT' })
  })
})

describe('LZMA2', () => {
  const repeated = new Uint8Array(20).fill(0x41)

  /** A stream of one block without a check that has these chunks. */
  function chunksOf(chunks: Uint8Array, byteLength: number): Uint8Array {
    const padding = new Uint8Array(alignUp(chunks.byteLength, 4) - chunks.byteLength)
    const bytes = joinBytes([blockHeader(0, ...LZMA2), chunks, padding])
    const record: IndexRecord = [16 + chunks.byteLength, byteLength]
    return streamOf([{ bytes, record }], [record], { flags: new Uint8Array(2) })
  }

  it.each([
    { name: 'a first chunk that resets the dictionary', control: 1, code: 'no error' },
    { name: 'a first chunk that does not', control: 2, code: 'COMPRESSED_DATA_CORRUPT' },
    { name: 'a chunk that nobody knows', control: 3, code: 'COMPRESSED_DATA_CORRUPT' },
  ])('gives $code for $name', async ({ control, code }) => {
    const reading = readers.decode(chunksOf(Uint8Array.of(control, 0, 0, 0x41, 0), 1))
    if (code === 'no error') expect(await reading).toEqual(Uint8Array.of(0x41))
    else await expect(reading).rejects.toMatchObject({ code })
  })

  it('needs the parameters of LZMA once more behind a stored chunk that resets the dictionary', async () => {
    const { data } = await encodeLzma2(repeated)
    const [control = 0, ...rest] = data
    const behind = (...chunk: readonly number[]) => chunksOf(Uint8Array.of(1, 0, 0, 0x41, ...chunk), 21)
    expect(control & 0xe0).toBe(0xe0)
    expect(await readers.decode(behind(control - 0x20, ...rest))).toHaveLength(21)
    const withoutParameters = [...rest.slice(0, 4), ...rest.slice(5)]
    for (const reset of [0x80, 0xa0]) {
      const failing = readers.decode(behind(reset + (control & 0x1f), ...withoutParameters))
      await expect(failing).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT' })
    }
  })

  it.each([
    { name: 'the largest', parameters: 4 * 45 + 4 * 9, isKnown: true },
    { name: 'too many bits of the position', parameters: 5 * 45, isKnown: false },
    { name: 'too many bits for literals', parameters: 4 * 9 + 1, isKnown: false },
  ])('knows parameters or refuses them: $name', async ({ parameters, isKnown }) => {
    // A literal that is zero: nine bits of even chances, all of them zero, whatever the parameters are.
    const chunk = Uint8Array.of(0xe0, 0, 0, 0, 5, parameters, ...new Uint8Array(6), 0)
    const reading = readers.decode(chunksOf(chunk, 1))
    if (isKnown) expect(await reading).toHaveLength(1)
    else await expect(reading).rejects.toMatchObject({ code: 'COMPRESSED_DATA_CORRUPT' })
  })

  it('has a dictionary no larger than is allowed, when it needs one', async () => {
    const stream = await encodeXz(new Uint8Array(5_000_000))
    const decode = (maxDictionaryByteLength: number) =>
      collectBytes(decodeXz(readerOf(stream), { maxDictionaryByteLength }))
    expect((await decode(8 * 1024 * 1024)).byteLength).toBe(5_000_000)
    await expect(decode(64 * 1024)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  })
})
