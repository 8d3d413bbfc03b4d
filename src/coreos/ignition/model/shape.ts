import { type Field, fieldsOf, isPlain, type ListField, mayBeNull, type ObjectSchema } from './schema.ts'
import type { SpecVersion } from './versions.ts'

/** A schema as one spec version sees it, worked out once: large configs have objects by the hundred thousand. */
export interface ObjectShape {
  readonly schema: ObjectSchema
  /** In the order in which Ignition walks. */
  readonly fields: ReadonlyMap<string, FieldShape>
  /** The same by their names in lower case. */
  readonly foldedFields: ReadonlyMap<string, FieldShape>
  /** The fields that hold objects, alone or in lists. */
  readonly parts: readonly PartShape[]
  /** The lists in which no key may occur twice. */
  readonly keyedLists: readonly KeyedList[]
  /** What an object has of which nothing is given. */
  readonly zero: Readonly<Record<string, unknown>>
}

/** A list in which no key may occur twice. */
export interface KeyedList {
  readonly name: string
  readonly field: ListField
  /** The lists, itself included, that share a key space. */
  readonly names: readonly string[]
}

/** A field as one spec version sees it. */
export interface FieldShape {
  readonly name: string
  readonly field: Field
  readonly isPlain: boolean
  readonly mayBeNull: boolean
  /** Of the object, or of the elements of the list; absent where values are not objects. */
  readonly shape: ObjectShape | undefined
}

/** A field that holds objects. */
export interface PartShape extends FieldShape {
  readonly shape: ObjectShape
}

const shapesBySchema = new WeakMap<ObjectSchema, Map<SpecVersion, ObjectShape>>()

/** The shape that objects of a schema have in a version. */
export function shapeOf(schema: ObjectSchema, version: SpecVersion): ObjectShape {
  const shapes = shapesBySchema.get(schema) ?? new Map<SpecVersion, ObjectShape>()
  shapesBySchema.set(schema, shapes)
  let shape = shapes.get(version)
  if (!shape) {
    shape = createShape(schema, version)
    shapes.set(version, shape)
  }
  return shape
}

/** The field whose name Go takes for the key: without regard to case. */
export function findFoldedField(shape: ObjectShape, key: string): FieldShape | undefined {
  return shape.foldedFields.get(foldCase(key))
}

function createShape(schema: ObjectSchema, version: SpecVersion): ObjectShape {
  const fields = new Map<string, FieldShape>()
  const keyedLists: KeyedList[] = []
  const keySpaces = new Map<string, string[]>()
  const zero: Record<string, unknown> = {}
  for (const [name, field] of fieldsOf(schema, version)) {
    const below = schemaBelow(field)
    const fieldShape = {
      name,
      field,
      isPlain: isPlain(field, version),
      mayBeNull: field.type === 'object' && mayBeNull(field, version),
      shape: below && shapeOf(below, version),
    }
    fields.set(name, fieldShape)
    if (fieldShape.isPlain) zero[name] = ''
    if (field.type !== 'list' || field.mayRepeat) continue
    const names = keySpaces.get(field.keySpace ?? name) ?? []
    keySpaces.set(field.keySpace ?? name, names)
    names.push(name)
    keyedLists.push({ name, field, names })
  }
  const parts = [...fields.values()].filter((field): field is PartShape => field.shape !== undefined)
  const foldedFields = new Map([...fields.values()].map((field) => [foldCase(field.name), field]))
  return { schema, fields, foldedFields, parts, keyedLists, zero }
}

function schemaBelow(field: Field): ObjectSchema | undefined {
  if (field.type === 'object') return field.schema
  return field.type === 'list' && field.items !== 'string' ? field.items : undefined
}

/** Beyond ASCII, only the long s and the Kelvin sign fold into it. */
function foldCase(key: string): string {
  return key.replace(/[A-Z\u017f\u212a]/g, (letter) => letter.toUpperCase().toLowerCase())
}
