import type * as types from '../model/types.ts'
import type { Rule, RuleContext } from '../validate/rule.ts'

/** Names that the kernel gives in the order in which it meets disks. */
const UNSTABLE_NAME = /^\/dev\/[sh]d[a-z]+[0-9]*$/

/** Numbers that a partition table has by default, and that Ignition's has when it makes one. */
const MAX_PARTITION_NUMBER = 128

/** Disks that may have another name at the next boot. */
export const adviseDisk: Rule<types.Disk> = ({ device, partitions = [] }, context) => {
  adviseDevice(device, ['device'], context)
  for (const [index, { number = 0 }] of partitions.entries()) {
    if (number >= 0 && number <= MAX_PARTITION_NUMBER) continue
    const message = `a partition table has the numbers 1 to ${MAX_PARTITION_NUMBER}, unless it was made for more, and not ${number}`
    context.report('partition-number-out-of-range', ['partitions', index, 'number'], message, 'Give another number')
  }
}

/** As {@link adviseDisk}. */
export const adviseFilesystem: Rule<types.Filesystem> = ({ device, format }, context) => {
  if (format !== 'virtiofs') adviseDevice(device, ['device'], context)
}

/** As {@link adviseDisk}. */
export const adviseLuksDevice: Rule<types.Luks> = ({ device = '' }, context) =>
  adviseDevice(device, ['device'], context)

/** As {@link adviseDisk}, for each device of the array. */
export const adviseRaid: Rule<types.Raid> = ({ devices = [], spares }, context) => {
  for (const [index, device] of devices.entries()) adviseDevice(device, ['devices', index], context)
  if (spares !== undefined && spares >= devices.length && devices.length > 0) {
    const message = `with ${spares} spares, none of the ${devices.length} devices is left for data`
    context.report('raid-spares-too-many', ['spares'], message, 'List more devices, or lower spares')
  }
}

function adviseDevice(device: string, below: readonly (string | number)[], { report }: RuleContext): void {
  if (!UNSTABLE_NAME.test(device)) return
  const message = `${device} may be another disk at the next boot, or on the next machine`
  report('unstable-device-name', below, message, 'Use a name below /dev/disk/by-id or by-path')
}
