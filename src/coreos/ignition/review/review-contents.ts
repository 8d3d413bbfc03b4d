import type { IgnitionPath } from '../model/path.ts'
import type { ObjectName } from '../model/schema.ts'
import type * as types from '../model/types.ts'
import type { ContentsOptions } from '../resource/read-contents.ts'
import { type Purpose, readResource } from '../resource/read-resource.ts'
import type { ConfigProblem, IgnitionFinding } from '../validate/finding.ts'
import { type IgnitionReport, placeProblem } from '../validate/validate-ignition.ts'
import { walkObjects } from '../validate/walk.ts'

/** Configs that are carried inline are looked at with what they refer to. */
const PURPOSES: { readonly [Name in ObjectName]?: Purpose } = {
  authority: 'certificate-authority',
  resource: 'contents',
}

const CHECKED_FIELDS: readonly IgnitionPath[] = [['compression'], ['verification', 'hash']]

/**
 * Looks into the contents that a config carries inline, which Ignition decodes at boot only: what is damaged, has another
 * hash than it should, or is no certificate where one belongs is advice.
 *
 * @returns nothing for a config with errors.
 */
export async function reviewContents(
  { config, text, findings }: IgnitionReport,
  options: ContentsOptions,
): Promise<readonly IgnitionFinding[]> {
  if (!config || !text) return []
  const known = new Set(findings.filter(({ severity }) => severity === 'advice').map(({ path }) => path?.join('.')))
  const problems: ConfigProblem[] = []
  for (const { resource, purpose, path } of inlineResources(config)) {
    // there is advice already on what can be told without the contents
    if (CHECKED_FIELDS.some((field) => known.has([...path, ...field].join('.')))) continue
    const { failures } = await readResource(resource, purpose, options)
    for (const { message } of failures) problems.push({ kind: 'contents-unusable', path: [...path, 'source'], message })
  }
  const hasPositions = !text.document.hasUnrepresentableNumber
  return problems.map((problem) => placeProblem(problem, text, hasPositions))
}

interface InlineResource {
  readonly resource: types.Resource
  readonly purpose: Purpose
  readonly path: IgnitionPath
}

/** The inline contents about which something is said that can be wrong. */
function inlineResources(config: types.IgnitionConfig): readonly InlineResource[] {
  const resources: InlineResource[] = []
  walkObjects(config, config.ignition.version, ({ schema, value, path }) => {
    const purpose = PURPOSES[schema.name]
    const resource = value as types.Resource
    if (purpose === undefined || !resource.source?.startsWith('data:')) return
    const hasClaim =
      purpose !== 'contents' || resource.compression === 'gzip' || resource.verification?.hash !== undefined
    if (hasClaim) resources.push({ resource, purpose, path: [...path] })
  })
  return resources
}
