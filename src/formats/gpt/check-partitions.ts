import type { Extent } from '../../bytes/index.ts'
import { ENTRY_COUNT } from './table-layout.ts'

/** What is looked at in a partition that is to be in a table. */
export interface CheckedPartition {
  /** Its slot, counted from 1. */
  readonly number: number
  readonly uniqueGuid: string
  readonly name: string
  readonly extent: Extent
}

/**
 * Says why partitions can't be in one table, as a clause: numbers that are used twice or have no slot, GUIDs that are used
 * twice, and ranges that are empty, overlap, or lie outside the part of the disk that partitions can use.
 *
 * @returns `undefined` when nothing is wrong.
 */
export function findPartitionProblem(partitions: readonly CheckedPartition[], usable: Extent): string | undefined {
  return (
    findNumberProblem(partitions) ??
    findSharedGuid(partitions) ??
    findOutsider(partitions, usable) ??
    findOverlap(partitions)
  )
}

/** A partition as messages call it: `partition 4 ("root")`. */
export function describePartition({ number, name }: Pick<CheckedPartition, 'number' | 'name'>): string {
  return `partition ${number} (${JSON.stringify(name)})`
}

function findNumberProblem(partitions: readonly CheckedPartition[]): string | undefined {
  const numbers = new Set<number>()
  for (const partition of partitions) {
    const { number } = partition
    if (number < 1 || number > ENTRY_COUNT) {
      return `${describePartition(partition)} is not among the ${ENTRY_COUNT} that a table holds`
    }
    if (numbers.has(number)) return `there are two partitions with the number ${number}`
    numbers.add(number)
  }
  return undefined
}

function findSharedGuid(partitions: readonly CheckedPartition[]): string | undefined {
  const owners = new Map<string, CheckedPartition>()
  for (const partition of partitions) {
    const guid = partition.uniqueGuid.toLowerCase()
    const owner = owners.get(guid)
    if (owner) return `${describePartition(owner)} and ${describePartition(partition)} have the same GUID, ${guid}`
    owners.set(guid, partition)
  }
  return undefined
}

function findOutsider(partitions: readonly CheckedPartition[], usable: Extent): string | undefined {
  const usableEnd = endOf(usable)
  for (const partition of partitions) {
    const { offset, byteLength } = partition.extent
    if (byteLength > 0 && offset >= usable.offset && endOf(partition.extent) <= usableEnd) continue
    return `invalid partition boundaries: ${describePartition(partition)} has the bytes from ${offset} to ${endOf(partition.extent)}, and those from ${usable.offset} to ${usableEnd} can be used`
  }
  return undefined
}

function findOverlap(partitions: readonly CheckedPartition[]): string | undefined {
  const ordered = [...partitions].sort((a, b) => a.extent.offset - b.extent.offset)
  for (const [index, later] of ordered.entries()) {
    const earlier = ordered[index - 1]
    if (!earlier || endOf(earlier.extent) <= later.extent.offset) continue
    return `invalid partition boundaries: ${describePartition(later)} starts at offset ${later.extent.offset}, before the end of ${describePartition(earlier)} at ${endOf(earlier.extent)}`
  }
  return undefined
}

function endOf({ offset, byteLength }: Extent): number {
  return offset + byteLength
}
