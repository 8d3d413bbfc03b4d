import type { IgnitionPath } from '../model/path.ts'
import { configSchema } from '../model/schema.ts'
import { type ObjectShape, shapeOf } from '../model/shape.ts'
import type { IgnitionConfig } from '../model/types.ts'

type Values = Readonly<Record<string, unknown>>

/** The path of every single value of a config, those in lists included, in the order in which Ignition writes them. */
export function valuePaths(config: IgnitionConfig): readonly IgnitionPath[] {
  const paths: IgnitionPath[] = []
  visitObject(shapeOf(configSchema, config.ignition.version), config as unknown as Values, [])
  return paths

  function visitObject(shape: ObjectShape, values: Values, above: IgnitionPath): void {
    for (const { name, shape: below } of shape.fields.values()) {
      const value = values[name]
      if (value === undefined) continue
      const path = [...above, name]
      if (!Array.isArray(value)) visit(below, value, path)
      else for (const [index, element] of value.entries()) visit(below, element, [...path, index])
    }
  }

  function visit(shape: ObjectShape | undefined, value: unknown, path: IgnitionPath): void {
    if (shape) visitObject(shape, value as Values, path)
    else paths.push(path)
  }
}
