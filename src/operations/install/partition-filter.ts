import { type PartitionRange, parsePartitionRanges } from '../../coreos/index.ts'
import type { GptPartition } from '../../formats/gpt/index.ts'
import { globFilter } from '../../formats/initrd/index.ts'

/** Says which partitions are to outlive an installation. */
export interface PartitionFilter {
  /** Whether nothing is asked for, so that nobody has to look at the disk. */
  readonly isEmpty: boolean
  matches(partition: FilteredPartition): boolean
  /** What is asked for and takes none of the partitions, in words: a typing error would cost one that was to be saved. */
  findUnmatched(partitions: readonly FilteredPartition[]): readonly string[]
}

/** What a filter looks at. */
export type FilteredPartition = Pick<GptPartition, 'number' | 'name'>

/** What a filter is made from, as people write it; several with commas between them are several. */
export interface PartitionFilterOptions {
  /** Globs for partition names. An empty one matches partitions without a name. */
  readonly labels?: readonly string[] | undefined
  /** Numbers and ranges: `N`, `A-B`, `A-`, `-B`. */
  readonly indexes?: readonly string[] | undefined
}

/**
 * A filter that takes the partitions that any of the globs or ranges matches.
 *
 * @throws {UsageError} `GLOB_INVALID`, `PARTITION_FILTER_INVALID`
 */
export function partitionFilter({ labels = [], indexes = [] }: PartitionFilterOptions): PartitionFilter {
  const criteria = [
    ...labels.flatMap((text) => text.split(',')).map(labelCriterion),
    ...indexes.flatMap(parsePartitionRanges).map(rangeCriterion),
  ]
  return {
    isEmpty: criteria.length === 0,
    matches: (partition) => criteria.some(({ takes }) => takes(partition)),
    findUnmatched: (partitions) =>
      criteria.flatMap(({ description, takes }) => (partitions.some(takes) ? [] : [description])),
  }
}

/** One of the things that are asked for. */
interface Criterion {
  readonly description: string
  takes(partition: FilteredPartition): boolean
}

function labelCriterion(glob: string): Criterion {
  const hasLabel = globFilter([glob])
  return { description: `the label ${JSON.stringify(glob)}`, takes: ({ name }) => hasLabel(name) }
}

function rangeCriterion({ first, last }: PartitionRange): Criterion {
  return { description: describeRange(first, last), takes: ({ number }) => first <= number && number <= last }
}

function describeRange(first: number, last: number): string {
  if (first === last) return `number ${first}`
  return last === Number.POSITIVE_INFINITY ? `a number from ${first} on` : `a number from ${first} to ${last}`
}
