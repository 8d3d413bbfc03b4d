import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type ImageInput, openImageStream, type StreamCheck } from '../../../src/operations/index.ts'

const MIB = 1024 * 1024
const HEAD_AND_SOME = MIB + 70_000

function patternBytes(byteLength: number): Uint8Array {
  return Uint8Array.from({ length: byteLength }, (_, index) => (index * 7 + (index >> 8)) & 0xff)
}

async function* inChunks(bytes: Uint8Array, chunkByteLength: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += chunkByteLength) {
    yield bytes.subarray(offset, offset + chunkByteLength)
  }
}

function inputOf(bytes: Uint8Array, chunkByteLength = 65_536): ImageInput {
  return { name: 'disk.raw', byteLength: bytes.byteLength, bytes: inChunks(bytes, chunkByteLength) }
}

const asTheyAre = (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => bytes

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk.slice())
  return Buffer.concat(all)
}

/** A check that remembers what it has seen. */
function recordingCheck(proof: string): StreamCheck & { readonly seen: () => number; isFinished: boolean } {
  let byteLength = 0
  return {
    aim: proof,
    seen: () => byteLength,
    isFinished: false,
    update(bytes) {
      byteLength += bytes.byteLength
    },
    async finish() {
      this.isFinished = true
      return proof
    },
  }
}

describe('an image stream', () => {
  it.each([1000, 65_536, MIB, 2 * MIB])(
    'is the image, cut behind its first MiB, from chunks of %d bytes',
    async (size) => {
      const bytes = patternBytes(HEAD_AND_SOME)
      const image = await openImageStream(inputOf(bytes, size), { decompress: asTheyAre })
      expect(Buffer.from(image.head).equals(bytes.subarray(0, MIB))).toBe(true)
      expect(Buffer.from(await joined(image.body)).equals(bytes.subarray(MIB))).toBe(true)
      await image.finish()
    },
  )

  it('keeps what it has of a chunk whose memory is used again', async () => {
    const bytes = patternBytes(HEAD_AND_SOME)
    const buffer = new Uint8Array(MIB + 10)
    async function* reusing(): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of inChunks(bytes, buffer.byteLength)) {
        buffer.fill(0)
        buffer.set(chunk)
        yield buffer.subarray(0, chunk.byteLength)
        buffer.fill(0xff)
      }
    }
    const image = await openImageStream(
      { name: 'disk.raw', byteLength: undefined, bytes: reusing() },
      { decompress: asTheyAre },
    )
    buffer.fill(0xee)
    expect(Buffer.from(await joined(image.body)).equals(bytes.subarray(MIB))).toBe(true)
  })

  it('has an empty body when the image is exactly its head', async () => {
    const image = await openImageStream(inputOf(patternBytes(MIB)), { decompress: asTheyAre })
    expect(await joined(image.body)).toHaveLength(0)
  })

  it('refuses an image that is a byte shorter than its head, and lets go of the input', async () => {
    let isReleased = false
    async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield patternBytes(MIB - 1)
      } finally {
        isReleased = true
      }
    }
    const opening = openImageStream(
      { name: 'disk.raw', byteLength: undefined, bytes: bytes() },
      { decompress: asTheyAre },
    )
    await expect(opening).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
    expect(isReleased).toBe(true)
  })

  it('shows the checks every byte that arrives, also those that the decompressor leaves', async () => {
    const bytes = patternBytes(HEAD_AND_SOME)
    async function* allButTheEnd(arriving: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
      let left = MIB + 10
      const reader = arriving[Symbol.asyncIterator]() // not for await, which would close the input
      while (left > 0) {
        const { value, done } = await reader.next()
        if (done) return
        yield value.subarray(0, left)
        left -= value.byteLength
      }
    }
    const check = recordingCheck('seen')
    const image = await openImageStream(inputOf(bytes), { decompress: allButTheEnd, checks: [check] })
    expect(await joined(image.body)).toHaveLength(10)
    expect(check.isFinished).toBe(false)
    expect(await image.finish()).toEqual(['seen'])
    expect(check.seen()).toBe(HEAD_AND_SOME)
  })

  it('gives the proofs in the order of the checks', async () => {
    const checks = [recordingCheck('good signature'), recordingCheck('SHA-256')]
    const image = await openImageStream(inputOf(patternBytes(MIB)), { decompress: asTheyAre, checks })
    await joined(image.body)
    expect(await image.finish()).toEqual(['good signature', 'SHA-256'])
  })

  it.each([
    { name: 'fewer bytes have come than there are', byteLength: HEAD_AND_SOME + 1 },
    { name: 'more bytes have come than there were', byteLength: HEAD_AND_SOME - 1 },
  ])('proves nothing when $name', async ({ byteLength }) => {
    const check = recordingCheck('never')
    const input = { ...inputOf(patternBytes(HEAD_AND_SOME)), byteLength }
    const image = await openImageStream(input, { decompress: asTheyAre, checks: [check] })
    await joined(image.body)
    await expect(image.finish()).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
    expect(check.isFinished).toBe(false)
  })

  it('tells how many bytes have arrived', async () => {
    const arrivals: number[] = []
    const onArrival = (bytesDone: number) => arrivals.push(bytesDone)
    const input = inputOf(patternBytes(HEAD_AND_SOME), 600_000)
    const image = await openImageStream(input, { decompress: asTheyAre, onArrival })
    await joined(image.body)
    expect(arrivals).toEqual([600_000, HEAD_AND_SOME])
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const image = await openImageStream(inputOf(patternBytes(3 * MIB)), {
      decompress: asTheyAre,
      signal: controller.signal,
    })
    controller.abort(new Error('stop'))
    await expect(joined(image.body)).rejects.toThrow('stop')
    await image.close()
  })

  it('is let go of while its input is stalled, and a decompressor has asked for more', async () => {
    async function* stalling(): AsyncGenerator<Uint8Array, void, undefined> {
      yield patternBytes(2 * MIB)
      await new Promise(() => {})
    }
    async function* readingAhead(arriving: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
      const reader = arriving[Symbol.asyncIterator]()
      const { value } = await reader.next()
      void reader.next()
      yield value
    }
    const input = { ...inputOf(patternBytes(2 * MIB)), bytes: stalling() }
    const image = await openImageStream(input, { decompress: readingAhead })
    await image.close()
    expect(image.head).toHaveLength(MIB)
  })

  it('closes its input also when closing the decompressor fails', async () => {
    let isClosed = false
    async function* closing(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield patternBytes(2 * MIB)
      } finally {
        await setTimeout(5)
        isClosed = true
      }
    }
    async function* failing(arriving: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
      const { value } = await arriving[Symbol.asyncIterator]().next()
      try {
        yield value
      } finally {
        await Promise.reject(new Error('a thread is stuck'))
      }
    }
    const input = { ...inputOf(patternBytes(2 * MIB)), bytes: closing() }
    const image = await openImageStream(input, { decompress: failing })
    await expect(image.close()).rejects.toThrow('a thread is stuck')
    expect(isClosed).toBe(true)
  })
})
