import type { Alias, Document, LineCounter, Node, ParsedNode } from 'yaml'

/** A value of a YAML text, before anybody has said what its type should be. */
export type YamlNode = (
  | { readonly kind: 'scalar'; readonly text: string /** Written without quotes. */; readonly isPlain: boolean }
  | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: YamlNode, value: YamlNode])[] }
) & { readonly position: YamlPosition }

/** A place in a text: lines and columns from 1, columns in UTF-16 units as editors count them. */
export interface YamlPosition {
  readonly line: number
  readonly column: number
}

/** Why a text can't be read. */
export interface YamlFault {
  readonly position: YamlPosition
  /** A clause. */
  readonly message: string
}

/** What a text holds: one document, nothing at all, or faults. */
export interface YamlText {
  /** `undefined` for a text without a document. */
  readonly root: YamlNode | undefined
  readonly faults: readonly YamlFault[]
}

/** Bounds on what aliases make of a text: no installer config comes near. */
const MAX_NODE_COUNT = 10_000
const MAX_DEPTH = 32

const START: YamlPosition = { line: 1, column: 1 }

/**
 * Reads a text of one YAML 1.2 document. Scalars stay texts, since whether `3` is a number is for the schema to say. Aliases
 * are followed, up to bounds that stop a text of a few lines from becoming gigabytes.
 *
 * The only file that knows the package `yaml`, which is loaded here when it is first needed.
 */
export async function readYaml(text: string): Promise<YamlText> {
  const yaml = await import('yaml')
  const lines: LineCounter = new yaml.LineCounter()
  const positionAt = (offset: number): YamlPosition => {
    const { line, col } = lines.linePos(offset)
    return line === 0 ? START : { line, column: col }
  }
  const documents = yaml.parseAllDocuments(text, {
    lineCounter: lines,
    logLevel: 'silent',
    prettyErrors: false,
    schema: 'failsafe',
  })
  const [document, second] = documents as Document.Parsed[]
  if (!document) return { root: undefined, faults: [] }
  const errors = (documents as Document.Parsed[]).flatMap(({ errors }) => errors)
  const faults = errors.map(({ message, pos }) => ({ position: positionAt(pos[0]), message: asClause(message) }))
  if (second && faults.length === 0) {
    faults.push({ position: positionAt(second.range[0]), message: 'there is more than one document in the text' })
  }
  if (faults.length > 0 || !document.contents) return { root: undefined, faults }
  try {
    return { root: new Converter(yaml, positionAt).convert(document.contents, 0), faults }
  } catch (error) {
    if (!(error instanceof UnboundedError)) throw error
    return { root: undefined, faults: [{ position: error.position, message: error.message }] }
  }
}

class UnboundedError extends Error {
  readonly position: YamlPosition

  constructor(message: string, position: YamlPosition) {
    super(message)
    this.position = position
  }
}

class Converter {
  readonly #yaml: typeof import('yaml')
  readonly #anchored = new Map<string, Node>()
  readonly #positionAt: (offset: number) => YamlPosition
  #nodeCount = 0

  constructor(yaml: typeof import('yaml'), positionAt: (offset: number) => YamlPosition) {
    this.#yaml = yaml
    this.#positionAt = positionAt
  }

  convert(node: Node, depth: number): YamlNode {
    const { isAlias, isMap, isSeq, isScalar } = this.#yaml
    const position = this.#positionAt((node as ParsedNode).range?.[0] ?? 0)
    this.#nodeCount++
    if (this.#nodeCount > MAX_NODE_COUNT) {
      throw new UnboundedError(
        `the text has more than ${MAX_NODE_COUNT} values once its aliases are followed`,
        position,
      )
    }
    // In document order: an alias means the last node before it, and the package would look through the text for each.
    if ('anchor' in node && node.anchor !== undefined) this.#anchored.set(node.anchor, node)
    if (depth > MAX_DEPTH) throw new UnboundedError(`values are nested more than ${MAX_DEPTH} deep`, position)
    // The value stands where its alias does: that is the line to mend.
    if (isAlias(node)) return { ...this.convert(this.#resolve(node, position), depth + 1), position }
    if (isMap(node)) {
      const entries = node.items.map(
        ({ key, value }) => [this.#child(key, position, depth), this.#child(value, position, depth)] as const,
      )
      return { kind: 'map', entries, position }
    }
    if (isSeq(node)) {
      return { kind: 'list', items: node.items.map((item) => this.#child(item, position, depth)), position }
    }
    const isPlain = isScalar(node) && (node.type === 'PLAIN' || node.type === undefined)
    return { kind: 'scalar', text: isScalar(node) ? String(node.value ?? '') : '', isPlain, position }
  }

  #child(node: unknown, parent: YamlPosition, depth: number): YamlNode {
    if (this.#yaml.isNode(node)) return this.convert(node, depth + 1)
    return { kind: 'scalar', text: '', isPlain: true, position: parent }
  }

  #resolve(alias: Alias, position: YamlPosition): Node {
    const node = this.#anchored.get(alias.source)
    if (!node) throw new UnboundedError(`the alias *${alias.source} has no anchor`, position)
    return node
  }
}

/** The package's messages are sentences; ours stand behind a colon. */
function asClause(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '')
}
