import type { IgnitionPath } from '../model/path.ts'
import { configSchema, type Field, fieldsOf, type ObjectSchema } from '../model/schema.ts'
import type { SpecVersion } from '../model/versions.ts'

/**
 * The field that a path ends in, in one spec version: it tells whether a key that one version ignores means something in
 * another. `undefined` for what the version doesn't know, and for elements of lists.
 */
export function findField(path: IgnitionPath, version: SpecVersion): Field | undefined {
  let schema: ObjectSchema | undefined = configSchema
  let field: Field | undefined
  for (const step of path) {
    if (typeof step === 'number') {
      schema = field?.type === 'list' && field.items !== 'string' ? field.items : undefined
      field = undefined
    } else {
      field = schema && fieldsOf(schema, version).get(step)
      schema = field?.type === 'object' ? field.schema : undefined
    }
  }
  return field
}
