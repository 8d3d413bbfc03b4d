import { parsePartitionRanges } from '../../coreos/index.ts'
import type { GptPartition } from '../../formats/gpt/index.ts'
import { globFilter } from '../../formats/initrd/index.ts'

/** Says which partitions are to outlive an installation. */
export interface PartitionFilter {
  /** Whether nothing is asked for, so that nobody has to look at the disk. */
  readonly isEmpty: boolean
  matches(partition: Pick<GptPartition, 'number' | 'name'>): boolean
}

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
  const hasLabel = globFilter(labels.flatMap((text) => text.split(',')))
  const ranges = indexes.flatMap(parsePartitionRanges)
  return {
    isEmpty: labels.length === 0 && indexes.length === 0,
    matches: ({ number, name }) =>
      hasLabel(name) || ranges.some(({ first, last }) => first <= number && number <= last),
  }
}
