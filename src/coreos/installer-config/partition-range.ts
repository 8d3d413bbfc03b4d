import { UsageError } from '../../errors.ts'

/** Partitions by number, both ends included. */
export interface PartitionRange {
  readonly first: number
  /** Infinity where the range has no end. */
  readonly last: number
}

const MAX_PARTITION_INDEX = 0xffff_ffff
const HINT = 'Give a partition number, or a range such as 1-3, 5- or -4'

/**
 * Parses partition numbers as the installer takes them: `N`, `A-B`, `A-` and `-B`, several with commas between them.
 *
 * @throws {UsageError} `PARTITION_FILTER_INVALID`
 */
export function parsePartitionRanges(text: string): readonly PartitionRange[] {
  return text.split(',').map(parseRange)
}

function parseRange(text: string): PartitionRange {
  const [, from = '', dash, to = ''] = /^([0-9]*)(-)?([0-9]*)$/.exec(text) ?? []
  if (from === '' && to === '') throw invalid(`${JSON.stringify(text)} is no range of partitions`)
  const first = Number(from || 1)
  const last = dash ? Number(to || Number.POSITIVE_INFINITY) : first
  if (first === 0 || last === 0) throw invalid('partition numbers start at 1')
  if (first > last) throw invalid(`the range ${text} ends before it starts`)
  if (Math.max(first, Number(to)) > MAX_PARTITION_INDEX) throw invalid('the number is too large')
  return { first, last }
}

function invalid(message: string): UsageError {
  return new UsageError('PARTITION_FILTER_INVALID', message, { hint: HINT })
}
