import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../src/bytes/index.ts'
import { FormatError, UsageError } from '../../src/errors.ts'
import { EMBED_AREA_LIMITS, globFilter, readInitrd } from '../../src/formats/initrd/index.ts'
import { decodeXz, encodeXz } from '../../src/formats/xz/index.ts'
import { nodeCodecs } from '../../src/node/codecs/index.ts'
import { collectBytes, readerOf } from '../support/byte-readers.ts'
import { XZ_SAMPLES } from '../support/compressed-samples.ts'
import { fraction } from '../support/fraction.ts'
import { goldenImages, readGoldenImage } from '../support/testdata.ts'

/** Mutants to try of each image; `ISOKIT_FUZZ_RUNS=100000` for a long run. */
const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 2000)
const RUNS_PER_IMAGE = Math.ceil(RUNS / 10)

/** What one mutant may take: far more than any takes, far less than one that got away. */
const MAX_TIME_MS = 3000

const timeout = 60_000 + RUNS * 20

/** Changes of a few bytes, often to those that mean something, and perhaps a cut. */
const mutations = fc.record({
  changes: fc.array(
    fc.record({
      place: fraction,
      byte: fc.oneof(fc.constantFrom(0, 1, 0x30, 0x66, 0x7f, 0x80, 0xe0, 0xff), fc.nat(255)),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  kept: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fraction),
})

type Mutations = typeof mutations extends fc.Arbitrary<infer T> ? T : never

function mutate(golden: Uint8Array, { changes, kept }: Mutations): Uint8Array {
  const bytes = golden.slice(0, Math.ceil(golden.byteLength * kept))
  for (const { place, byte } of changes) bytes[Math.floor(place * bytes.byteLength)] = byte
  return bytes
}

async function expectAnswer(run: () => Promise<unknown>): Promise<void> {
  const started = performance.now()
  const outcome = await run().catch((error: unknown) => error)
  if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError)
  expect(performance.now() - started).toBeLessThan(MAX_TIME_MS)
}

describe('every damaged initrd gets an answer', () => {
  const names = Object.keys(goldenImages).filter((name) => name.endsWith('.img'))
  it.each(names)('%s', { timeout }, async (name) => {
    const golden = await readGoldenImage(name)
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const source = memorySource(mutate(golden, mutation))
        await expectAnswer(() => readInitrd(source, { codecs: nodeCodecs, limits: EMBED_AREA_LIMITS }))
      }),
      { numRuns: RUNS_PER_IMAGE },
    )
  })
})

describe('every damaged xz stream gets an answer', () => {
  it.each(XZ_SAMPLES)('$options', { timeout }, async ({ stream }) => {
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        await expectAnswer(() => collectBytes(decodeXz(readerOf(mutate(stream, mutation), 50))))
      }),
      { numRuns: RUNS_PER_IMAGE },
    )
  })
})

it('any bytes survive compression', { timeout }, async () => {
  const letters = fc.array(fc.constantFrom(0, 1, 2, 255), { maxLength: 3000 }).map((bytes) => Uint8Array.from(bytes))
  await fc.assert(
    fc.asyncProperty(fc.oneof(letters, fc.uint8Array({ maxLength: 3000 })), async (bytes) => {
      expect(await collectBytes(decodeXz(readerOf(await encodeXz(bytes))))).toEqual(bytes)
    }),
    { numRuns: RUNS_PER_IMAGE },
  )
})

it('every pattern is read or refused, and matches in time', { timeout }, async () => {
  const text = fc.string({ unit: fc.constantFrom('*', '?', '[', ']', '!', '-', '/', 'a', '💾'), maxLength: 60 })
  fc.assert(
    fc.property(text, text, (pattern, path) => {
      const started = performance.now()
      try {
        globFilter([pattern])(path)
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
      }
      expect(performance.now() - started).toBeLessThan(MAX_TIME_MS)
    }),
    { numRuns: RUNS },
  )
})
