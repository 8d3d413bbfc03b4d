import type { IgnitionPath } from '../model/path.ts'
import type { ListField } from '../model/schema.ts'
import type { VisitedObject } from './walk.ts'

/** Where an element of a list repeats the key of an earlier one. */
export interface Duplicate {
  readonly list: string
  readonly index: number
  /** Path of the first element with the same key, from the object on. */
  readonly earlier: IgnitionPath
}

/** Finds what occurs twice in the lists of one object; lists that share a key space count as one. */
export function findDuplicates({ shape, value }: VisitedObject): readonly Duplicate[] {
  const duplicates: Duplicate[] = []
  const spaces = new Map<readonly string[], KeySpace>()
  for (const { name: list, field, names } of shape.keyedLists) {
    const elements = (value[list] ?? []) as readonly unknown[]
    if (elements.length < 2 && names.length === 1) continue
    const space = spaces.get(names) ?? { seen: new Map(), count: 0 }
    spaces.set(names, space)
    for (const [index, element] of elements.entries()) {
      const key = keyOf(field, element)
      const earlier = space.seen.get(key)
      if (earlier === undefined) space.seen.set(key, space.count)
      else duplicates.push({ list, index, earlier: placeOf(earlier, names, value) })
      space.count++
    }
  }
  return duplicates
}

/** What tells the element apart from the others of its list: a string itself, or the key of an object. */
export function keyOf(field: ListField, element: unknown): string {
  if (field.items === 'string') return element as string
  return field.items.keyOf?.(element as never) ?? ''
}

/** The keys of lists that count as one. */
interface KeySpace {
  /** How many elements, of all the lists, come before the first one with this key. */
  readonly seen: Map<string, number>
  count: number
}

/** The list and the index of an element that is counted through several lists. */
function placeOf(count: number, names: readonly string[], value: VisitedObject['value']): IgnitionPath {
  let index = count
  for (const list of names) {
    const { length } = (value[list] ?? []) as readonly unknown[]
    if (index < length) return [list, index]
    index -= length
  }
  return []
}
