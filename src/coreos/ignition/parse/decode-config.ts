import type { JsonDocument, JsonNode, JsonType } from '../../../formats/json/index.ts'
import type { ObjectSchema, ScalarField } from '../model/schema.ts'
import { type FieldShape, findFoldedField, type ObjectShape, shapeOf } from '../model/shape.ts'
import type { Integer } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'

/** Where a value has another type than its field wants. */
export interface TypeFault {
  readonly node: JsonNode
  /** What the field takes: `a string`. */
  readonly wanted: string
}

/** A decoded object, or the first value that doesn't fit. */
export type DecodeResult =
  | {
      readonly value: Readonly<Record<string, unknown>>
      /** Whether each key is exactly one that the version knows, and no `null` stands where an object belongs. */
      readonly isExact: boolean
      readonly fault?: undefined
    }
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
  const decoder = new Decoder(document)
  const shape = shapeOf(schema, version)
  const value = decoder.object(document.root, shape, undefined)
  if (decoder.fault) return { fault: decoder.fault }
  return { value: value ?? { ...shape.zero }, isExact: decoder.isExact }
}

class Decoder {
  fault: TypeFault | undefined
  isExact = true
  readonly #document: JsonDocument

  constructor(document: JsonDocument) {
    this.#document = document
  }

  object(node: JsonNode, shape: ObjectShape, earlier: Mutable | undefined): Mutable | undefined {
    const type = this.#document.typeOf(node)
    if (type === 'null') {
      this.isExact = false
      return earlier
    }
    if (type !== 'object') return this.#mismatch(node, 'an object')
    const value = earlier ?? { ...shape.zero }
    for (const { key, value: member } of this.#document.members(node)) {
      const exactField = shape.fields.get(key)
      if (!exactField) this.isExact = false
      const field = exactField ?? findFoldedField(shape, key)
      if (!field) continue
      const decoded = this.#field(member, field, value[field.name])
      if (this.fault) return undefined
      if (decoded !== undefined) value[field.name] = decoded
      else if (field.name in value) delete value[field.name]
    }
    return value
  }

  #field(node: JsonNode, { field, shape, isPlain, mayBeNull }: FieldShape, earlier: unknown): unknown {
    const type = this.#document.typeOf(node)
    switch (field.type) {
      case 'object':
        return type === 'null' && mayBeNull ? undefined : this.object(node, shape as ObjectShape, earlier as Mutable)
      case 'list':
        return this.#list(node, shape, earlier as readonly unknown[] | undefined)
      default:
        // Go leaves a value alone that can't be absent, and takes away one that can.
        if (type === 'null') return isPlain || field.outlivesNull ? earlier : undefined
        return this.#scalar(node, type, field.type)
    }
  }

  #scalar(node: JsonNode, type: JsonType, wanted: ScalarField['type']): string | boolean | Integer | undefined {
    switch (wanted) {
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

  /** @param shape of the elements; without one they are strings. */
  #list(
    node: JsonNode,
    shape: ObjectShape | undefined,
    earlier: readonly unknown[] | undefined,
  ): readonly unknown[] | undefined {
    const type = this.#document.typeOf(node)
    if (type === 'null') return undefined
    if (type !== 'array') return this.#mismatch(node, 'a list')
    const elements: unknown[] = []
    for (const element of this.#document.elements(node)) {
      const before = earlier?.[elements.length]
      elements.push(
        shape
          ? (this.object(element, shape, before as Mutable | undefined) ?? { ...shape.zero })
          : this.#stringElement(element, before as string | undefined),
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

function parseInteger(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number
  // no longer than the longest 64-bit integer, or the conversion itself would be work without bound
  if (text.length > 20) return undefined
  const integer = BigInt(text)
  return integer >= MIN_INT64 && integer <= MAX_INT64 ? integer : undefined
}
