import { type JsonDocument, type JsonNode, LineIndex } from '../../../formats/json/index.ts'
import type { IgnitionPath } from '../model/path.ts'
import type { BytePosition, ByteSpan } from '../validate/finding.ts'

/** Where something stands in a text. */
export interface ConfigPlace {
  /** As Ignition's validator prints it: just inside the bracket of an object or a list; `0:0` behind the end. */
  readonly position: BytePosition
  readonly span: ByteSpan
}

/** What Ignition's validator prints for a position behind the end of the text. */
export const BEHIND_THE_END: BytePosition = { line: 0, column: 0 }

/** The text of a config, which knows where each value stands. */
export class ConfigText {
  readonly bytes: Uint8Array
  readonly document: JsonDocument
  readonly #lines: LineIndex

  constructor(document: JsonDocument) {
    this.bytes = document.bytes
    this.document = document
    this.#lines = new LineIndex(document.bytes)
  }

  /** The line and column of a byte, both from 1. */
  positionAt(offset: number): BytePosition {
    return this.#lines.positionAt(offset)
  }

  /** As {@link positionAt}, and `0:0` from the end of the text on. */
  reportedPositionAt(offset: number): BytePosition {
    return offset < this.bytes.byteLength ? this.positionAt(offset) : BEHIND_THE_END
  }

  /** The JSON value at exactly this path, the last one where keys repeat. */
  find(path: IgnitionPath): JsonNode | undefined {
    let node: JsonNode | undefined = this.document.root
    for (const step of path) {
      if (node === undefined) return undefined
      node = this.#step(node, step)
    }
    return node
  }

  /** The place of the value at the path, or of its nearest ancestor that is in the text. */
  placeOf(path: IgnitionPath): ConfigPlace {
    let nearest = this.document.root
    for (const step of path) {
      const next = this.#step(nearest, step)
      if (next === undefined) break
      nearest = next
    }
    return this.placeOfNode(nearest)
  }

  /** The place of a JSON value. */
  placeOfNode(node: JsonNode): ConfigPlace {
    const type = this.document.typeOf(node)
    const start = this.document.startOf(node)
    const isContainer = type === 'object' || type === 'array'
    return {
      position: this.positionAt(isContainer ? start + 1 : start),
      span: { start, end: isContainer ? start + 1 : this.document.endOf(node) },
    }
  }

  #step(node: JsonNode, step: string | number): JsonNode | undefined {
    const type = this.document.typeOf(node)
    if (typeof step === 'number') return type === 'array' ? this.document.elementAt(node, step) : undefined
    return type === 'object' ? this.document.memberOf(node, step) : undefined
  }
}
