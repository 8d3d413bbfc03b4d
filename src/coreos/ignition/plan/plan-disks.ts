import type * as types from '../model/types.ts'
import { type Outcome, outcome } from './outcome.ts'
import { type StepBase, stepBase } from './step.ts'

/** A disk whose partitions are looked after. */
export interface DiskStep extends StepBase {
  readonly kind: 'disk'
  readonly device: string
  /** The whole partition table is removed first. */
  readonly wipeTable: boolean
}

/** One partition of the disk of the step before; on each disk, all deletions are done before the first creation. */
export interface PartitionStep extends StepBase {
  readonly kind: 'partition'
  readonly device: string
  /** `undefined` for the next free number. */
  readonly number: types.Integer | undefined
  readonly label: string | undefined
  /** `undefined` for the start of the largest free block, or where an existing partition starts. */
  readonly startMiB: types.Integer | undefined
  /** `undefined` for as large as possible, or as an existing partition is. */
  readonly sizeMiB: types.Integer | undefined
  readonly guid: string | undefined
  readonly typeGuid: string | undefined
  readonly shouldExist: boolean
  readonly wipePartitionEntry: boolean
  readonly resize: boolean
}

/** The disks in the order of the config, each with its partitions: those with a number of their own first. */
export function planDisks(disks: readonly types.Disk[]): readonly (DiskStep | PartitionStep)[] {
  return disks.flatMap((disk) => [
    planDisk(disk),
    ...inOrder(disk.partitions ?? []).map((each) => planPartition(each, disk)),
  ])
}

function inOrder(partitions: readonly types.Partition[]): readonly types.Partition[] {
  return [...partitions.filter(hasNumber), ...partitions.filter((partition) => !hasNumber(partition))]
}

function hasNumber({ number = 0 }: types.Partition): boolean {
  return Number(number) !== 0
}

function planDisk({ device, wipeTable = false }: types.Disk): DiskStep {
  const outcomes = [outcome('disk-in-use', 'fail'), ...(wipeTable ? [outcome('disk-partition-in-use', 'fail')] : [])]
  return { kind: 'disk', device, wipeTable, ...stepBase('disks', { outcomes, isDestructive: wipeTable }) }
}

function planPartition(partition: types.Partition, { device, wipeTable = false }: types.Disk): PartitionStep {
  const { shouldExist = true, wipePartitionEntry = false, resize = false } = partition
  // After the table is gone, no partition exists that could differ.
  const isSurelyMissing = wipeTable || !hasNumber(partition)
  const certain = shouldExist ? [] : ['it does not exist, so that there is nothing to delete']
  return {
    kind: 'partition',
    device,
    number: hasNumber(partition) ? partition.number : undefined,
    label: partition.label,
    startMiB: setOrUndefined(partition.startMiB),
    sizeMiB: setOrUndefined(partition.sizeMiB),
    guid: partition.guid || undefined,
    typeGuid: partition.typeGuid || undefined,
    shouldExist,
    wipePartitionEntry,
    resize,
    ...stepBase(
      'disks',
      isSurelyMissing
        ? { notes: certain }
        : { outcomes: partitionOutcomes(partition), isDestructive: wipePartitionEntry },
    ),
  }
}

/** For a start or a size, 0 says no more than nothing does. */
function setOrUndefined(value: types.Integer | undefined): types.Integer | undefined {
  return Number(value ?? 0) === 0 ? undefined : value
}

function partitionOutcomes(partition: types.Partition): readonly Outcome[] {
  const { shouldExist = true, wipePartitionEntry = false, resize = false } = partition
  const name = `partition ${partition.number}`
  const inUse = outcome('partition-in-use', 'fail', name)
  if (!shouldExist) {
    return [
      outcome('partition-missing', 'nothing', name),
      outcome('partition-exists', wipePartitionEntry ? 'delete' : 'fail', name),
      ...(wipePartitionEntry ? [inUse] : []),
    ]
  }
  return [
    outcome('partition-missing', 'create', name),
    outcome('partition-matches', 'keep', name),
    ...differingOutcomes(name, wipePartitionEntry, resize),
    ...(wipePartitionEntry || resize ? [inUse] : []),
  ]
}

function differingOutcomes(name: string, wipePartitionEntry: boolean, resize: boolean): readonly Outcome[] {
  if (wipePartitionEntry) return [outcome('partition-differs', 'replace', name)]
  if (!resize) return [outcome('partition-differs', 'fail', name)]
  return [outcome('partition-size-differs', 'resize', name), outcome('partition-differs-in-more', 'fail', name)]
}
