import type { IgnitionPath } from '../model/path.ts'
import { configSchema, fieldsOf, type ObjectSchema } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'

/** An object of a config, met on a walk. */
export interface VisitedObject {
  readonly schema: ObjectSchema
  readonly value: Readonly<Record<string, unknown>>
  readonly path: IgnitionPath
}

/**
 * Visits every object of the config, each before what it contains, in the order of Ignition's own walk: fields in the
 * order of the schema, lists by index. Absent objects are left out.
 */
export function walkObjects(
  config: IgnitionConfig,
  version: SpecVersion,
  visit: (object: VisitedObject) => void,
): void {
  walkObject({ schema: configSchema, value: config as unknown as Record<string, unknown>, path: [] }, version, visit)
}

function walkObject(object: VisitedObject, version: SpecVersion, visit: (object: VisitedObject) => void): void {
  visit(object)
  for (const [name, field] of fieldsOf(object.schema, version)) {
    const value = object.value[name]
    if (value === undefined) continue
    const path = [...object.path, name]
    if (field.type === 'object') {
      walkObject({ schema: field.schema, value: value as Record<string, unknown>, path }, version, visit)
    } else if (field.type === 'list' && field.items !== 'string') {
      for (const [index, element] of (value as readonly Record<string, unknown>[]).entries()) {
        walkObject({ schema: field.items, value: element, path: [...path, index] }, version, visit)
      }
    }
  }
}
