import { formatSize } from '../format-size.ts'
import { joinFacts, type StepOf, type StepText } from './step-text.ts'

/** A unit, with the files that are written for it. */
export function wordUnit({ name, isFromBase, dropins, unitFile, mask, enabled }: StepOf<'unit'>): StepText {
  const state = joinFacts([
    mask === true && 'masked',
    mask === false && 'unmasked',
    enabled === true && 'enabled',
    enabled === false && 'disabled',
  ])
  const files = [...dropins, ...(unitFile ? [unitFile] : [])]
  return {
    line: joinFacts([isFromBase ? `${name} (of the system itself)` : name, state]),
    facts: files.map(({ path, byteLength }) => `writes ${path} (${formatSize(byteLength)})`),
  }
}

/** The presets. */
export function wordPresets({ path, lines }: StepOf<'presets'>): StepText {
  return {
    line: path,
    facts: lines.map(({ text }) => text),
  }
}

/** The crypttab. */
export function wordCrypttab({ path, mode, lines }: StepOf<'crypttab'>): StepText {
  return {
    line: `${path} (${mode})`,
    facts: lines.map(({ name, uuid = '(of the volume)', keyFile, options }) =>
      [name, `UUID=${uuid}`, keyFile, options].join(' '),
    ),
  }
}
