import type { IgnitionPath } from '../model/path.ts'
import { configSchema, type ObjectSchema } from '../model/schema.ts'
import { type ObjectShape, shapeOf } from '../model/shape.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'

/** An object of a config, met on a walk. */
export interface VisitedObject {
  readonly schema: ObjectSchema
  readonly shape: ObjectShape
  readonly value: Readonly<Record<string, unknown>>
  /** Good for the time of the visit; whoever keeps it makes a copy. */
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
  const path: (string | number)[] = []
  walkObject(shapeOf(configSchema, version), config as unknown as VisitedObject['value'])

  function walkObject(shape: ObjectShape, value: VisitedObject['value']): void {
    visit({ schema: shape.schema, shape, value, path })
    for (const part of shape.parts) {
      const below = value[part.name]
      if (below === undefined) continue
      path.push(part.name)
      if (Array.isArray(below)) {
        const depth = path.push(0)
        for (const [index, element] of below.entries()) {
          path[depth - 1] = index
          walkObject(part.shape, element)
        }
        path.pop()
      } else walkObject(part.shape, below as VisitedObject['value'])
      path.pop()
    }
  }
}
