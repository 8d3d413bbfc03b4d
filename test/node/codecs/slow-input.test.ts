import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ByteReader, encodeUtf8, joinBytes } from '../../../src/bytes/index.ts'
import { nodeCodecs } from '../../../src/node/index.ts'

const CONTENTS = encodeUtf8('contents '.repeat(1000))
const REST = encodeUtf8('what follows')

/** Pieces that arrive one after the other with a pause before each, and before the end, as from a pipe. */
async function* slowly(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    await sleep(2)
    yield piece
  }
  await sleep(2)
}

describe.each([
  { format: 'gzip', compressed: gzipSync(CONTENTS) },
  { format: 'zstd', compressed: zstdCompressSync(CONTENTS) },
] as const)('$format data from a slow pipe', ({ format, compressed }) => {
  const bytes = new Uint8Array(compressed)
  const middle = Math.floor(bytes.byteLength / 2)
  it.each([
    { name: 'in one piece with what follows', pieces: [joinBytes([bytes, REST])] },
    { name: 'in a piece of its own', pieces: [bytes, REST] },
    { name: 'cut in the middle', pieces: [bytes.subarray(0, middle), joinBytes([bytes.subarray(middle), REST])] },
    { name: 'cut before its last byte', pieces: [bytes.subarray(0, -1), joinBytes([bytes.subarray(-1), REST])] },
    { name: 'cut before its last nine bytes', pieces: [bytes.subarray(0, -9), bytes.subarray(-9), REST] },
    { name: 'byte by byte', pieces: [...joinBytes([bytes, REST])].map((byte) => Uint8Array.of(byte)) },
  ])('is decompressed $name, and the reader stands behind it', async ({ pieces }) => {
    const reader = new ByteReader(slowly(pieces), 'pipe')
    const output: Uint8Array[] = []
    for await (const piece of nodeCodecs.decompress(format, reader)) output.push(Uint8Array.from(piece))
    expect(joinBytes(output)).toEqual(CONTENTS)
    expect(reader.offset).toBe(bytes.byteLength)
    expect(await reader.take(REST.byteLength)).toEqual(REST)
    expect(await reader.peek(1)).toHaveLength(0)
  })
})
