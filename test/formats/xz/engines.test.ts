import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { collectBytes, readerOf } from '../../support/byte-readers.ts'
import { XZ_SAMPLES } from '../../support/compressed-samples.ts'

type Xz = typeof import('../../../src/formats/xz/index.ts')

/** The room as it is where WebAssembly is, is not, or is forbidden. Each has modules of its own, as they keep what they make. */
async function loadXz(webAssembly: unknown): Promise<Xz> {
  vi.resetModules()
  vi.stubGlobal('WebAssembly', webAssembly)
  return await import('../../../src/formats/xz/index.ts')
}

const forbidden = {
  Memory: class {
    constructor() {
      throw new Error('the page forbids it')
    }
  },
}

const ENGINES = [
  { name: 'WebAssembly', webAssembly: globalThis.WebAssembly },
  { name: 'JavaScript alone', webAssembly: undefined },
  { name: 'WebAssembly that is forbidden', webAssembly: forbidden },
]

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Text with repetitions near and far, and runs that do not compress. */
const contents = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 300 }))
        .map(([bytes, count]) => joinBytes(Array.from({ length: count }, () => bytes))),
    ),
    { maxLength: 8 },
  )
  .map((parts) => joinBytes([...parts, ...parts]))

describe.each(ENGINES)('with $name', ({ webAssembly }) => {
  it('decodes what xz writes', async () => {
    const { decodeXz } = await loadXz(webAssembly)
    for (const { stream, content } of XZ_SAMPLES) {
      expect(await collectBytes(decodeXz(readerOf(stream)))).toEqual(content)
    }
  })

  it('decodes what isokit writes', async () => {
    const { decodeXz, encodeXz } = await loadXz(webAssembly)
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        const decoded = await collectBytes(decodeXz(readerOf(await encodeXz(content))))
        expect(Buffer.compare(decoded, content)).toBe(0)
      }),
      { numRuns: 40 },
    )
  })
})

it('runs on WebAssembly where it is, for decoding and for the check', async () => {
  let instanceCount = 0
  const counting = {
    Memory: WebAssembly.Memory,
    Module: WebAssembly.Module,
    Instance: class extends WebAssembly.Instance {
      constructor(...values: ConstructorParameters<typeof WebAssembly.Instance>) {
        super(...values)
        instanceCount++
      }
    },
  }
  const { decodeXz } = await loadXz(counting)
  const sample = XZ_SAMPLES.find(({ options }) => options === '-C crc64')
  await collectBytes(decodeXz(readerOf(sample?.stream ?? new Uint8Array())))
  expect(instanceCount).toBe(2)
})

it('gives the same bytes before it finds damage, with either engine', async () => {
  const fast = await loadXz(globalThis.WebAssembly)
  const plain = await loadXz(undefined)
  const stream = await plain.encodeXz(joinBytes(XZ_SAMPLES.map((sample) => sample.content)))
  const outcome = async ({ decodeXz }: Xz, bytes: Uint8Array): Promise<unknown> => {
    const given: Uint8Array[] = []
    try {
      for await (const chunk of decodeXz(readerOf(bytes))) given.push(chunk)
      return { given }
    } catch (error) {
      return { given, message: (error as Error).message }
    }
  }
  for (let position = 0; position < stream.byteLength; position++) {
    const damaged = stream.slice()
    damaged[position] = (damaged[position] ?? 0) ^ (1 << (position % 8))
    vi.stubGlobal('WebAssembly', undefined)
    const expected = await outcome(plain, damaged)
    vi.unstubAllGlobals()
    expect(await outcome(fast, damaged)).toEqual(expected)
  }
})
