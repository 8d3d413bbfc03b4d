import fc from 'fast-check'
import { expect, it } from 'vitest'
import { joinBytes, memorySource, type Source } from '../../src/bytes/index.ts'
import { FormatError } from '../../src/errors.ts'
import { readHybridLayout } from '../../src/formats/gpt/index.ts'
import {
  findIsoEntry,
  isoFileSource,
  isSystemAreaBlank,
  readElTorito,
  readIso9660,
  readIsoFile,
  walkIso,
} from '../../src/formats/iso9660/index.ts'
import {
  bootRecordBytes,
  bothEndian,
  directoryBytes,
  directoryRecordBytes,
  systemUseField as field,
  isoBytes,
  ROOT_SECTOR,
  recordBytes,
  ucs2Bytes,
  volumeDescriptorBytes,
} from '../support/iso-bytes.ts'

/** Mutants to try; `ISOKIT_FUZZ_RUNS=100000` for a long run. */
const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 2000)

/** What one mutant of 128 KiB may take: far more than any takes, far less than one that got away. */
const MAX_TIME_MS = 2000
const MAX_READ_BYTE_LENGTH = 64 * 1024 * 1024
const MAX_ENTRY_COUNT = 100_000

const SECTOR_SIZE = 2048
const CATALOG_SECTOR = 50

/** Sectors whose bytes mean something; the rest is contents. */
const TELLING_SECTORS = [0, 16, 17, 18, ROOT_SECTOR, 32, 33, 34, 35, 40, CATALOG_SECTOR]

const GOLDEN = goldenImage()

/** Bytes that formats give a meaning to, or that overflow something. */
const tellingByte = fc.constantFrom(
  0,
  1,
  2,
  4,
  8,
  28,
  32,
  33,
  34,
  0x2e,
  0x2f,
  0x3b,
  0x40,
  0x44,
  0x80,
  0x90,
  0x91,
  0xfe,
  0xff,
)

const mutation = fc.record({
  sector: fc.constantFrom(...TELLING_SECTORS),
  position: fc.oneof(fc.nat(SECTOR_SIZE - 1), fc.nat(400)),
  bytes: fc.array(fc.oneof(tellingByte, fc.nat(255)), { minLength: 1, maxLength: 8 }),
})

const mutant = fc.record({
  mutations: fc.array(mutation, { minLength: 1, maxLength: 6 }),
  byteLength: fc.oneof(
    { weight: 9, arbitrary: fc.constant(GOLDEN.byteLength) },
    { weight: 1, arbitrary: fc.nat(GOLDEN.byteLength) },
  ),
})

it(`answers ${RUNS} damaged images with a value or a FormatError, soon and in little memory`, {
  timeout: 60_000 + RUNS * 20,
}, async () => {
  const seenCodes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(mutant, async ({ mutations, byteLength }) => {
      const bytes = GOLDEN.slice()
      for (const { sector, position, bytes: newBytes } of mutations) {
        const offset = sector * SECTOR_SIZE + position
        bytes.set(newBytes.slice(0, bytes.byteLength - offset), offset)
      }
      const started = performance.now()
      const source = countingSource(bytes.subarray(0, byteLength))
      for (const read of READERS) {
        const code = await codeOf(() => read(source))
        if (code !== undefined) seenCodes.add(code)
      }
      expect(source.readByteLength).toBeLessThan(MAX_READ_BYTE_LENGTH)
      expect(performance.now() - started).toBeLessThan(MAX_TIME_MS)
    }),
    { numRuns: RUNS },
  )
  expect([...seenCodes]).toContain('ISO_RECORD_CORRUPT') // the mutants get past the door
})

it('reads the image that is damaged, so that every part of it is reached', async () => {
  const source = countingSource(GOLDEN)
  for (const read of READERS) expect(await codeOf(() => read(source))).toBeUndefined()
  const iso = await readIso9660(source)
  const realPaths: string[] = []
  for await (const { realPath } of walkIso(iso, { tree: 'rockRidge' })) realPaths.push(realPath)
  expect(realPaths).toEqual(['a', 'a/deep', 'a/deep/file', 'rr_moved', 'kargs.json', 'link', 'BIG'])
  expect((await readElTorito(iso))?.entries).toHaveLength(3)
})

/** Everything that reads an image. Each is called for itself, since a failure of one must not hide another. */
const READERS: readonly ((source: Source) => Promise<unknown>)[] = [
  async (source) => isSystemAreaBlank(await readIso9660(source)),
  async (source) => readElTorito(await readIso9660(source)),
  async (source) => readHybridLayout(source),
  async (source) => {
    const iso = await readIso9660(source)
    for (const path of ['A/DEEP/FILE', 'a/deep/file', 'kargs.json', 'RR_MOVED/DEEP', 'BIG', 'MISSING/X', '..']) {
      await codeOf(() => findIsoEntry(iso, path))
    }
  },
  ...(['iso', 'rockRidge', 'joliet'] as const).map((tree) => async (source: Source) => {
    const iso = await readIso9660(source)
    let entryCount = 0
    for await (const entry of walkIso(iso, { tree })) {
      entryCount++
      expect(entryCount).toBeLessThan(MAX_ENTRY_COUNT)
      expectSafe(entry.path)
      expectSafe(entry.realPath)
      await codeOf(async () => isoFileSource(iso, entry))
      await codeOf(() => readIsoFile(iso, entry, { maxByteLength: SECTOR_SIZE }))
    }
  }),
]

