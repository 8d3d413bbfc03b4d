import { createHash } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinBytes } from '../../src/bytes/index.ts'
import { FormatError } from '../../src/errors.ts'
import { encodeXz } from '../../src/formats/xz/index.ts'
import { decompressImage } from '../../src/node/codecs/index.ts'
import { XZ_SAMPLES } from '../support/compressed-samples.ts'
import { fraction } from '../support/fraction.ts'

/** Mutants to try; `ISOKIT_FUZZ_RUNS=100000` for a long run. */
const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 1000)
/** Threads take a tenth of a second to start and to end. */
const RUNS_IN_THREADS = Math.ceil(RUNS / 50)

/** What one mutant may take: far more than any takes, far less than one that got away. */
const MAX_TIME_MS = 5000

const timeout = 60_000 + RUNS * 40

const MEMORY_BUDGET: number = 32 * 1024 * 1024

/** Text, and noise that takes as much compressed: enough for xz to go to threads. */
const contents = new TextEncoder().encode('isokit reads images. '.repeat(500))
const noise = new Uint8Array(createHash('shake256', { outputLength: 150_000 }).update('noise').digest())

const mutations = fc.record({
  changes: fc.array(fc.record({ place: fraction, byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0xff), fc.nat(255)) }), {
    maxLength: 4,
  }),
  kept: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fraction),
  pieceByteLength: fc.constantFrom(1000, 70_000, 300_000),
})

type Mutations = typeof mutations extends fc.Arbitrary<infer T> ? T : never

function mutate(golden: Uint8Array, { changes, kept }: Mutations): Uint8Array {
  const bytes = golden.slice(0, Math.ceil(golden.byteLength * kept))
  for (const { place, byte } of changes) bytes[Math.floor(place * bytes.byteLength)] = byte
  return bytes
}

async function* piecesOf(bytes: Uint8Array, byteLength: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.byteLength; start += byteLength) yield bytes.slice(start, start + byteLength)
}

let threadCount = 0
const onWorkers = (): void => {
  threadCount++
}

/** How many bytes came out; or the code of what was wrong. */
async function outcomeOf(bytes: Uint8Array, pieceByteLength: number, workers: number): Promise<number | string> {
  const started = performance.now()
  let byteLength = 0
  try {
    const input = piecesOf(bytes, pieceByteLength)
    for await (const piece of decompressImage(input, { workers, onWorkers, memoryBudget: MEMORY_BUDGET })) {
      byteLength += piece.byteLength
    }
    return byteLength
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError)
    return (error as FormatError).code
  } finally {
    expect(performance.now() - started).toBeLessThan(MAX_TIME_MS)
  }
}

const encodeGzip = async (bytes: Uint8Array): Promise<Uint8Array> => gzipSync(bytes)
const encodeZstd = async (bytes: Uint8Array): Promise<Uint8Array> => zstdCompressSync(bytes)

describe('every damaged image gets an answer', () => {
  it.each([
    { name: 'gzip', encode: encodeGzip },
    { name: 'xz', encode: (bytes: Uint8Array): Promise<Uint8Array> => encodeXz(bytes) },
    { name: 'zstd', encode: encodeZstd },
    { name: 'no compression', encode: async (bytes: Uint8Array): Promise<Uint8Array> => bytes },
  ])('of $name, once and several times in a row', { timeout }, async ({ encode }) => {
    const streams = [await encode(contents), await encode(new Uint8Array(0)), await encode(noise)]
    const property = fc.asyncProperty(
      fc.array(fc.constantFrom(...streams), { minLength: 1, maxLength: 4 }),
      mutations,
      async (parts, mutation) => {
        await outcomeOf(mutate(joinBytes(parts), mutation), mutation.pieceByteLength, 0)
      },
    )
    await fc.assert(property, { numRuns: Math.ceil(RUNS / 4) })
  })

  it('of xz, the same with threads and without', { timeout }, async () => {
    const large = await encodeXz(noise)
    const streams = XZ_SAMPLES.map(({ stream }) => stream)
    const property = fc.asyncProperty(fc.constantFrom(...streams), mutations, async (stream, mutation) => {
      const bytes = mutate(joinBytes([stream, large, stream]), mutation)
      const [inThreads, inPlace] = [
        await outcomeOf(bytes, mutation.pieceByteLength, 2),
        await outcomeOf(bytes, mutation.pieceByteLength, 0),
      ]
      expect(inThreads).toBe(inPlace)
    })
    await fc.assert(property, { numRuns: RUNS_IN_THREADS })
    expect(threadCount).toBeGreaterThan(0) // cut short, an image may be too small for any
  })
})
