import type { JsonMember, JsonNode } from '../../../formats/json/index.ts'
import type { IgnitionPath } from '../model/path.ts'
import { configSchema } from '../model/schema.ts'
import { findFoldedField, type ObjectShape, shapeOf } from '../model/shape.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { ConfigText } from '../parse/config-text.ts'
import type { ByteSpan } from './finding.ts'
import { MAX_PROBLEM_COUNT } from './problem-list.ts'

/** A key that Ignition passes over, or a value that is no object where one belongs. */
export interface UnusedKey {
  readonly kind: 'unused-key' | 'tree-mismatch'
  readonly path: IgnitionPath
  readonly span: ByteSpan
  /** The field that is meant, when the key differs from it only in case. */
  readonly field: string | undefined
  /** The later version that knows the key. */
  readonly since: SpecVersion | undefined
}

/** The first of them, and how many more there are. */
export interface UnusedKeys {
  readonly keys: readonly UnusedKey[]
  readonly omittedCount: number
}

/** A decoded object; `undefined` where the text has `null`. */
type DecodedObject = Readonly<Record<string, unknown>> | undefined

/**
 * Finds the keys of a text that mean nothing in its spec version. Only what stands under keys in their right case is
 * looked at, and the last of repeated keys: Ignition doesn't look elsewhere.
 */
export function findUnusedKeys(config: IgnitionConfig, version: SpecVersion, text: ConfigText): UnusedKeys {
  const { document } = text
  const keys: UnusedKey[] = []
  let omittedCount = 0
  const path: (string | number)[] = []
  visitObject(document.root, shapeOf(configSchema, version), config as unknown as DecodedObject)
  return { keys, omittedCount }

  function visitObject(node: JsonNode, shape: ObjectShape, value: DecodedObject): void {
    if (document.typeOf(node) !== 'object') {
      const { span } = text.placeOfNode(node)
      add({ kind: 'tree-mismatch', path: [...path], span, field: undefined, since: undefined })
      return
    }
    let unknown: Map<string, JsonMember> | undefined
    for (const member of document.members(node)) {
      if (shape.fields.has(member.key)) continue
      unknown ??= new Map()
      if (unknown.size < MAX_PROBLEM_COUNT) unknown.set(member.key, member)
      else omittedCount++
    }
    for (const [key, { keyOffset, keyEnd }] of unknown ?? []) {
      const span = { start: keyOffset, end: keyEnd }
      const field = findFoldedField(shape, key)?.name
      add({ kind: 'unused-key', path: [...path, key], span, field, since: shape.schema.fields.get(key)?.since })
    }
    for (const part of shape.parts) {
      const below = value?.[part.name]
      const member = document.memberOf(node, part.name)
      if (member === undefined || (below === undefined && part.mayBeNull)) continue
      path.push(part.name)
      if (part.field.type === 'object') visitObject(member, part.shape, below as DecodedObject)
      else visitList(member, part.shape, (below ?? []) as readonly DecodedObject[])
      path.pop()
    }
  }

  function add(key: UnusedKey): void {
    if (keys.length < MAX_PROBLEM_COUNT) keys.push(key)
    else omittedCount++
  }

  function visitList(node: JsonNode, shape: ObjectShape, values: readonly DecodedObject[]): void {
    let index = 0
    for (const element of document.elements(node)) {
      // a repeat of the key in another case may have made the list shorter
      if (index >= values.length) break
      path.push(index)
      visitObject(element, shape, values[index])
      path.pop()
      index++
    }
  }
}
