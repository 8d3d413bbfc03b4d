import fc from 'fast-check'
import { type Anything, boolean, oneOf, type Tastes } from './tastes.ts'
import { device, guid, integer, textUpTo } from './values.ts'

/** The list of disks. */
export function disksOf(tastes: Tastes): Anything {
  const disk = tastes.object({ device: tastes.pick(device) }, { partitions: partitionsOf(tastes), wipeTable: boolean })
  return tastes.list(disk, ({ device }: { device?: string }) => device ?? '')
}

/** Partitions that have their own numbers, labels and places; or such as come. */
export function partitionsOf(tastes: Tastes): Anything {
  const label = textUpTo(34)
  const common = {
    guid: tastes.pick(guid),
    typeGuid: tastes.pick(guid),
    wipePartitionEntry: boolean,
    ...tastes.since('3.2.0', { resize: boolean }),
  }
  const numbered = tastes.object({}, { ...common, label: tastes.pick(label), shouldExist: fc.constant(true) })
  const gone = tastes.object(
    { shouldExist: fc.constant(false) },
    { wipePartitionEntry: boolean, guid: fc.constant('') },
  )
  const labelled = tastes.object({ label: tastes.pick(label) }, common)
  const place = oneOf({}, { sizeMiB: 10 }, { sizeMiB: 0 }, { startMiB: 0 }, { startMiB: 0, sizeMiB: 20 })

  const separate = (partitions: readonly Anything[], hasNumbers: boolean): Anything =>
    fc.array(fc.tuple(fc.oneof(...partitions), boolean, place), { maxLength: 3 }).map((chosen) =>
      chosen.map(([partition, isPlaced, elsewhere], index) => {
        const { label, ...rest } = partition as { label?: string | null; shouldExist?: boolean }
        if (rest.shouldExist === false) return { ...rest, number: index + 1 }
        return {
          ...rest,
          ...(isPlaced ? { startMiB: 1 + index * 100, sizeMiB: 100 } : elsewhere),
          ...(hasNumbers ? { number: index + 1 } : {}),
          // two bytes at most, so that labels keep below their limit
          ...(typeof label === 'string' ? { label: `${index}${label}` } : {}),
        }
      }),
    )
  const size = fc.oneof({ weight: 4, arbitrary: oneOf(0, 1, 2, 2, 10) }, { weight: 1, arbitrary: integer })
  const any = tastes.object(
    { number: oneOf(0, 1, 2, 2, -1), label: fc.oneof(oneOf('', 'a', 'a', 'a:b', ':'), tastes.pick(textUpTo(36))) },
    { ...common, startMiB: size, sizeMiB: size, shouldExist: fc.oneof(fc.constant(true), boolean) },
  )
  const good = fc.oneof(separate([numbered, gone], true), separate([labelled], false))
  return tastes.pick({ good, odd: fc.array(any, { minLength: 2, maxLength: 4 }) }, 4)
}
