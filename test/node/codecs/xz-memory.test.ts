import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { encodeXz, type Lzma2Encoder, storedLzma2 } from '../../../src/formats/xz/index.ts'
import { decompressImage } from '../../../src/node/codecs/index.ts'
import { collectBytes } from '../../support/byte-readers.ts'

const MIB = 1024 * 1024

const contents = new Uint8Array(randomBytes(900_000))

/** Chunks of six bytes each: half as much input again as output, where xz has 1.00005 times. */
const tinyChunks: Lzma2Encoder = async (bytes) => {
  const data = new Uint8Array(1.5 * bytes.byteLength + 1)
  for (let start = 0; start < bytes.byteLength; start += 6) {
    data.set([start === 0 ? 1 : 2, 0, 5, ...bytes.subarray(start, start + 6)], 1.5 * start)
  }
  return { data, dictionaryByteLength: 4096 }
}

/** Says that matches reach far back, and has none. */
const largeDictionary =
  (dictionaryByteLength: number): Lzma2Encoder =>
  async (bytes) => ({ ...(await storedLzma2(bytes)), dictionaryByteLength })

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

const decompress = (stream: Uint8Array, memoryBudget: number, workers: number): AsyncIterable<Uint8Array> =>
  decompressImage(once(stream), { name: 'disk.img', memoryBudget, workers })

describe.each([{ workers: 0 }, { workers: 1 }, { workers: 3 }])('with $workers workers', ({ workers }) => {
  it('data that takes far more input than it gives output does not wait for itself', async () => {
    const stream = await encodeXz(contents, { encoder: tinyChunks })
    const image = await collectBytes(decompress(joinBytes([stream, stream]), 17.1 * MIB, workers))
    expect(Buffer.compare(image, joinBytes([contents, contents]))).toBe(0)
  })

  it.each([{ dictionary: 8 }, { dictionary: 64 }])(
    'a dictionary of $dictionary MiB is refused at the start when there is no memory for it',
    async ({ dictionary }) => {
      const stream = await encodeXz(contents, { encoder: largeDictionary(dictionary * MIB) })
      const needed = 17 * MIB + 1.25 * dictionary * MIB
      expect(Buffer.compare(await collectBytes(decompress(stream, needed, workers)), contents)).toBe(0)

      const given: Uint8Array[] = []
      const failing = (async () => {
        for await (const bytes of decompress(stream, needed - 1, workers)) given.push(bytes)
      })()
      await expect(failing).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
        hint: expect.stringMatching(new RegExp(`${needed / MIB} MiB.*--memory`)),
      })
      expect(given).toEqual([])
    },
  )
})
