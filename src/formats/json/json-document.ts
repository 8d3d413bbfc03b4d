import { LOWER_F, LOWER_N, LOWER_T, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './ascii.ts'
import { decodeAscii, decodeString, decodeUtf8Leniently } from './decode-string.ts'
import { ENTRY_LENGTH, endIn, isEncodedIn } from './tape.ts'

/** A value of a document: an index on its tape, of no use with any other document. */
export type JsonNode = number

/** What a value is. */
export type JsonType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

/** One member of an object. */
export interface JsonMember {
  /** What the key says, as {@link JsonDocument.textOf} gives it. */
  readonly key: string
  /** Where the key's opening quote stands. */
  readonly keyOffset: number
  /** Behind the key's closing quote. */
  readonly keyEnd: number
  readonly value: JsonNode
}

/** Lists and objects with more entries get an index when one is looked up. */
const MAX_UNINDEXED_COUNT = 16

/** A sound JSON text with the places of its values. Texts are decoded when they are asked for. */
export class JsonDocument {
  /** The text; nobody may change it. */
  readonly bytes: Uint8Array
  /** The outermost value. */
  readonly root: JsonNode = 0
  /** Whether a number is beyond what a double can hold, as `1e999` is. */
  readonly hasUnrepresentableNumber: boolean

  readonly #words: Int32Array
  readonly #elementsByNode = new Map<JsonNode, Int32Array>()
  readonly #membersByNode = new Map<JsonNode, ReadonlyMap<string, JsonNode>>()

  /** @internal {@link readJson} makes documents. */
  constructor(bytes: Uint8Array, words: Int32Array, hasUnrepresentableNumber: boolean) {
    this.bytes = bytes
    this.#words = words
    this.hasUnrepresentableNumber = hasUnrepresentableNumber
  }

  /** What a value is, by its first byte. */
  typeOf(node: JsonNode): JsonType {
    switch (this.bytes[this.startOf(node)]) {
      case OPEN_BRACE:
        return 'object'
      case OPEN_BRACKET:
        return 'array'
      case QUOTE:
        return 'string'
      case LOWER_T:
      case LOWER_F:
        return 'boolean'
      case LOWER_N:
        return 'null'
      default:
        return 'number'
    }
  }

  /** Offset of the value's first byte. */
  startOf(node: JsonNode): number {
    return this.#words[node] as number
  }

  /** Offset behind the value's last byte. */
  endOf(node: JsonNode): number {
    const word = this.#words[node + 1] as number
    return this.#isContainer(node) ? (this.#words[word - ENTRY_LENGTH] as number) : endIn(word)
  }

  /**
   * What a string says: U+FFFD stands for each byte that isn't UTF-8 and for each lone surrogate. Any other value's text is
   * given as it stands.
   */
  textOf(node: JsonNode): string {
    const start = this.startOf(node)
    const end = this.endOf(node)
    if (this.bytes[start] === QUOTE) return this.#stringAt(node)
    return this.#isContainer(node)
      ? decodeUtf8Leniently(this.bytes.subarray(start, end))
      : decodeAscii(this.bytes, start, end)
  }

  /** The members of an object in text order, repeated keys included. Other values have none. */
  *members(node: JsonNode): Generator<JsonMember, void, undefined> {
    if (this.bytes[this.startOf(node)] !== OPEN_BRACE) return
    const end = this.#closeOf(node)
    let name = node + ENTRY_LENGTH
    while (name < end) {
      const value = name + ENTRY_LENGTH
      const keyOffset = this.startOf(name)
      yield { key: this.#stringAt(name), keyOffset, keyEnd: endIn(this.#words[name + 1] as number), value }
      name = this.#behind(value)
    }
  }

  /** The elements of a list. Other values have none. */
  *elements(node: JsonNode): Generator<JsonNode, void, undefined> {
    if (this.bytes[this.startOf(node)] !== OPEN_BRACKET) return
    const end = this.#closeOf(node)
    for (let element = node + ENTRY_LENGTH; element < end; element = this.#behind(element)) yield element
  }

  /** The value of an object's last member with exactly this key. Large objects are indexed when they are asked first. */
  memberOf(node: JsonNode, key: string): JsonNode | undefined {
    if (this.bytes[this.startOf(node)] !== OPEN_BRACE) return undefined
    if (this.#countOf(node) > MAX_UNINDEXED_COUNT) return this.#indexMembers(node).get(key)
    let found: JsonNode | undefined
    const end = this.#closeOf(node)
    let name = node + ENTRY_LENGTH
    while (name < end) {
      const value = name + ENTRY_LENGTH
      if (this.#isKey(name, key)) found = value
      name = this.#behind(value)
    }
    return found
  }

  /** The element of a list at an index counted from 0. Large lists are indexed when they are asked first. */
  elementAt(node: JsonNode, index: number): JsonNode | undefined {
    if (this.bytes[this.startOf(node)] !== OPEN_BRACKET) return undefined
    if (this.#countOf(node) > MAX_UNINDEXED_COUNT) return this.#indexElements(node)[index]
    let remaining = index
    for (const element of this.elements(node)) if (remaining-- === 0) return element
    return undefined
  }

  #indexMembers(node: JsonNode): ReadonlyMap<string, JsonNode> {
    let index = this.#membersByNode.get(node)
    if (!index) {
      const values = new Map<string, JsonNode>()
      for (const { key, value } of this.members(node)) values.set(key, value)
      index = values
      this.#membersByNode.set(node, index)
    }
    return index
  }

  #indexElements(node: JsonNode): Int32Array {
    let index = this.#elementsByNode.get(node)
    if (!index) {
      index = new Int32Array(this.#countOf(node))
      let count = 0
      for (const element of this.elements(node)) index[count++] = element
      this.#elementsByNode.set(node, index)
    }
    return index
  }

  #isKey(name: number, key: string): boolean {
    const word = this.#words[name + 1] as number
    if (isEncodedIn(word)) return this.#stringAt(name) === key
    const start = this.startOf(name) + 1
    if (endIn(word) - 1 - start !== key.length) return false
    for (let index = 0; index < key.length; index++) {
      if (this.bytes[start + index] !== key.charCodeAt(index)) return false
    }
    return true
  }

  /** The text of a string or a name. */
  #stringAt(entry: number): string {
    const word = this.#words[entry + 1] as number
    const start = this.startOf(entry) + 1
    const end = endIn(word) - 1
    return isEncodedIn(word) ? decodeString(this.bytes.subarray(start, end)) : decodeAscii(this.bytes, start, end)
  }

  #isContainer(node: JsonNode): boolean {
    const byte = this.bytes[this.startOf(node)]
    return byte === OPEN_BRACE || byte === OPEN_BRACKET
  }

  /** Number of elements or members of a list or an object. */
  #countOf(node: JsonNode): number {
    return this.#words[this.#closeOf(node) + 1] as number
  }

  /** Entry of the closing bracket of a list or an object. */
  #closeOf(node: JsonNode): number {
    return (this.#words[node + 1] as number) - ENTRY_LENGTH
  }

  /** Entry behind a value. */
  #behind(node: JsonNode): number {
    return this.#isContainer(node) ? (this.#words[node + 1] as number) : node + ENTRY_LENGTH
  }
}
