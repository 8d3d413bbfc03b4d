import type { GptPartition } from '../../formats/gpt/index.ts'
import type { SavedPartition } from './install-plan.ts'

/**
 * Gives saved partitions the numbers that they have behind those of an image: in their order, each its own number when that
 * is still ahead, and else the next one.
 */
export function renumberPartitions(
  image: readonly GptPartition[],
  saved: readonly GptPartition[],
): readonly SavedPartition[] {
  let next = Math.max(0, ...image.map(({ number }) => number)) + 1
  return [...saved]
    .sort((a, b) => a.number - b.number)
    .map((partition) => {
      const newNumber = Math.max(next, partition.number)
      next = newNumber + 1
      return { partition, newNumber }
    })
}
