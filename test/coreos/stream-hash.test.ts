import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Hasher } from '../../src/bytes/index.ts'
import { parseStreamHash, StreamHashComparison } from '../../src/coreos/index.ts'

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const D = digest(new Uint8Array())

describe('parseStreamHash', () => {
  it.each([1, 2_097_152, 67_108_864])('reads chunks of %d bytes', (size) => {
    expect(parseStreamHash(`stream-hash sha256 ${size}\n${D}\n`, 'it')).toEqual({ chunkByteLength: size, digests: [D] })
  })

  it.each([
    { name: 'nothing', text: '' },
    { name: 'no header', text: `${D}\n` },
    { name: 'another algorithm', text: `stream-hash sha512 1\n${D}\n` },
    { name: 'chunks of no bytes', text: `stream-hash sha256 0\n${D}\n` },
    { name: 'chunks of too many bytes', text: `stream-hash sha256 67108865\n${D}\n` },
    { name: 'two spaces', text: `stream-hash  sha256 1\n${D}\n` },
    { name: 'no digests', text: 'stream-hash sha256 1\n' },
    { name: 'an upper-case digest', text: `stream-hash sha256 1\n${D.toUpperCase()}\n` },
    { name: 'a cut digest', text: `stream-hash sha256 1\n${D}\n${D.slice(1)}` },
    { name: 'an empty line', text: `stream-hash sha256 1\n${D}\n\n` },
  ])('refuses $name', ({ text }) => {
    expect(() => parseStreamHash(text, 'it')).toThrow(expect.objectContaining({ code: 'STREAM_HASH_INVALID' }))
  })
})

describe('StreamHashComparison', () => {
  const bytes = Uint8Array.from({ length: 10 }, (_, index) => index)
  const digests = [bytes.slice(0, 4), bytes.slice(4, 8), bytes.slice(8)].map(digest)
  const hash = { chunkByteLength: 4, digests }

  /** Hands over the bytes in pieces, all in the same memory. */
  async function compare(
    content: Uint8Array,
    pieceByteLength: number,
    createHasher?: () => Hasher | Promise<Hasher>,
  ): Promise<string | undefined> {
    const comparison = new StreamHashComparison(hash, createHasher)
    const memory = new Uint8Array(pieceByteLength)
    for (let offset = 0; offset < content.byteLength; offset += pieceByteLength) {
      const piece = content.subarray(offset, offset + pieceByteLength)
      memory.set(piece)
      await comparison.update(memory.subarray(0, piece.byteLength))
    }
    return comparison.finish()
  }

  it.each([1, 3, 4, 5, 8, 10])(
    'finds nothing wrong with the file that was hashed, %d bytes at a time',
    async (size) => {
      expect(await compare(bytes, size)).toBeUndefined()
      expect(await compare(bytes, size, async () => createHash('sha256'))).toBeUndefined()
    },
  )

  it.each([
    { name: 'a changed byte', changed: bytes.map((byte, index) => (index === 5 ? 99 : byte)), says: 'offset 4' },
    { name: 'two changed bytes', changed: bytes.map((byte, index) => (index > 4 ? 99 : byte)), says: 'offset 4' },
    { name: 'a missing byte', changed: bytes.slice(0, 9), says: 'offset 8' },
    { name: 'a byte too many', changed: Uint8Array.from([...bytes, 0]), says: 'offset 8' },
    { name: 'a missing chunk', changed: bytes.slice(0, 8), says: '2 chunks in place of 3' },
    { name: 'more', changed: Uint8Array.from([...bytes, 0, 0, 0]), says: '13 bytes, which are 4 chunks in place of 3' },
    { name: 'nothing', changed: new Uint8Array(), says: '0 chunks' },
  ])('finds $name', async ({ changed, says }) => {
    for (const size of [1, 4, 16]) expect(await compare(changed, size)).toContain(says)
  })
})
