import type { IgnitionPath } from '../model/path.ts'
import { configSchema, type ListField } from '../model/schema.ts'
import { type FieldShape, type ObjectShape, shapeOf } from '../model/shape.ts'
import type * as types from '../model/types.ts'
import { keyOf } from '../validate/find-duplicates.ts'

/** Where the elements of a merged list come from: of each one its index in the parent's and in the child's list, or -1. */
export interface ListOrigin {
  readonly parent: readonly number[]
  readonly child: readonly number[]
}

/** An entry of the parent that is gone because the child has its key in another list. */
export interface Replacement {
  /** Of the entry in the parent. */
  readonly parent: IgnitionPath
  /** Of the one in the child that takes its place. */
  readonly child: IgnitionPath
  readonly key: string
}

/** Two configs in one. */
export interface MergedPair {
  readonly config: types.IgnitionConfig
  /** The lists that were put together; every other one is the list of one side. */
  readonly lists: ReadonlyMap<readonly unknown[], ListOrigin>
  readonly replacements: readonly Replacement[]
}

type Values = Readonly<Record<string, unknown>>

interface Sides {
  readonly parent: Values
  readonly child: Values
  /** Of the two objects, which are at the same place unless they are elements of a list. */
  readonly path: IgnitionPath
}

/** Where the child has each key, in lists that share a key space. */
type ChildKeys = ReadonlyMap<string, readonly [list: string, index: number]>

/**
 * Merges two configs of the same version as Ignition does, and validates nothing. What only one side has is shared with it.
 * Of elements of the child with the same key, which no valid config has, the last one counts.
 */
export function mergePair(parent: types.IgnitionConfig, child: types.IgnitionConfig): MergedPair {
  const merger = new PairMerger()
  const sides = { parent: parent as unknown as Values, child: child as unknown as Values, path: [] }
  const config = merger.object(shapeOf(configSchema, child.ignition.version), sides)
  return { config: config as unknown as types.IgnitionConfig, lists: merger.lists, replacements: merger.replacements }
}

class PairMerger {
  readonly lists = new Map<readonly unknown[], ListOrigin>()
  readonly replacements: Replacement[] = []

  object(shape: ObjectShape, sides: Sides): Values {
    const merged: Record<string, unknown> = {}
    for (const field of shape.fields.values()) {
      const value = this.#field(field, sides)
      if (value !== undefined) merged[field.name] = value
    }
    const spaces = new Map<readonly string[], ChildKeys>()
    for (const { name, names } of shape.keyedLists) {
      const keys = spaces.get(names) ?? keysOf(shape, names, sides.child)
      spaces.set(names, keys)
      const value = this.#keyedList(shape.fields.get(name) as FieldShape, keys, sides)
      if (value !== undefined) merged[name] = value
    }
    return merged
  }

  /** Any field but a list with keys. */
  #field({ name, field, shape, isPlain }: FieldShape, sides: Sides): unknown {
    const [parent, child] = [sides.parent[name], sides.child[name]]
    if (field.type === 'list') return field.mayRepeat ? this.#appended(sides, name) : undefined
    if (isPlain) return child ?? ''
    if (parent === undefined || child === undefined) return child ?? parent
    if (shape === undefined) return child
    return this.object(shape, { parent: parent as Values, child: child as Values, path: [...sides.path, name] })
  }

  #appended({ parent, child }: Sides, name: string): readonly unknown[] | undefined {
    const [first, second] = [listOf(parent, name), listOf(child, name)]
    if (!first?.length || !second?.length) return first?.length ? first : (second ?? first)
    const merged = new MergedList()
    for (const [index, element] of first.entries()) merged.add(element, index, -1)
    for (const [index, element] of second.entries()) merged.add(element, -1, index)
    return this.#record(merged)
  }

  #keyedList({ name, field, shape }: FieldShape, keys: ChildKeys, sides: Sides): readonly unknown[] | undefined {
    const [parent, child] = [listOf(sides.parent, name), listOf(sides.child, name)]
    if (!parent?.length) return child ?? parent
    if (keys.size === 0) return parent
    const listField = field as ListField
    const merged = new MergedList()
    const parentKeys = new Set<string>()
    for (const [index, element] of parent.entries()) {
      const key = keyOf(listField, element)
      parentKeys.add(key)
      const [list, childIndex] = keys.get(key) ?? []
      if (list === undefined || childIndex === undefined) merged.add(element, index, -1)
      else if (list === name) {
        const match = child?.[childIndex]
        if (shape === undefined) merged.add(match, index, childIndex)
        else if (!isDeletion(shape, match as Values)) {
          const pair = { parent: element as Values, child: match as Values, path: [...sides.path, name, index] }
          merged.add(this.object(shape, pair), index, childIndex)
        }
      } else {
        const places = { parent: [...sides.path, name, index], child: [...sides.path, list, childIndex] }
        this.replacements.push({ ...places, key })
      }
    }
    for (const [index, element] of (child ?? []).entries()) {
      if (!parentKeys.has(keyOf(listField, element))) merged.add(element, -1, index)
    }
    return this.#record(merged)
  }

  #record({ elements, parent, child }: MergedList): readonly unknown[] {
    this.lists.set(elements, { parent, child })
    return elements
  }
}

/** A list in the making. */
class MergedList implements ListOrigin {
  readonly elements: unknown[] = []
  readonly parent: number[] = []
  readonly child: number[] = []

  add(element: unknown, parentIndex: number, childIndex: number): void {
    this.elements.push(element)
    this.parent.push(parentIndex)
    this.child.push(childIndex)
  }
}

function keysOf(shape: ObjectShape, names: readonly string[], child: Values): ChildKeys {
  const keys = new Map<string, readonly [string, number]>()
  for (const name of names) {
    const field = shape.fields.get(name)?.field as ListField
    for (const [index, element] of (listOf(child, name) ?? []).entries()) {
      keys.set(keyOf(field, element), [name, index])
    }
  }
  return keys
}

/** A header without a value takes the parent's header away. */
function isDeletion({ schema }: ObjectShape, { value }: Values): boolean {
  return schema.name === 'header' && value === undefined
}

function listOf(values: Values, name: string): readonly unknown[] | undefined {
  return values[name] as readonly unknown[] | undefined
}
