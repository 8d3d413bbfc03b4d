import type * as types from '../model/types.ts'
import { quote } from './quote.ts'
import type { Rule } from './rule.ts'

/** Where Ignition writes units. */
const UNIT_DIRECTORY = '/etc/systemd/system/'

/** What concerns storage and systemd: files, directories and links in the places of units and drop-ins. */
export const checkConfig: Rule<types.IgnitionConfig> = ({ storage = {}, systemd = {} }, { report }) => {
  const units = systemd.units ?? []
  const unitPaths = new Set<string>()
  for (const { name, contents, dropins = [] } of units) {
    if (contents) unitPaths.add(UNIT_DIRECTORY + name)
    for (const dropin of dropins) {
      if (dropin.contents) unitPaths.add(`${UNIT_DIRECTORY + name}.d/${dropin.name}`)
    }
  }
  if (unitPaths.size === 0) return
  for (const list of ['files', 'directories', 'links'] as const) {
    for (const [index, { path }] of (storage[list] ?? []).entries()) {
      if (!unitPaths.has(path)) continue
      const message = `a unit or drop-in of systemd.units is written to ${quote(path)} as well`
      report('path-conflicts-with-unit', ['storage', list, index, 'path'], message, 'Keep one of them')
    }
  }
}
