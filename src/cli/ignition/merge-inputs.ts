import { encodeUtf8 } from '../../bytes/index.ts'
import {
  checkIgnitionConfig,
  formatIgnition,
  ignitionErrorOf,
  type MergeFinding,
  mergeIgnitions,
  parseIgnition,
  reviewIgnition,
} from '../../coreos/index.ts'
import type { CommandContext } from '../context.ts'
import { mergeErrorOf, tellMergeFindings } from './merge-findings.ts'
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
  tellMergeFindings(findings.filter(isNew), context)
  const error = mergeErrorOf(
    findings,
    inputs.map(({ name }) => name),
  )
  if (error) throw error
  checkIgnitionConfig(merged, 'the merged config') // what boots is the text
  return merged
}

function identify(name: string, kind: string, path: MergeFinding['path'] = []): string {
  return JSON.stringify([name, kind, ...path])
}
