import type * as types from '../model/types.ts'

/** The first pair of partitions that overlap: the lowest index that has a part in any, and the lowest that it overlaps. */
export interface PartitionOverlap {
  readonly first: number
  readonly second: number
}

/** With no more partitions, it is quicker to compare each with each. */
const MAX_PAIRWISE_COUNT = 16

/**
 * Finds partitions that overlap, among those whose place is known: start and size are set, and the start is not 0. A size
 * of 0 takes one MiB.
 *
 * The verdict on negative sizes and on ends beyond 64 bits is that of Ignition, which compares first and last MiB pair by
 * pair. Here it takes time n log n for large tables.
 */
export function findPartitionOverlap(partitions: readonly types.Partition[]): PartitionOverlap | undefined {
  const extents: Extent[] = []
  for (const [index, { startMiB = 0, sizeMiB }] of partitions.entries()) {
    if (Number(startMiB) === 0 || sizeMiB === undefined) continue
    const start = BigInt(startMiB)
    const end = Number(sizeMiB) === 0 ? start : BigInt.asIntN(64, start + BigInt(sizeMiB) - 1n)
    extents.push({ index, start, end })
  }
  const isPairwise = extents.length <= MAX_PAIRWISE_COUNT
  const overlapsAny = isPairwise ? (extent: Extent) => findOverlapped(extent, extents) : createOverlapTest(extents)
  const first = extents.find(overlapsAny)
  const second = first && findOverlapped(first, extents)
  return second && { first: first.index, second: second.index }
}

/** First and last MiB; a negative size puts the last before the first. */
interface Extent {
  readonly index: number
  readonly start: bigint
  readonly end: bigint
}

function findOverlapped(extent: Extent, extents: readonly Extent[]): Extent | undefined {
  return extents.find((other) => other !== extent && overlaps(extent, other))
}

function overlaps(extent: Extent, other: Extent): boolean {
  return contains(other, extent.start) || contains(other, extent.end) || surrounds(extent, other)
}

function contains({ start, end }: Extent, place: bigint): boolean {
  return start <= place && place <= end
}

function surrounds(extent: Extent, other: Extent): boolean {
  return extent.start < other.start && other.end < extent.end
}

/** A test whether an extent overlaps any other, in the sense of {@link overlaps}. */
function createOverlapTest(extents: readonly Extent[]): (extent: Extent) => boolean {
  const byStart = extents.toSorted((a, b) => compare(a.start, b.start))
  const lowestEndFrom = new BigInt64Array(extents.length)
  let lowestEnd = 2n ** 63n - 1n
  for (let rank = extents.length - 1; rank >= 0; rank--) {
    const { end } = byStart[rank] as Extent
    if (end < lowestEnd) lowestEnd = end
    lowestEndFrom[rank] = lowestEnd
  }
  const allStarts = BigInt64Array.from(byStart, ({ start }) => start)
  const sound = byStart.filter(({ start, end }) => start <= end)
  const starts = BigInt64Array.from(sound, ({ start }) => start)
  const ends = BigInt64Array.from(sound, ({ end }) => end).sort()

  return (extent) => {
    const itself = extent.start <= extent.end ? 1 : 0
    const behind = countUpTo(allStarts, extent.start)
    const isAround = behind < extents.length && (lowestEndFrom[behind] as bigint) < extent.end
    return isAround || countContaining(extent.start) > itself || countContaining(extent.end) > itself
  }

  function countContaining(place: bigint): number {
    return countUpTo(starts, place) - countUpTo(ends, place - 1n)
  }
}

/** How many of the sorted values are at most the limit. */
function countUpTo(sorted: BigInt64Array, limit: bigint): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((sorted[middle] as bigint) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
