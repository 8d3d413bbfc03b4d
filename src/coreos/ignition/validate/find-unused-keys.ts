import type { JsonNode } from '../../../formats/json/index.ts'
import type { IgnitionPath } from '../model/path.ts'
import { configSchema, fieldsOf, mayBeNull, type ObjectSchema } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { ConfigText } from '../parse/config-text.ts'
import type { ByteSpan } from './finding.ts'

/** A key that Ignition passes over, or a value that is no object where one belongs. */
export interface UnusedKey {
  readonly kind: 'unused-key' | 'tree-mismatch'
  readonly path: IgnitionPath
  readonly span: ByteSpan
  /** The field that is meant, when the key differs from it only in case. */
  readonly field: string | undefined
}

interface Visit {
  readonly node: JsonNode
  readonly schema: ObjectSchema
  /** The decoded object; `undefined` where the text has `null`. */
  readonly value: Readonly<Record<string, unknown>> | undefined
  readonly path: IgnitionPath
}

/**
 * Finds the keys of a text that mean nothing in its spec version. Only what stands under keys in their right case is
 * looked at, and the last of repeated keys: Ignition doesn't look elsewhere.
 */
export function findUnusedKeys(config: IgnitionConfig, version: SpecVersion, text: ConfigText): readonly UnusedKey[] {
  const found: UnusedKey[] = []
  visitObject({
    node: text.document.root,
    schema: configSchema,
    value: config as unknown as Record<string, unknown>,
    path: [],
  })
  return found

  function visitObject({ node, schema, value, path }: Visit): void {
    const { document } = text
    if (document.typeOf(node) !== 'object') {
      found.push({ kind: 'tree-mismatch', path, span: text.placeOfNode(node).span, field: undefined })
      return
    }
    const fields = fieldsOf(schema, version)
    const members = new Map<string, { readonly keyOffset: number; readonly keyEnd: number; readonly node: JsonNode }>()
    for (const { key, keyOffset, keyEnd, value: member } of document.members(node)) {
      members.set(key, { keyOffset, keyEnd, node: member })
    }
    for (const [key, { keyOffset, keyEnd }] of members) {
      if (fields.has(key)) continue
      const field = [...fields.keys()].find((name) => name.toLowerCase() === key.toLowerCase())
      found.push({ kind: 'unused-key', path: [...path, key], span: { start: keyOffset, end: keyEnd }, field })
    }
    for (const [name, field] of fields) {
      const member = members.get(name)
      if (!member || (field.type !== 'object' && field.type !== 'list')) continue
      const below = value?.[name]
      if (field.type === 'object') {
        if (below === undefined && mayBeNull(field, version)) continue
        const object = below as Visit['value']
        visitObject({ node: member.node, schema: field.schema, value: object, path: [...path, name] })
      } else if (field.items !== 'string' && document.typeOf(member.node) === 'array') {
        const elements = (below ?? []) as readonly Record<string, unknown>[]
        let index = 0
        for (const element of document.elements(member.node)) {
          // a repeat of the key in another case may have made the list shorter
          if (index >= elements.length) break
          visitObject({ node: element, schema: field.items, value: elements[index], path: [...path, name, index] })
          index++
        }
      }
    }
  }
}
