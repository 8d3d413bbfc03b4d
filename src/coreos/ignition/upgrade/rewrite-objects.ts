import type { IgnitionPath } from '../model/path.ts'
import { configSchema, fieldsOf, type ObjectSchema } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'

/** An object of a config. */
export interface RewrittenObject {
  readonly schema: ObjectSchema
  readonly value: Readonly<Record<string, unknown>>
  readonly path: IgnitionPath
}

/** What an object becomes: another one, or itself. */
export type Rewrite = (object: RewrittenObject) => RewrittenObject['value']

/**
 * Rewrites the objects of a config, each before what it contains, in the order of Ignition's own walk. What stays the same
 * is shared with the original.
 */
export function rewriteObjects(config: IgnitionConfig, version: SpecVersion, rewrite: Rewrite): IgnitionConfig {
  const value = config as unknown as Readonly<Record<string, unknown>>
  return rewriteObject({ schema: configSchema, value, path: [] }, version, rewrite) as unknown as IgnitionConfig
}

function rewriteObject(object: RewrittenObject, version: SpecVersion, rewrite: Rewrite): RewrittenObject['value'] {
  const { schema, path } = object
  const value = rewrite(object)
  let changed: Record<string, unknown> | undefined
  for (const [name, field] of fieldsOf(schema, version)) {
    const before = value[name]
    if (before === undefined || (field.type !== 'object' && field.type !== 'list')) continue
    const after =
      field.type === 'object'
        ? rewriteObject({ schema: field.schema, value: before as never, path: [...path, name] }, version, rewrite)
        : field.items === 'string'
          ? before
          : rewriteElements(field.items, before as never, [...path, name], version, rewrite)
    if (after === before) continue
    changed ??= { ...value }
    changed[name] = after
  }
  return changed ?? value
}

function rewriteElements(
  schema: ObjectSchema,
  elements: readonly RewrittenObject['value'][],
  path: IgnitionPath,
  version: SpecVersion,
  rewrite: Rewrite,
): readonly unknown[] {
  let isChanged = false
  const rewritten = elements.map((value, index) => {
    const after = rewriteObject({ schema, value, path: [...path, index] }, version, rewrite)
    isChanged ||= after !== value
    return after
  })
  return isChanged ? rewritten : elements
}
