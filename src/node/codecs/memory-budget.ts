import { totalmem } from 'node:os'

/** A quarter of the memory that this process may use, in bytes: that of the machine, or less inside a container. */
export function defaultMemoryBudget(): number {
  const constrained = process.constrainedMemory() // 0 when nothing is known
  return Math.floor((constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()) / 4)
}
