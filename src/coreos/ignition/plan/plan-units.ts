import { encodeUtf8 } from '../../../bytes/index.ts'
import type * as types from '../model/types.ts'
import { type Outcome, outcome } from './outcome.ts'
import { type Failure, type StepBase, stepBase } from './step.ts'
import type { TargetTree } from './target-tree.ts'

/** A file of systemd that is written, in the place of one that is there. */
export interface UnitFile {
  readonly path: string
  readonly byteLength: number
}

/** A unit: its files are written, then it is masked or unmasked. */
export interface UnitStep extends StepBase {
  readonly kind: 'unit'
  readonly name: string
  /** Whether the system brings this unit and the config says nothing about it. */
  readonly isFromBase: boolean
  /** In the order in which they are written. */
  readonly dropins: readonly UnitFile[]
  /** `undefined` when the config has no contents for it. */
  readonly unitFile: UnitFile | undefined
  /** `undefined` leaves it as it is. */
  readonly mask: boolean | undefined
  /** Whether it gets a line among the presets; `undefined` leaves it as it is. */
  readonly enabled: boolean | undefined
}

const UNIT_DIRECTORY = '/etc/systemd/system'

/** The units in the order of the config; those that the system brings come first. */
export function planUnits(
  units: readonly types.Unit[],
  tree: TargetTree,
  isFromConfig: (name: string) => boolean,
): readonly UnitStep[] {
  return units.map((unit) => {
    const { name, contents = '', mask, enabled } = unit
    const path = `${UNIT_DIRECTORY}/${name}`
    const dropins = (unit.dropins ?? []).flatMap((dropin) =>
      dropin.contents === undefined ? [] : [unitFile(`${path}.d/${dropin.name}`, dropin.contents)],
    )
    const file = contents === '' ? undefined : unitFile(path, contents)
    return {
      kind: 'unit',
      name,
      isFromBase: !isFromConfig(name),
      dropins,
      unitFile: file,
      mask,
      enabled,
      ...stepBase('files', {
        outcomes: unitOutcomes(unit),
        isDestructive: mask === true,
        failures: [...dropins, ...(file ? [file] : [])].flatMap((each) => placeFile(each, tree)),
        notes: file && mask ? ['the unit file is removed again, since the unit is masked'] : [],
      }),
    }
  })
}

function unitFile(path: string, contents: string): UnitFile {
  return { path, byteLength: encodeUtf8(contents).byteLength }
}

/** Whatever files were there are replaced; what else there is, is in the way. */
function placeFile({ path }: UnitFile, tree: TargetTree): readonly Failure[] {
  const { obstacle } = tree.makeParents(path)
  if (obstacle !== undefined) {
    const message = `${obstacle} is a ${tree.at(obstacle)?.type} by then, not a directory`
    return [{ kind: 'path-below-non-directory', message }]
  }
  if (tree.at(path)?.type !== 'directory') return []
  return [{ kind: 'path-occupied', message: `${path} is a directory by then` }]
}

function unitOutcomes({ name, mask, enabled }: types.Unit): readonly Outcome[] {
  return [
    ...(mask === false ? [outcome('unit-masked', 'change', name), outcome('unit-not-masked', 'keep', name)] : []),
    ...(enabled === false ? [outcome('unit-enabled', 'change', name), outcome('unit-not-enabled', 'keep', name)] : []),
  ]
}
