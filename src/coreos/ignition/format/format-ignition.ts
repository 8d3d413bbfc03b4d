import { configSchema, type Field, isPlain, type ObjectSchema } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'

/** Options of {@link formatIgnition}. */
export interface FormatIgnitionOptions {
  /** Spaces a level; all on one line unless given, as Ignition itself writes. */
  readonly indent?: number | undefined
}

/**
 * Writes a config as JSON, with a newline at the end: the same config always gives the same text. Keys stand in the order in
 * which Ignition writes them. What is absent is left out, and so are empty lists and empty objects, but for elements of
 * lists; the text means what the config means.
 */
export function formatIgnition(config: IgnitionConfig, options: FormatIgnitionOptions = {}): string {
  const writer = new Writer(config.ignition.version, options.indent ?? 0)
  const isEmpty = !writer.object(configSchema, config, 0)
  return `${isEmpty ? '{}' : writer.text()}\n`
}

/** A field as it is written. */
interface WrittenField {
  readonly name: string
  /** `"name":` */
  readonly key: string
  readonly field: Field
  /** Stands for a value that isn't there. */
  readonly zero: string | undefined
}

class Writer {
  readonly #version: SpecVersion
  readonly #indent: number
  readonly #pieces: string[] = []
  readonly #lineStarts: string[] = []
  readonly #fieldsOfSchema = new Map<ObjectSchema, readonly WrittenField[]>()

  constructor(version: SpecVersion, indent: number) {
    this.#version = version
    this.#indent = indent
  }

  text(): string {
    return this.#pieces.join('')
  }

  /** Writes an object unless there is nothing in it, and says whether it has. */
  object(schema: ObjectSchema, value: object, depth: number): boolean {
    const start = this.#pieces.length
    for (const { name, key, field, zero } of this.#fieldsOf(schema)) {
      const inner = (value as Readonly<Record<string, unknown>>)[name] ?? zero
      if (inner === undefined) continue
      const opening = this.#pieces.push(
        `${this.#pieces.length === start ? '{' : ','}${this.#lineStart(depth + 1)}${key}`,
      )
      if (!this.#value(field, inner, depth + 1)) this.#pieces.length = opening - 1
    }
    if (this.#pieces.length === start) return false
    this.#pieces.push(`${this.#lineStart(depth)}}`)
    return true
  }

  #value(field: Field, value: unknown, depth: number): boolean {
    if (field.type === 'object') return this.object(field.schema, value as object, depth)
    if (field.type === 'list') return this.#list(field.items, value as readonly unknown[], depth)
    this.#pieces.push(scalarText(value))
    return true
  }

  #list(items: 'string' | ObjectSchema, elements: readonly unknown[], depth: number): boolean {
    let opening = '['
    for (const element of elements) {
      this.#pieces.push(opening + this.#lineStart(depth + 1))
      opening = ','
      if (items === 'string') this.#pieces.push(scalarText(element))
      else if (!this.object(items, element as object, depth + 1)) this.#pieces.push('{}')
    }
    if (elements.length > 0) this.#pieces.push(`${this.#lineStart(depth)}]`)
    return elements.length > 0
  }

  #lineStart(depth: number): string {
    if (this.#indent === 0) return ''
    this.#lineStarts[depth] ??= `\n${' '.repeat(depth * this.#indent)}`
    return this.#lineStarts[depth]
  }

  /** Fields that later versions brought are among them: what a config has is written. */
  #fieldsOf(schema: ObjectSchema): readonly WrittenField[] {
    let fields = this.#fieldsOfSchema.get(schema)
    if (!fields) {
      fields = [...schema.fields].map(([name, field]) => {
        // What can't be absent is written where the model lacks it, too: Ignition reads it as the zero value either way.
        const zero = isPlain(field, this.#version) ? '' : undefined
        return { name, key: `"${name}":${this.#indent > 0 ? ' ' : ''}`, field, zero }
      })
      this.#fieldsOfSchema.set(schema, fields)
    }
    return fields
  }
}

/** Integers beyond what a number holds exactly are bigints, which JSON.stringify doesn't take. */
function scalarText(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
