import { execFileSync } from 'node:child_process'
import { beforeEach, describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { decompressImage } from '../../../src/node/codecs/index.ts'
import { collectBytes } from '../../support/byte-readers.ts'
import { needs } from '../../support/needs.ts'

const MiB = 1024 * 1024

/** Machine code, zeros and noise: the program that runs this, from its start. */
const contents: Uint8Array = joinBytes([
  new Uint8Array(execFileSync('head', ['-c', String(6 * MiB), process.execPath], { maxBuffer: 8 * MiB })),
  new Uint8Array(3 * MiB),
  Uint8Array.from({ length: 3 * MiB }, (_, index) => (Math.imul(index, 2654435761) ^ (index >>> 3)) >>> 11),
])

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size)
}

function compress(program: string, args: readonly string[]): Uint8Array {
  return new Uint8Array(execFileSync(program, ['-c', ...args], { input: contents, maxBuffer: 32 * MiB }))
}

interface Outcome {
  readonly bytes: Uint8Array
  readonly workers: number
}

async function decompress(stream: Uint8Array, options: { workers?: number; memoryBudget?: number }): Promise<Outcome> {
  let workers = 0
  const onWorkers = (count: number): void => {
    workers = count
  }
  const image = decompressImage(pieces(stream, 300_000), { name: 'disk.img', workers: 3, onWorkers, ...options })
  return { bytes: await collectBytes(image), workers }
}

describe('what xz writes', () => {
  beforeEach((context) => needs(context, 'xz'))

  it.each([
    { options: ['-T2', '-0', '--block-size=1MiB'], workers: 3 },
    { options: ['-T1', '-0', '--block-size=1MiB'], workers: 3 }, // without sizes in the blocks' headers
    { options: ['-T2', '-0', '--block-size=1MiB', '-C', 'none'], workers: 3 },
    { options: ['-T2', '-0', '--block-size=1MiB', '-C', 'crc32'], workers: 3 },
    { options: ['-T2', '-0', '--block-size=1MiB', '-C', 'sha256'], workers: 3 },
    { options: ['-T2', '--block-size=1MiB', '--x86', '--lzma2=preset=0'], workers: 3 },
    { options: ['-1'], workers: 1 },
  ])('$options is decompressed by $workers threads', async ({ options, workers }) => {
    const outcome = await decompress(compress('xz', options), {})
    expect(Buffer.compare(outcome.bytes, contents)).toBe(0)
    expect(outcome.workers).toBe(workers)
  })

  it('is decompressed by one thread when the budget allows no more', async () => {
    const outcome = await decompress(compress('xz', ['-T2', '-6', '--block-size=3MiB']), { memoryBudget: 24 * MiB })
    expect(Buffer.compare(outcome.bytes, contents)).toBe(0)
    expect(outcome.workers).toBe(1)
  })

  it('is decompressed by the calling thread when that is asked for', async () => {
    const outcome = await decompress(compress('xz', ['-0']), { workers: 0 })
    expect(Buffer.compare(outcome.bytes, contents)).toBe(0)
    expect(outcome.workers).toBe(0)
  })

  it('is one image when streams with padding follow each other', async () => {
    const stream = compress('xz', ['-T2', '-0', '--block-size=4MiB'])
    const { bytes } = await decompress(joinBytes([stream, new Uint8Array(8), stream, new Uint8Array(4)]), {})
    expect(Buffer.compare(bytes, joinBytes([contents, contents]))).toBe(0)
  })

  it('is never taken for whole when its end is missing', async () => {
    const stream = compress('xz', ['-T2', '-0', '--block-size=2MiB'])
    for (let part = 1; part < 50; part++) {
      const end = Math.floor((stream.byteLength * part) / 50)
      await expect(decompress(stream.subarray(0, end), {})).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
    }
  })

  it('gives all that stands before damage, and then says where that is', async () => {
    const stream = compress('xz', ['-T2', '-0', '--block-size=2MiB'])
    const positions = [0, 7, 13, 40, 5000, ...[1, 2, 3, 4, 5].map((part) => Math.floor((stream.byteLength * part) / 6))]
    for (const position of [...positions, ...[30, 20, 10, 6, 1].map((fromEnd) => stream.byteLength - fromEnd)]) {
      const damaged = stream.slice()
      damaged[position] = (damaged[position] ?? 0) ^ 0x10
      const inThreads = await outcomeOf(damaged, 3)
      const inPlace = await outcomeOf(damaged, 0)
      expect(inThreads.code).toBe(position === 0 ? undefined : 'COMPRESSED_DATA_CORRUPT')
      expect(inPlace.code).toBe(inThreads.code)
      // What a damaged block gives before its check fails may be wrong; all blocks before it are right.
      const blocks = Math.max(0, Math.floor(inThreads.bytes.byteLength / (2 * MiB)) - 1)
      const sound = blocks * 2 * MiB
      if (position > 0) {
        expect(Buffer.compare(inThreads.bytes.subarray(0, sound), contents.subarray(0, sound))).toBe(0)
      }
    }
  })
})

async function outcomeOf(stream: Uint8Array, workers: number): Promise<{ bytes: Uint8Array; code: unknown }> {
  const given: Uint8Array[] = []
  try {
    for await (const bytes of decompressImage(pieces(stream, 300_000), { workers })) given.push(bytes)
    return { bytes: joinBytes(given), code: undefined }
  } catch (error) {
    return { bytes: joinBytes(given), code: (error as { code?: unknown }).code }
  }
}

describe.each([
  { program: 'gzip', args: ['-1'] },
  { program: 'zstd', args: ['-3'] },
  { program: 'zstd', args: ['-3', '--long=27', '--check'] },
])('what $program $args writes', ({ program, args }) => {
  it('is decompressed, also when it follows itself', async (context) => {
    needs(context, program)
    const stream = compress(program, args)
    const { bytes } = await decompress(joinBytes([stream, stream]), {})
    expect(Buffer.compare(bytes, joinBytes([contents, contents]))).toBe(0)
  })
})