/** The code of a FormatError, `undefined` without one; anything else is a bug and passes. */
async function codeOf(read: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await read()
    return undefined
  } catch (error) {
    if (error instanceof FormatError) return error.code
    throw error
  }
}

function expectSafe(path: string): void {
  for (const part of path.split('/')) expect(['', '.', '..']).not.toContain(part)
  expect(path).not.toContain('\0')
}

function countingSource(bytes: Uint8Array): Source & { readonly readByteLength: number } {
  const source = memorySource(bytes, 'mutant.iso')
  let readByteLength = 0
  return {
    ...source,
    get readByteLength() {
      return readByteLength
    },
    read: (offset, byteLength, options) => {
      readByteLength += byteLength
      return source.read(offset, byteLength, options)
    },
  }
}

/** An image that has everything that the readers know. */
function goldenImage(): Uint8Array {
  const name = (text: string, flags = 0) => field('NM', flags, text)
  const rest = name('.json')
  const joliet = { type: 2, escapeSequence: '%/E', root: directoryRecordBytes({ identifier: '\0', lba: 35 }) }
  const entry = (id: number, media: number, lba: number) =>
    Uint8Array.of(id, media, 0, 0, 0, 0, 4, 0, lba, ...new Uint8Array(23))
  const header = (id: number, count: number) => Uint8Array.of(id, 0xef, count, ...new Uint8Array(29))
  const validation = Uint8Array.of(1, ...new Uint8Array(27), 0xaa, 0x55, 0x55, 0xaa)
  return isoBytes({
    descriptors: [
      volumeDescriptorBytes(),
      bootRecordBytes({ catalogLba: CATALOG_SECTOR }),
      volumeDescriptorBytes(joliet),
    ],
    rootSystemUse: field('SP', 0xbe, 0xef, 0),
    root: [
      directoryRecordBytes({ identifier: 'A', lba: 32, systemUse: name('a') }),
      directoryRecordBytes({ identifier: 'RR_MOVED', lba: 33, systemUse: name('rr_moved') }),
      recordBytes({
        identifier: 'KARGS.JSO;1',
        lba: 41,
        byteLength: 100,
        systemUse: joinBytes([name('kargs', 1), field('CE', bothEndian(40, 100, rest.byteLength))]),
      }),
      recordBytes({ identifier: 'LINK.;1', systemUse: joinBytes([name('link'), field('SL', 0, 8, 0, 0, 3, 'etc')]) }),
      recordBytes({ identifier: 'BIG;1', lba: 42, byteLength: SECTOR_SIZE, flags: 0x80 }),
      recordBytes({ identifier: 'BIG;1', lba: 43, byteLength: 10 }),
    ],
    sectors: {
      0: protectiveMbr(),
      32: directoryBytes(
        [recordBytes({ identifier: 'DEEP', systemUse: joinBytes([name('deep'), field('CL', bothEndian(34))]) })],
        { lba: 32 },
      ),
      33: directoryBytes(
        [directoryRecordBytes({ identifier: 'DEEP', lba: 34, systemUse: joinBytes([name('deep'), field('RE')]) })],
        { lba: 33 },
      ),
      34: directoryBytes([recordBytes({ identifier: 'FILE.;1', systemUse: name('file') })], { lba: 34 }),
      35: directoryBytes([recordBytes({ identifier: ucs2Bytes('kargs.json'), lba: 41, byteLength: 100 })], { lba: 35 }),
      40: joinBytes([new Uint8Array(100), rest]),
      [CATALOG_SECTOR]: joinBytes([
        validation,
        entry(0x88, 0, 41),
        header(0x90, 1),
        entry(0x88, 0x20, 42),
        Uint8Array.of(0x44, ...new Uint8Array(31)),
        header(0x91, 1),
        entry(0x88, 0, 43),
      ]),
    },
  })
}

/** A boot signature, a partition of type 0xEE, and the signature of a GPT header behind it. */
function protectiveMbr(): Uint8Array {
  const bytes = new Uint8Array(1024)
  bytes.set([0x55, 0xaa], 510)
  bytes.set([0xee, 0, 0, 0, 1, 0, 0, 0, 0xff], 450)
  bytes.set(new TextEncoder().encode('EFI PART'), 512)
  return bytes
}
