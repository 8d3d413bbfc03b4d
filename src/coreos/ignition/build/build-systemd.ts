import type * as types from '../model/types.ts'
import type { IgnitionParts } from './ignition-parts.ts'

/** The units of the parts behind those of the base, and each drop-in with its unit. */
export function buildSystemd({ base, units = [], dropins = [] }: IgnitionParts): types.Systemd {
  const dropinsByUnit = new Map<string, types.Dropin[]>()
  for (const { unit, name, contents } of dropins) {
    const ofUnit = dropinsByUnit.get(unit) ?? []
    dropinsByUnit.set(unit, [...ofUnit, buildText({ name, contents })])
  }
  const listed = [...(base?.systemd?.units ?? []), ...units.map(buildUnit)].map((unit) => {
    const added = dropinsByUnit.get(unit.name)
    dropinsByUnit.delete(unit.name) // a unit that comes twice is refused anyway
    return added ? { ...unit, dropins: [...(unit.dropins ?? []), ...added] } : unit
  })
  const others = [...dropinsByUnit].map(([name, ofUnit]) => ({ name, dropins: ofUnit }))
  return { units: [...listed, ...others] }
}

function buildUnit(unit: types.Unit): types.Unit {
  return { ...buildText(unit), dropins: unit.dropins?.map(buildText) }
}

function buildText<T extends { readonly contents?: string | undefined }>(part: T): T {
  return { ...part, contents: part.contents === undefined ? undefined : terminateText(part.contents) }
}

/** The text with a newline at its end, without which its last line would go on in whatever follows. */
function terminateText(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
