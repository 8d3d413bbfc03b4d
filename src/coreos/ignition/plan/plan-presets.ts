import type * as types from '../model/types.ts'
import { outcome } from './outcome.ts'
import { type StepBase, stepBase } from './step.ts'

/** A line of the presets, as it is written. */
export interface PresetLine {
  readonly text: string
  /** A unit is only disabled when the target has it enabled; without that there is no line. */
  readonly isConditional: boolean
}

/** What systemd is told to enable and disable at its first start; it is what makes and removes the links. */
export interface PresetsStep extends StepBase {
  readonly kind: 'presets'
  readonly path: string
  readonly lines: readonly PresetLine[]
}

const PRESET_PATH = '/etc/systemd/system-preset/20-ignition.preset'

interface Preset {
  readonly unit: string
  readonly isEnabled: boolean
  readonly instances: string[]
}

/** The lines in the order of the units' names, with the instances of a template in one line. */
export function planPresets(units: readonly types.Unit[]): readonly PresetsStep[] {
  const presets = new Map<string, Preset>()
  for (const { name, enabled } of units) {
    if (enabled === undefined) continue
    const { unit, instance } = splitInstance(name)
    const key = `${unit}-${enabled ? 'enabled' : 'disabled'}`
    const preset = presets.get(key) ?? { unit, isEnabled: enabled, instances: [] }
    presets.set(key, preset)
    if (instance !== '') preset.instances.push(instance)
  }
  if (presets.size === 0) return []
  const lines = [...presets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { unit, isEnabled, instances }]) => ({
      text: [isEnabled ? 'enable' : 'disable', unit, ...instances].join(' '),
      isConditional: !isEnabled,
    }))
  return [{ kind: 'presets', path: PRESET_PATH, lines, ...stepBase('files', { outcomes: presetOutcomes(lines) }) }]
}

/** `a@b.service` is the instance `b` of `a@.service`. */
function splitInstance(name: string): { readonly unit: string; readonly instance: string } {
  const at = name.indexOf('@')
  const dot = name.lastIndexOf('.')
  if (at < 0 || dot < at) return { unit: name, instance: '' }
  return { unit: name.slice(0, at + 1) + name.slice(dot), instance: name.slice(at + 1, dot) }
}

function presetOutcomes(lines: readonly PresetLine[]): PresetsStep['outcomes'] {
  if (lines.every(({ isConditional }) => !isConditional)) return []
  const what = 'a unit to disable'
  return [outcome('unit-enabled', 'change', what), outcome('unit-not-enabled', 'nothing', what)]
}
