import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeUtf8, memorySource, readAll } from '../../src/bytes/index.ts'
import { readLiveIso } from '../../src/coreos/index.ts'
import { IsokitError } from '../../src/errors.ts'
import { findIsoEntry, readIso9660 } from '../../src/formats/iso9660/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'
import {
  inspectIso,
  planIgnition,
  planIgnitionRemoval,
  planKargs,
  planNetwork,
  planReset,
  readIgnition,
} from '../../src/operations/index.ts'
import { applyToLiveIso, openLiveIso } from '../support/edit-live-iso.ts'
import { fraction } from '../support/fraction.ts'
import { type LiveIsoGeneration, liveIsoGenerations } from '../support/live-iso-builder.ts'

const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 300)
const CONFIG = encodeUtf8('{"ignition":{"version":"3.3.0"}}')

/** Files whose bytes decide where isokit would write. */
const METADATA_PATHS = ['COREOS/IGNINFO.JSO', 'COREOS/KARGS.JSO', 'COREOS/FEATURES.JSO']

/** What JSON mutants are made of: values that a decoder may believe too soon. */
const JSON_PIECES = [
  '-1',
  '0',
  '1e99',
  '9007199254740993',
  '2048',
  '"',
  '{',
  '[',
  ']',
  '}',
  'null',
  'true',
  '"../.."',
  ',',
]

/** A customized image, and the ranges of it that are worth mutating. */
async function customizedImage(generation: LiveIsoGeneration) {
  const pristine = await openLiveIso({ generation })
  const live = await applyToLiveIso(pristine, await planIgnition(pristine, CONFIG, { codecs }))
  const bytes = await readAll(live.iso.source)
  const iso = await readIso9660(memorySource(bytes))
  const entries = await Promise.all(METADATA_PATHS.map((path) => findIsoEntry(iso, path)))
  const metadata = entries.flatMap((entry) => entry?.extents ?? [])
  const areas = [{ offset: live.embedArea.offset, byteLength: 512 }, ...(live.kargs?.areas ?? [])]
  const headers = [
    { offset: 32_600, byteLength: 168 },
    { offset: 32_768, byteLength: 4096 },
  ]
  return { bytes, ranges: [...metadata, ...metadata, ...areas, ...headers] }
}

/** Does everything that can be done with the image; only errors of isokit's own may come out of it. */
async function exercise(bytes: Uint8Array): Promise<void> {
  try {
    const live = await readLiveIso(memorySource(bytes))
    await inspectIso(live, { codecs, showSecrets: true })
    for (const plan of [
      () => planReset(live),
      () => planKargs(live, { append: ['a=b'], delete: ['ignition.firstboot'] }),
      () => planIgnition(live, CONFIG, { codecs, force: true }),
      () => planIgnitionRemoval(live, { codecs }),
      () => planNetwork(live, [{ name: 'a.nmconnection', bytes: CONFIG }], { codecs, force: true }),
      () => readIgnition(live, { codecs }),
    ]) {
      try {
        await plan()
      } catch (error) {
        expect(error).toBeInstanceOf(IsokitError)
      }
    }
  } catch (error) {
    expect(error).toBeInstanceOf(IsokitError)
  }
}

it.each(liveIsoGenerations)(
  'answers every mutant of a %s image with a value or an error of its own',
  async (generation) => {
    const { bytes, ranges } = await customizedImage(generation)
    const place = fc
      .tuple(fc.constantFrom(...ranges), fraction)
      .map(([{ offset, byteLength }, part]) => offset + Math.floor(part * byteLength))
    const change = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.constantFrom(...JSON_PIECES).map(encodeUtf8),
      fc.constantFrom(0, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, change), { minLength: 1, maxLength: 4 }), async (changes) => {
        const mutant = Uint8Array.from(bytes)
        for (const [offset, value] of changes) {
          mutant.set(value.subarray(0, Math.max(0, mutant.byteLength - offset)), offset)
        }
        const start = performance.now()
        await exercise(mutant)
        expect(performance.now() - start).toBeLessThan(5000)
      }),
      { numRuns: RUNS },
    )
  },
)
