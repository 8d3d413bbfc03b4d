import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinBytes, memorySource, readAll } from '../../../src/bytes/index.ts'
import {
  decodeMiniso,
  encodeMiniso,
  MAX_REST_BYTE_LENGTH,
  readRest,
  rebuildMinimalImage,
  shareRuns,
} from '../../../src/formats/miniso/index.ts'
import { encodeXz } from '../../../src/formats/xz/index.ts'
import { minisoBytes, minisoSample, type RunFields, runOf } from '../../support/miniso-builder.ts'

const NAME = 'coreos/miniso.dat of x.iso'

/** Sectors and lengths on both sides of each border of the encoding. */
const NUMBERS = [0, 1, 250, 251, 255, 256, 65_535, 65_536, 0xffff_ffff]

const miniso = { appVersion: '0.17.0', sha256: new Uint8Array(32).fill(7), packedRest: Uint8Array.of(1, 2, 3) }

describe('decoding', () => {
  it('reads what the file of 2023 begins with', () => {
    const head = [0x01, 0x06, ...new TextEncoder().encode('0.17.0'), 0x03]
    const table = [0x2c, 0x2c, 0xfb, 0x00, 0x08, 0x2d, 0x2d, 0xfb, 0x00, 0x98, 0x40, 0x40, 0x0c]
    const bytes = minisoBytes({ head, appVersion: [], table, tail: joinBytes([new Uint8Array(32), Uint8Array.of(0)]) })
    const { appVersion, runs } = decodeMiniso(bytes, NAME)
    expect(appVersion).toBe('0.17.0')
    expect(runs).toEqual([
      runOf({ sector: 44, fullSector: 44, byteLength: 2048 }),
      runOf({ sector: 45, fullSector: 45, byteLength: 38_912 }),
      runOf({ sector: 64, fullSector: 64, byteLength: 12 }),
    ])
  })

  it.each(NUMBERS)('gives back the number %i as sector and as length', (number) => {
    const runs = [runOf({ sector: number, fullSector: number, byteLength: number })]
    expect(decodeMiniso(encodeMiniso({ ...miniso, runs }), NAME)).toEqual({ ...miniso, runs })
  })

  it('gives back what was encoded, whatever follows', () => {
    const run = fc.record({
      gap: fc.nat(0xffff),
      fullSector: fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(...NUMBERS)),
      byteLength: fc.oneof(fc.nat(100_000), fc.constantFrom(...NUMBERS.slice(0, -1))),
    })
    const fields = fc.record({
      appVersion: fc.string({ maxLength: 50 }),
      sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      packedRest: fc.uint8Array({ maxLength: 300 }),
      runs: fc.array(run, { minLength: 1, maxLength: 300 }).map((gaps) => {
        let sector = 0
        return gaps.map(({ gap, fullSector, byteLength }) => {
          sector += gap
          const made = runOf({ sector, fullSector, byteLength })
          sector += Math.ceil(byteLength / 2048)
          return made
        })
      }),
    })
    fc.assert(
      fc.property(fields, fc.uint8Array({ maxLength: 10 }), (value, behind) => {
        expect(decodeMiniso(joinBytes([encodeMiniso(value), behind]), NAME)).toEqual(value)
      }),
    )
  })

  it('reads a number that is longer than need be', () => {
    const { runs } = decodeMiniso(
      minisoBytes({ table: [1, 251, 3, 0, 252, 4, 0, 0, 0, 253, 5, 0, 0, 0, 0, 0, 0, 0] }),
      NAME,
    )
    expect(runs).toEqual([runOf({ sector: 3, fullSector: 4, byteLength: 5 })])
  })

  it.each([
    { name: 'a wrong magic', bytes: minisoBytes({ magic: 'MINISO\0\u0001' }), code: 'MINISO_INVALID' },
    { name: 'zeros', bytes: new Uint8Array(16_384), code: 'MINISO_INVALID' },
    { name: 'nothing', bytes: new Uint8Array(0), code: 'UNEXPECTED_END' },
    { name: 'a number of 128 bits', bytes: minisoBytes({ head: [254] }), code: 'MINISO_INVALID' },
    { name: 'a prefix that is not defined', bytes: minisoBytes({ head: [255] }), code: 'MINISO_INVALID' },
    { name: 'a name longer than the file', bytes: minisoBytes({ appVersion: [250] }), code: 'UNEXPECTED_END' },
    { name: 'a name of 257 bytes', bytes: minisoBytes({ appVersion: [251, 1, 1] }), code: 'LIMIT_EXCEEDED' },
    { name: 'a name that is no text', bytes: minisoBytes({ appVersion: [1, 0xff] }), code: 'TEXT_NOT_UTF8' },
    { name: 'a table of no runs', bytes: minisoBytes({ table: [0] }), code: 'MINISO_INVALID' },
    { name: 'more runs than follow', bytes: minisoBytes({ table: [20, 0, 0, 0] }), code: 'MINISO_INVALID' },
    { name: 'more runs than any image', bytes: minisoBytes({ table: [252, 1, 0, 1, 0] }), code: 'LIMIT_EXCEEDED' },
    {
      name: 'a count that is no safe number',
      bytes: minisoBytes({ table: [253, 0, 0, 0, 0, 0, 0, 0, 0xff] }),
      code: 'NUMBER_TOO_LARGE',
    },
    {
      name: 'a sector of more than 32 bits',
      bytes: minisoBytes({ table: [1, 253, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0] }),
      code: 'MINISO_INVALID',
    },
    { name: 'runs out of order', bytes: minisoBytes({ table: [2, 9, 0, 5, 8, 0, 5] }), code: 'MINISO_INVALID' },
    {
      name: 'runs that overlap by a byte',
      bytes: minisoBytes({ table: [2, 0, 0, 251, 1, 8, 1, 0, 5] }),
      code: 'MINISO_INVALID',
    },
    { name: 'a hash cut short', bytes: minisoBytes({ tail: new Uint8Array(31) }), code: 'UNEXPECTED_END' },
    {
      name: 'compressed data longer than the file',
      bytes: minisoBytes({ tail: joinBytes([new Uint8Array(32), Uint8Array.of(2, 0)]) }),
      code: 'UNEXPECTED_END',
    },
  ])('refuses $name', ({ bytes, code }) => {
    expect(() => decodeMiniso(bytes, NAME)).toThrow(expect.objectContaining({ name: 'FormatError', code }))
  })

  it('takes runs that meet', () => {
    expect(decodeMiniso(minisoBytes({ table: [2, 0, 0, 251, 0, 8, 1, 0, 5] }), NAME).runs).toHaveLength(2)
  })

  it('names both versions and the program of data that it cannot read', () => {
    const bytes = minisoBytes({ head: [2], appVersion: [3, 0x39, 0x2e, 0x39], table: [0xff] })
    expect(() => decodeMiniso(bytes, NAME)).toThrow(/version 2.*"9\.9".*version 1/)
  })
})

