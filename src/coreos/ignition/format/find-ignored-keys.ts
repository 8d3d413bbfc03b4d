import type { JsonNode } from '../../../formats/json/index.ts'
import type { IgnitionPath } from '../model/path.ts'
import { configSchema } from '../model/schema.ts'
import { findFoldedField, type ObjectShape, shapeOf } from '../model/shape.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { ConfigText } from '../parse/config-text.ts'
import type { ByteSpan } from '../validate/finding.ts'

/** A key of a text that is in no config made of it. */
export interface IgnoredKey {
  /** Known keys in their right case. */
  readonly path: IgnitionPath
  /** Of the key. */
  readonly span: ByteSpan
}

/**
 * Finds everything that gets lost when a text is read and written again: keys that its version doesn't know. Unlike the
 * warnings of Ignition's validator, this looks below keys in another case, and at every one of repeated keys.
 *
 * @param text a config without type errors.
 */
export function findIgnoredKeys({ document }: ConfigText, version: SpecVersion): readonly IgnoredKey[] {
  const found: IgnoredKey[] = []
  visitObject(document.root, shapeOf(configSchema, version), [])
  return found

  function visitObject(node: JsonNode, shape: ObjectShape, path: IgnitionPath): void {
    if (document.typeOf(node) !== 'object') return
    for (const { key, keyOffset, keyEnd, value } of document.members(node)) {
      const field = shape.fields.get(key) ?? findFoldedField(shape, key)
      const below = [...path, field?.name ?? key]
      if (!field) found.push({ path: below, span: { start: keyOffset, end: keyEnd } })
      else if (field.shape && field.field.type === 'object') visitObject(value, field.shape, below)
      else if (field.shape && document.typeOf(value) === 'array') {
        let index = 0
        for (const element of document.elements(value)) visitObject(element, field.shape, [...below, index++])
      }
    }
  }
}
