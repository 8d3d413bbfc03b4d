import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../src/bytes/index.ts'
import { parseStreamHash, verifyStreamHash } from '../../src/coreos/index.ts'

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

describe('verifyStreamHash', () => {
  const bytes = Uint8Array.from({ length: 10 }, (_, index) => index)
  const digests = [bytes.slice(0, 4), bytes.slice(4, 8), bytes.slice(8)].map(digest)
  const hash = { chunkByteLength: 4, digests }

  it('finds nothing wrong with the file that was hashed, by any SHA-256', async () => {
    expect(await verifyStreamHash(memorySource(bytes), hash)).toBeUndefined()
    const createHasher = () => createHash('sha256')
    const done: number[] = []
    const onProgress = ({ bytesDone }: { bytesDone: number }) => done.push(bytesDone)
    expect(await verifyStreamHash(memorySource(bytes), hash, { createHasher, onProgress })).toBeUndefined()
    expect(done).toEqual([4, 8, 10])
  })

  it.each([
    { name: 'a changed byte', changed: bytes.map((byte, index) => (index === 5 ? 99 : byte)), says: 'offset 4' },
    { name: 'a missing byte', changed: bytes.slice(0, 9), says: 'offset 8' },
    { name: 'a missing chunk', changed: bytes.slice(0, 8), says: '2 chunks in place of 3' },
    { name: 'more', changed: Uint8Array.from({ length: 13 }), says: '4 chunks in place of 3' },
    { name: 'nothing', changed: new Uint8Array(), says: '0 chunks' },
  ])('finds $name', async ({ changed, says }) => {
    expect(await verifyStreamHash(memorySource(changed), hash)).toContain(says)
  })
})