describe('rebuilding', () => {
  it.each<{ name: string; runs: readonly RunFields[]; tailByteLength?: number }>([
    { name: 'a run in the middle', runs: [{ sector: 2, fullSector: 5, byteLength: 3000 }] },
    {
      name: 'a run at the start and one at the end',
      runs: [{ sector: 0, fullSector: 1, byteLength: 1 }],
      tailByteLength: 0,
    },
    {
      name: 'runs side by side, and a part of the full image twice',
      runs: [
        { sector: 1, fullSector: 2, byteLength: 2048 },
        { sector: 2, fullSector: 2, byteLength: 2048 },
        { sector: 5, fullSector: 15, byteLength: 2048 },
      ],
    },
  ])('gives the minimal image back: $name', async ({ runs, tailByteLength = 100 }) => {
    const { full, minimal, miniso } = await minisoSample({ runs, tailByteLength })
    const rebuilt = await rebuildMinimalImage(full, decodeMiniso(encodeMiniso(miniso), NAME), { name: 'minimal' })
    expect(rebuilt.byteLength).toBe(minimal.byteLength)
    expect(await readAll(rebuilt)).toEqual(minimal)
  })

  it('refuses a run that leaves the full image by a byte', async () => {
    const { full, miniso } = await minisoSample({ runs: [{ sector: 0, fullSector: 15, byteLength: 2048 }] })
    await expect(rebuildMinimalImage(full, miniso, { name: 'minimal' })).resolves.toBeDefined()
    const runs = [runOf({ sector: 0, fullSector: 15, byteLength: 2049 })]
    await expect(rebuildMinimalImage(full, { ...miniso, runs }, { name: 'minimal' })).rejects.toMatchObject({
      code: 'MINISO_INVALID',
    })
  })

  it('refuses a table that would make a larger image than the full one', async () => {
    const { full, miniso } = await minisoSample({ runs: [{ sector: 0, fullSector: 0, byteLength: 2048 }] })
    const repeat = (count: number) =>
      Array.from({ length: count }, (_, index) => runOf({ sector: index, fullSector: 0, byteLength: 2048 }))
    await expect(rebuildMinimalImage(full, { ...miniso, runs: repeat(16) }, { name: 'minimal' })).resolves.toBeDefined()
    await expect(rebuildMinimalImage(full, { ...miniso, runs: repeat(17) }, { name: 'minimal' })).rejects.toMatchObject(
      {
        code: 'LIMIT_EXCEEDED',
      },
    )
  })

  it('refuses a rest that is a byte too short', async () => {
    const { full, miniso } = await minisoSample({
      runs: [{ sector: 1, fullSector: 1, byteLength: 10 }],
      tailByteLength: 0,
    })
    const packedRest = await encodeXz(new Uint8Array(2047))
    await expect(rebuildMinimalImage(full, { ...miniso, packedRest }, { name: 'minimal' })).rejects.toMatchObject({
      code: 'MINISO_INVALID',
    })
  })

  it('refuses a small stream that unpacks to too much', async () => {
    const { full, miniso } = await minisoSample({ runs: [{ sector: 0, fullSector: 0, byteLength: 1 }] })
    const packedRest = await encodeXz(new Uint8Array(MAX_REST_BYTE_LENGTH + 1))
    expect(packedRest.byteLength).toBeLessThan(16_384)
    await expect(rebuildMinimalImage(full, { ...miniso, packedRest }, { name: 'minimal' })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
  })

  it('stops when it is told to', async () => {
    const { full, miniso } = await minisoSample({ runs: [{ sector: 0, fullSector: 0, byteLength: 1 }] })
    const signal = AbortSignal.abort()
    await expect(rebuildMinimalImage(full, miniso, { name: 'minimal', signal })).rejects.toBe(signal.reason)
  })
})

describe('sharing', () => {
  const extents = (offset: number, fullOffset: number, byteLength: number) => ({
    minimal: { offset, byteLength },
    full: { offset: fullOffset, byteLength },
  })

  it('lists runs in order, hard links once, and leaves out what is empty or lies over another', () => {
    const shared = [
      extents(8192, 2048, 3000),
      extents(2048, 4096, 100),
      extents(2048, 4096, 100),
      extents(2048, 4096, 2049), // a file that begins like the other
      extents(4096, 8192, 100), // inside the one before
      extents(6144, 0, 0),
    ]
    expect(shareRuns(shared)).toEqual([
      { offset: 2048, fullOffset: 4096, byteLength: 2049 },
      { offset: 8192, fullOffset: 2048, byteLength: 3000 },
    ])
  })

  it('refuses a rest that nobody would unpack', async () => {
    const minimal = { ...memorySource(new Uint8Array(0)), byteLength: MAX_REST_BYTE_LENGTH + 2 }
    await expect(readRest(minimal, [{ offset: 0, fullOffset: 0, byteLength: 1 }])).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
  })

  it('counts in sectors', () => {
    const runs = [{ offset: 1, fullOffset: 0, byteLength: 1 }]
    expect(() => encodeMiniso({ ...miniso, runs })).toThrow(RangeError)
  })
})
