import { encodeUtf8 } from '../bytes/index.ts'
import {
  checkIgnitionConfig,
  formatIgnition,
  formatIgnitionPath,
  ignitionErrorOf,
  type MergeFinding,
  mergeIgnitions,
  parseIgnition,
  reviewIgnition,
} from '../coreos/index.ts'
import { FormatError } from '../errors.ts'
import type { CommandContext } from './context.ts'
import { mergeFindingToJson, presentMergeFinding } from './ignition-report/present-merge.ts'
import type { IgnitionInput } from './read-ignition-input.ts'

/**
 * Merges configs as the booting system would, into the text of one. What the merged config is refused or warned for, and
 * none of its parts was, is told with the places that it comes from.
 *
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function mergeInputs(
  inputs: readonly IgnitionInput[],
  context: CommandContext,
  { noValidate }: { readonly noValidate: boolean },
): Promise<Uint8Array> {
  const known = new Set<string>()
  const parts = inputs.map(({ name, bytes }) => {
    const { config, text, findings } = parseIgnition(bytes)
    if (!config || !text) throw ignitionErrorOf(findings, bytes, name)
    const review = noValidate ? [] : reviewIgnition(bytes).findings
    for (const { kind, path = [] } of review) known.add(identify(name, kind, path))
    return { name, config, text }
  })
  const { config, findings } = mergeIgnitions(parts)
  const merged = encodeUtf8(formatIgnition(config))
  if (noValidate) return merged

  const isNew = ({ kind, origins }: MergeFinding): boolean =>
    !origins.some(({ input, path }) => known.has(identify(input.name, kind, path)))
  for (const finding of findings.filter(isNew)) {
    context.report({ finding: mergeFindingToJson(finding) }, (paint) => `${presentMergeFinding(finding, paint)}\n`)
  }
  const error = findings.find(({ severity }) => severity === 'error')
  if (error) throw refused(inputs, error)
  checkIgnitionConfig(merged, 'the merged config') // what boots is the text
  return merged
}

function identify(name: string, kind: string, path: MergeFinding['path'] = []): string {
  return JSON.stringify([name, kind, ...path])
}

function refused(inputs: readonly IgnitionInput[], { path, message, hint }: MergeFinding): FormatError {
  const names = inputs.map(({ name }) => name).join(', ')
  const place = path ? ` (${formatIgnitionPath(path)})` : ''
  return new FormatError('IGNITION_INVALID', `Cannot use ${names} merged into one${place}: ${message}`, {
    ...(hint !== undefined && { hint }),
  })
}
