import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../../src/bytes/index.ts'
import { validateIgnition } from '../../../../src/coreos/index.ts'

interface Place {
  readonly startMiB: number | bigint
  readonly sizeMiB: number | bigint
}

/** Where overlapping partitions are reported, when they are. */
function overlapIn(places: readonly Place[]): number | undefined {
  const partitions = places.map(
    ({ startMiB, sizeMiB }, index) => `{"number":${index + 1},"startMiB":${startMiB},"sizeMiB":${sizeMiB}}`,
  )
  const disk = `{"device":"/dev/a","partitions":[${partitions.join()}]}`
  const text = `{"ignition":{"version":"3.3.0"},"storage":{"disks":[${disk}]}}`
  const { findings } = validateIgnition(encodeUtf8(text))
  expect(findings.length).toBeLessThanOrEqual(1)
  return findings[0]?.kind === 'partition-overlap' ? (findings[0].path?.at(-1) as number) : undefined
}

/** The verdict as Ignition comes to it: each partition with each, from the first on. */
function overlapByPairs(places: readonly Place[]): number | undefined {
  const extents = places.map(({ startMiB, sizeMiB }) => {
    const start = BigInt(startMiB)
    return { start, end: BigInt(sizeMiB) === 0n ? start : BigInt.asIntN(64, start + BigInt(sizeMiB) - 1n) }
  })
  for (const [index, extent] of extents.entries()) {
    if (extent.start === 0n) continue
    for (const [otherIndex, other] of extents.entries()) {
      if (otherIndex === index || other.start === 0n) continue
      const startsInside = extent.start >= other.start && extent.start <= other.end
      const endsInside = extent.end >= other.start && extent.end <= other.end
      const surrounds = extent.start < other.start && extent.end > other.end
      if (startsInside || endsInside || surrounds) return otherIndex
    }
  }
  return undefined
}

describe('overlapping partitions', () => {
  it.each([
    {
      name: 'neighbours',
      places: [
        [1, 10],
        [11, 10],
      ],
      at: undefined,
    },
    {
      name: 'one MiB that two share',
      places: [
        [1, 11],
        [11, 10],
      ],
      at: 1,
    },
    {
      name: 'a partition inside another',
      places: [
        [5, 1],
        [1, 10],
      ],
      at: 1,
    },
    {
      name: 'a size of 0, which takes one MiB',
      places: [
        [1, 10],
        [10, 0],
      ],
      at: 1,
    },
    {
      name: 'a size of 0 behind another partition',
      places: [
        [1, 10],
        [11, 0],
      ],
      at: undefined,
    },
    {
      name: 'a start of 0, which is anywhere',
      places: [
        [0, 10],
        [1, 10],
      ],
      at: undefined,
    },
    {
      name: 'several pairs',
      places: [
        [1, 1],
        [9, 2],
        [5, 9],
        [1, 2],
      ],
      at: 3,
    },
    {
      name: 'an end beyond 64 bits, which comes out below every start',
      places: [
        [2n ** 63n - 5n, 10],
        [1, 10],
      ],
      at: 0,
    },
  ])('are found for $name', ({ places, at }) => {
    expect(overlapIn(places.map(([startMiB = 0, sizeMiB = 0]) => ({ startMiB, sizeMiB })))).toBe(at)
  })

  const size = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.integer({ min: -300, max: 300 }))
  const place = fc.record({
    startMiB: fc.oneof({ weight: 50, arbitrary: fc.integer({ min: -50, max: 2000 }) }, fc.constant(2n ** 63n - 2n)),
    sizeMiB: size,
  })

  it.each([5, 17, 60])('are those of a comparison of all pairs, for up to %i partitions', (maxLength) => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength, size: 'max' }), (places) => {
        expect(overlapIn(places)).toBe(overlapByPairs(places))
      }),
      { numRuns: 300 },
    )
  })
})
