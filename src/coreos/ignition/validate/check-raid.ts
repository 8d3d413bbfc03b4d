import type * as types from '../model/types.ts'
import { checkPath } from './check-path.ts'
import { quote } from './quote.ts'
import type { Rule, RuleContext } from './rule.ts'

/** Levels without redundancy, which no spare device can serve. */
const LEVELS_WITHOUT_SPARES = ['linear', 'raid0', '0', 'stripe']
const LEVELS_WITH_SPARES = [
  ...['raid1', '1', 'mirror'],
  ...['raid4', '4'],
  ...['raid5', '5'],
  ...['raid6', '6'],
  ...['raid10', '10'],
]

/** A software RAID array. */
export const checkRaid: Rule<types.Raid> = (raid, context) => {
  const { devices = [] } = raid
  checkLevel(raid, context)
  if (devices.length === 0) {
    context.report('raid-devices-required', ['devices'], 'the array has no devices', 'Name its devices')
  }
  for (const [index, device] of devices.entries()) checkPath(device, ['devices', index], context)
}

function checkLevel({ level = '', spares = 0 }: types.Raid, { report, isAtLeast }: RuleContext): void {
  const hint = 'Use linear, raid0, raid1, raid4, raid5, raid6 or raid10'
  if (level === '' && isAtLeast('3.3.0')) {
    report('raid-level-required', ['level'], 'the array has no level', hint)
  } else if (LEVELS_WITHOUT_SPARES.includes(level)) {
    if (Number(spares) === 0) return
    const message = `an array of level ${level} has no use for spares, and ${spares} are given`
    report('raid-spares-unsupported', ['level'], message, 'Remove spares, or use another level')
  } else if (!LEVELS_WITH_SPARES.includes(level)) {
    report('raid-level-invalid', ['level'], `there is no RAID level ${quote(level)}`, hint)
  }
}
