import type { IgnitionPath } from '../model/path.ts'
import { fieldsOf, type ListField } from '../model/schema.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { VisitedObject } from './walk.ts'

/** Where an element of a list repeats the key of an earlier one. */
export interface Duplicate {
  readonly list: string
  readonly index: number
  /** Path of the first element with the same key, from the object on. */
  readonly earlier: IgnitionPath
}

/** Finds what occurs twice in the lists of one object; lists that share a key space count as one. */
export function findDuplicates({ schema, value }: VisitedObject, version: SpecVersion): readonly Duplicate[] {
  const duplicates: Duplicate[] = []
  const spaces = new Map<string, Map<string, IgnitionPath>>()
  for (const [name, field] of fieldsOf(schema, version)) {
    const elements = value[name]
    if (field.type !== 'list' || field.mayRepeat || elements === undefined) continue
    const space = field.keySpace ?? name
    const seen = spaces.get(space) ?? new Map<string, IgnitionPath>()
    spaces.set(space, seen)
    for (const [index, element] of (elements as readonly unknown[]).entries()) {
      const key = keyOf(field, element)
      const earlier = seen.get(key)
      if (earlier) duplicates.push({ list: name, index, earlier })
      else seen.set(key, [name, index])
    }
  }
  return duplicates
}

/** What tells the element apart from the others of its list: a string itself, or the key of an object. */
export function keyOf(field: ListField, element: unknown): string {
  if (field.items === 'string') return element as string
  return field.items.keyOf?.(element as never) ?? ''
}
