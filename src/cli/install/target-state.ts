import type { TargetReport } from '../../node/index.ts'
import { oneLine } from '../one-line.ts'

/** Says what the target has after a failed installation, in sentences. */
export function wordTargetState({ state, target, saved, partitionBackup }: TargetReport): string {
  const name = oneLine(target.name)
  if (target.kind === 'file') return `${name} was not created`
  const { partitions } = saved
  const names = partitions
    .map((partition) => `${partition.number} ${oneLine(JSON.stringify(partition.name))}`)
    .join(', ')
  const backup = partitionBackup === undefined ? '' : `; ${oneLine(partitionBackup)} has a copy of their table`
  switch (state) {
    case 'untouched':
      return `${name} is as it was`
    case 'reset':
      return partitions.length === 0
        ? `${name} has no partitions now, and does not boot`
        : `${name} does not boot now; its partition table has the saved partitions, and nothing else: ${names}${backup}`
    case 'installed':
      return `${name} has the image, and what failed came after it`
    case 'preserved':
      return `${name} is as the failure left it, as was asked for, and may not boot${withSaved(names, backup)}`
    default:
      return `${name} is as the failure left it, since its partition table could not be written; it may not boot${withSaved(names, backup)}`
  }
}

function withSaved(names: string, backup: string): string {
  return names === '' ? '' : `. The contents of the saved partitions were not touched: ${names}${backup}`
}

/** The same for programs. */
export function targetStateToJson({ state, target, saved, partitionBackup }: TargetReport): object {
  return {
    path: target.name,
    state,
    savedPartitions: saved.partitions.map(({ number, name, extent }) => ({ number, name, ...extent })),
    partitionBackup: partitionBackup ?? null,
  }
}
