import type { ValueOrigin } from '../merge/lineage.ts'
import type { FollowOptions } from '../merge/load-references.ts'
import type { MergeFinding } from '../merge/merge-finding.ts'
import { renderIgnition } from '../merge/render-ignition.ts'
import { formatIgnitionPath } from '../model/path.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import { type IgnitionReport, placeProblem } from '../validate/validate-ignition.ts'

/**
 * Looks into the configs that a config carries inline, which Ignition reads at boot only: what is refused in them, and in
 * what they are merged into, is advice at the reference.
 *
 * @returns nothing for a config with errors, and for one without inline references.
 */
export async function reviewReferences(
  { config, text }: IgnitionReport,
  options: FollowOptions,
): Promise<readonly IgnitionFinding[]> {
  const { merge = [], replace } = config?.ignition.config ?? {}
  if (!config || !text || ![...merge, replace].some((reference) => reference?.source?.startsWith('data:'))) return []
  const { findings } = await renderIgnition([{ name: '', config, text }], options)
  const hasPositions = !text.document.hasUnrepresentableNumber
  return findings
    .filter(({ severity }) => severity === 'error')
    .map((finding) => placeProblem(describeRefusal(finding), text, hasPositions))
}

/** Told at the reference, in the config that was given, through which the refused value comes. */
function describeRefusal({ origins, message, hint }: MergeFinding): Parameters<typeof placeProblem>[0] {
  const place = origins.at(-1)
  if (!place) return { kind: 'refused-at-boot', path: [], message: `merged with what it refers to: ${message}`, hint }
  let top: ValueOrigin = place
  while (top.input.via) top = top.input.via
  const inside = top === place ? '' : `in the config that it carries, ${formatIgnitionPath(place.path)}: `
  return { kind: 'refused-at-boot', path: top.path, message: `${inside}${message}`, hint }
}
