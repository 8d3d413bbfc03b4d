import type { JsonDocument, JsonNode } from '../../../formats/json/index.ts'
import { type Field, fieldsOf, isPlain, type ListField, mayBeNull, type ObjectSchema } from '../model/schema.ts'
import type { SpecVersion } from '../model/versions.ts'

/** Where a value has another type than its field wants. */
export interface TypeFault {
  readonly node: JsonNode
  /** What the field takes: `a string`. */
  readonly wanted: string
}

/** A decoded object, or the first value that doesn't fit. */
export type DecodeResult =
  | { readonly value: Readonly<Record<string, unknown>>; readonly fault?: undefined }
  | { readonly fault: TypeFault }

type Mutable = Record<string, unknown>

const INTEGER = /^-?[0-9]+$/
const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

/**
 * Decodes a JSON value as Go does: keys are matched without regard to case, repeated objects add up, repeated lists lie over
 * the earlier ones element by element, and `null` is nothing.
 */
export function decodeConfig(document: JsonDocument, schema: ObjectSchema, version: SpecVersion): DecodeResult {
  const decoder = new Decoder(document, version)
  const value = decoder.object(document.root, schema, undefined)
  return decoder.fault ? { fault: decoder.fault } : { value: value ?? zeroObject(schema, version) }
}

class Decoder {
  fault: TypeFault | undefined
  readonly #document: JsonDocument
  readonly #version: SpecVersion

  constructor(document: JsonDocument, version: SpecVersion) {
    this.#document = document
    this.#version = version
  }

  object(node: JsonNode, schema: ObjectSchema, earlier: Mutable | undefined): Mutable | undefined {
    const type = this.#document.typeOf(node)
    if (type === 'null') return earlier
    if (type !== 'object') return this.#mismatch(node, 'an object')
    const fields = fieldsOf(schema, this.#version)
    const value = earlier ?? zeroObject(schema, this.#version)
    for (const member of this.#document.members(node)) {
      const name = fields.has(member.key) ? member.key : foldedNames(fields).get(foldCase(member.key))
      const field = name === undefined ? undefined : fields.get(name)
      if (name === undefined || field === undefined) continue
      const decoded = this.#field(member.value, field, value[name])
      if (this.fault) return undefined
      if (decoded === undefined) delete value[name]
      else value[name] = decoded
    }
    return value
  }

  #field(node: JsonNode, field: Field, earlier: unknown): unknown {
    if (field.type === 'object') {
      const isTakenAway = mayBeNull(field, this.#version) && this.#document.typeOf(node) === 'null'
      return isTakenAway ? undefined : this.object(node, field.schema, earlier as Mutable | undefined)
    }
    if (field.type === 'list') return this.#list(node, field, earlier as readonly unknown[] | undefined)
    const type = this.#document.typeOf(node)
    // Go leaves a value alone that can't be absent, and takes away one that can.
    if (type === 'null') return isPlain(field, this.#version) ? earlier : undefined
    switch (field.type) {
      case 'string':
        return type === 'string' ? this.#document.textOf(node) : this.#mismatch(node, 'a string')
      case 'boolean':
        return type === 'boolean' ? this.#document.textOf(node) === 'true' : this.#mismatch(node, 'true or false')
      case 'integer':
        return (
          (type === 'number' ? parseInteger(this.#document.textOf(node)) : undefined) ??
          this.#mismatch(node, 'an integer of at most 64 bits, without fraction or exponent')
        )
    }
  }

  #list(node: JsonNode, field: ListField, earlier: readonly unknown[] | undefined): readonly unknown[] | undefined {
    const type = this.#document.typeOf(node)
    if (type === 'null') return undefined
    if (type !== 'array') return this.#mismatch(node, 'a list')
    const elements: unknown[] = []
    for (const element of this.#document.elements(node)) {
      const before = earlier?.[elements.length]
      elements.push(
        field.items === 'string'
          ? this.#stringElement(element, before as string | undefined)
          : (this.object(element, field.items, before as Mutable | undefined) ??
              zeroObject(field.items, this.#version)),
      )
      if (this.fault) return undefined
    }
    return elements
  }

  #stringElement(node: JsonNode, earlier: string | undefined): string | undefined {
    const type = this.#document.typeOf(node)
    if (type === 'null') return earlier ?? ''
    return type === 'string' ? this.#document.textOf(node) : this.#mismatch(node, 'a string')
  }

  #mismatch(node: JsonNode, wanted: string): undefined {
    this.fault ??= { node, wanted }
  }
}

/** An object of which nothing is given. */
function zeroObject(schema: ObjectSchema, version: SpecVersion): Mutable {
  const value: Mutable = {}
  for (const [name, field] of fieldsOf(schema, version)) {
    if (isPlain(field, version)) value[name] = ''
  }
  return value
}

function parseInteger(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number
  // no longer than the longest 64-bit integer, or the conversion itself would be work without bound
  if (text.length > 20) return undefined
  const integer = BigInt(text)
  return integer >= MIN_INT64 && integer <= MAX_INT64 ? integer : undefined
}

const namesByFields = new WeakMap<ReadonlyMap<string, Field>, ReadonlyMap<string, string>>()

function foldedNames(fields: ReadonlyMap<string, Field>): ReadonlyMap<string, string> {
  let names = namesByFields.get(fields)
  if (!names) {
    names = new Map([...fields.keys()].map((name) => [foldCase(name), name]))
    namesByFields.set(fields, names)
  }
  return names
}

/** The long s and the Kelvin sign are the only letters outside ASCII that fold into it. */
function foldCase(key: string): string {
  return key
    .replaceAll('\u017f', 's')
    .replaceAll('\u212a', 'k')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
