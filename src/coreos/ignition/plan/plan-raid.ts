import type * as types from '../model/types.ts'
import { type StepBase, stepBase } from './step.ts'

/** An array that is made, whatever its devices hold. */
export interface RaidStep extends StepBase {
  readonly kind: 'raid'
  readonly name: string
  /** The device node that it gets. */
  readonly device: string
  readonly level: string
  /** Those for data and the spares. */
  readonly devices: readonly string[]
  readonly spareCount: types.Integer
  readonly options: readonly string[]
}

/** The arrays in the order of the config. */
export function planRaid(raid: readonly types.Raid[]): readonly RaidStep[] {
  return raid.map(({ name, level = '', devices = [], spares = 0, options = [] }) => {
    const message = `with ${spares} spares, none of the ${devices.length} devices is left for data`
    return {
      kind: 'raid',
      name,
      device: name.startsWith('/dev') ? name : `/dev/md/${name}`,
      level,
      devices,
      spareCount: spares,
      options,
      ...stepBase('disks', {
        isDestructive: true,
        failures: Number(spares) < devices.length ? [] : [{ kind: 'raid-spares-too-many', message }],
      }),
    }
  })
}
