import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Extent, Patch } from '../../src/bytes/index.ts'
import { IsokitError } from '../../src/errors.ts'
import { readGpt } from '../../src/formats/gpt/index.ts'
import {
  HEAD_BYTE_LENGTH,
  type InstallPlan,
  type PartitionsToSave,
  partitionFilter,
  planInstall,
  readSavedPartitions,
} from '../../src/operations/index.ts'
import {
  applyTo,
  diskBytes,
  diskOf,
  editEntries,
  editHeader,
  MIB,
  partition,
  partitionsOf,
  testGuid,
} from '../support/partitioned-disk.ts'

/** Mutants to try; `ISOKIT_FUZZ_RUNS=100000` for a long run. */
const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 1000)

/** What one mutant may take: far more than any takes, far less than one that got away. */
const MAX_TIME_MS = 2000

const DISK_BYTE_LENGTH: number = 6 * MIB
const SECTOR_COUNT: number = DISK_BYTE_LENGTH / 512
const IMAGE_BYTE_LENGTH: number = 3 * MIB

const DISK = diskBytes({
  byteLength: DISK_BYTE_LENGTH,
  partitions: [partition(1, 'old', 1, 2), partition(2, 'data', 3.5, 4), partition(9, 'logs', 4, 5)],
})
const IMAGE = diskBytes({
  byteLength: IMAGE_BYTE_LENGTH,
  partitions: [partition(3, 'boot', 1, 2), partition(4, 'root', 2, 2.5)],
})
const FILTER = partitionFilter({ indexes: ['2-'] })

/** Fields of a header with their offsets and bytes, without the signature. */
const headerField = fc.constantFrom(
  { offset: 12, byteLength: 4 }, // length of the header
  { offset: 24, byteLength: 8 }, // its own place
  { offset: 32, byteLength: 8 }, // the other copy's
  { offset: 40, byteLength: 8 }, // first and last usable sector
  { offset: 48, byteLength: 8 },
  { offset: 72, byteLength: 8 }, // place, number and bytes of entries
  { offset: 80, byteLength: 4 },
  { offset: 84, byteLength: 4 },
)

/** A field of the first ten entries: the types, the GUIDs, the ranges, and the rest. */
const entryField = fc.record({
  offset: fc
    .tuple(fc.nat(9), fc.constantFrom(0, 16, 32, 40, 48, 56, 64, 127))
    .map(([slot, field]) => 128 * slot + field),
  byteLength: fc.constantFrom(1, 8, 16),
})

/** Numbers that mean something on this disk, or overflow something. */
const value = fc.oneof(
  fc.constantFrom(
    0,
    1,
    2,
    33,
    34,
    128,
    129,
    2048,
    4096,
    6143,
    SECTOR_COUNT - 34,
    SECTOR_COUNT - 33,
    SECTOR_COUNT - 1,
    SECTOR_COUNT,
  ),
  fc.nat(SECTOR_COUNT),
  fc.nat(),
  fc.constantFrom(2 ** 44, 2 ** 53 - 1),
)

interface Mutation {
  readonly at: 'primary' | 'backup' | 'entries' | 'anywhere'
  readonly field: Extent
  readonly value: number
}

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ at: fc.constantFrom('primary' as const, 'backup' as const), field: headerField, value }),
  fc.record({ at: fc.constant('entries' as const), field: entryField, value }),
  fc.record({
    at: fc.constant('anywhere' as const), // with checksums left wrong
    field: fc.record({ offset: fc.oneof(fc.nat(2048), fc.nat(20_000)), byteLength: fc.constant(8) }),
    value,
  }),
)

const mutations = fc.array(mutation, { maxLength: 4 })

/** The little-endian bytes of a value, as many as the field has, repeated in larger ones. */
function valueBytes(field: Extent, number: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number), true)
  return Uint8Array.from({ length: field.byteLength }, (_, index) => bytes[index % 8] ?? 0)
}

function mutate(disk: Uint8Array, list: readonly Mutation[]): Uint8Array {
  const bytes = disk.slice()
  for (const { at, field, value: number } of list) {
    const newBytes = valueBytes(field, number)
    if (at === 'anywhere') bytes.set(newBytes, field.offset)
    else if (at === 'entries')
      editEntries(bytes, (entries) => entries.seek(field.offset).put(newBytes.subarray(0, 16_384 - field.offset)))
    else {
      const header = at === 'primary' ? 512 : bytes.byteLength - 512
      editHeader(bytes, header, (fields) => fields.seek(field.offset).put(newBytes))
    }
  }
  return bytes
}

function overlaps({ offset, bytes }: Patch, extent: Extent): boolean {
  return offset < extent.offset + extent.byteLength && extent.offset < offset + bytes.byteLength
}

/** What has to hold of every plan that was made. */
async function expectSound(disk: Uint8Array, saved: PartitionsToSave, plan: InstallPlan): Promise<void> {
  const steps = [...plan.reset, ...plan.finish]
  for (const patch of steps.flat()) {
    expect(patch.offset + patch.bytes.byteLength).toBeLessThanOrEqual(disk.byteLength)
    for (const { extent } of saved.partitions) expect(overlaps(patch, extent)).toBe(false)
  }
  for (const { offset, byteLength } of plan.withheld) {
    expect(offset + byteLength).toBeLessThanOrEqual(plan.limit?.offset ?? disk.byteLength)
  }
  const kept = saved.partitions.map(({ firstLba: _, lastLba: __, ...rest }) => rest)
  applyTo(disk, plan.reset.flat())
  expect(await partitionsOf(disk)).toEqual(kept)
  applyTo(disk, plan.finish.flat())
  if (kept.length === 0) return
  const found = (await partitionsOf(disk)) ?? []
  expect(found.slice(-kept.length)).toEqual(
    kept.map((each, index) => ({ ...each, number: plan.saved[index]?.newNumber })),
  )
  expect(found).toHaveLength(kept.length + (plan.imagePartitions ?? []).length)
}

it(`plans soundly or refuses, for ${RUNS} damaged tables of disks and images`, {
  timeout: 60_000 + RUNS * 20,
}, async () => {
  const outcomes = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(mutations, fc.oneof(fc.constant([]), mutations), async (diskMutations, imageMutations) => {
      const disk = mutate(DISK, diskMutations)
      const head = mutate(IMAGE, imageMutations).subarray(0, HEAD_BYTE_LENGTH)
      const started = performance.now()
      const outcome = await attempt(async () => {
        const target = diskOf(disk)
        await readGpt(target)
        const saved = await readSavedPartitions(target, FILTER)
        const plan = planInstall({ target, head, saved, diskGuid: testGuid(1) })
        await expectSound(disk, saved, plan)
        return `${saved.copy}, ${Math.min(1, saved.partitions.length)} saved`
      })
      expect(performance.now() - started).toBeLessThan(MAX_TIME_MS)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }),
    { numRuns: RUNS },
  )
  const wanted = ['GPT_CORRUPT', 'PARTITIONS_INVALID', 'primary, 1 saved', 'backup, 1 saved']
  expect([...outcomes.keys()]).toEqual(expect.arrayContaining(wanted)) // the mutants get past the door
})

/** What a function gives, or the code of its error; anything else is a bug and passes. */
async function attempt(run: () => Promise<string>): Promise<string> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof IsokitError) return error.code
    throw error
  }
}
