/**
 * JSON as it may be written, beyond what a value can hold: repeated keys, tokens of any spelling, members in any order.
 * Mutations work on it before it becomes text.
 */
export type JsonTree =
  | { readonly type: 'token'; readonly text: string }
  | { readonly type: 'list'; readonly elements: readonly JsonTree[] }
  | { readonly type: 'object'; readonly members: readonly JsonMember[] }

/** One member of an object. */
export interface JsonMember {
  readonly key: string
  readonly value: JsonTree
}

/** Steps from a tree down to one of its parts: positions of members and elements. */
export type TreePath = readonly number[]

/** A token as it stands in the text. */
export function token(text: string): JsonTree {
  return { type: 'token', text }
}

/** The tree of a value; members that are `undefined` are left out. */
export function treeOf(value: unknown): JsonTree {
  if (Array.isArray(value)) return { type: 'list', elements: value.map(treeOf) }
  if (typeof value === 'bigint') return token(String(value))
  if (typeof value !== 'object' || value === null) return token(JSON.stringify(value))
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return { type: 'object', members: members.map(([key, member]) => ({ key, value: treeOf(member) })) }
}

/** The parts right below a tree. */
export function partsOf(tree: JsonTree): readonly JsonTree[] {
  if (tree.type === 'list') return tree.elements
  return tree.type === 'object' ? tree.members.map(({ value }) => value) : []
}

/** Paths of all parts that fit, the tree itself included, in the order of the text. */
export function findParts(tree: JsonTree, fits: (part: JsonTree) => boolean): readonly TreePath[] {
  const found: TreePath[] = []
  visit(tree, [])
  return found

  function visit(part: JsonTree, path: TreePath): void {
    if (fits(part)) found.push(path)
    for (const [index, below] of partsOf(part).entries()) visit(below, [...path, index])
  }
}

/** The part at a path. */
export function partAt(tree: JsonTree, path: TreePath): JsonTree {
  return path.reduce((part, step) => partsOf(part)[step] ?? part, tree)
}

/** The tree with another part at the path. */
export function replacePart(
  tree: JsonTree,
  [step, ...below]: TreePath,
  change: (part: JsonTree) => JsonTree,
): JsonTree {
  if (step === undefined) return change(tree)
  if (tree.type === 'list') {
    const elements = tree.elements.map((part, index) => (index === step ? replacePart(part, below, change) : part))
    return { ...tree, elements }
  }
  if (tree.type === 'token') return tree
  const members = tree.members.map(({ key, value }, index) => ({
    key,
    value: index === step ? replacePart(value, below, change) : value,
  }))
  return { ...tree, members }
}

/** How a tree is written: what may stand between tokens, and how strings are spelled. */
export interface JsonLayout {
  /** White space, taken in turn wherever some may stand. */
  readonly gaps: readonly string[]
  /** Every how many characters of strings one is written as an escape; 0 for only those that have to be. */
  readonly escapeEvery: number
}

/** Writes a tree. */
export function writeTree(tree: JsonTree, { gaps, escapeEvery }: JsonLayout): string {
  let gapCount = 0
  let characterCount = 0
  return write(tree) + gap()

  function gap(): string {
    return gaps[gapCount++ % Math.max(gaps.length, 1)] ?? ''
  }

  function write(part: JsonTree): string {
    switch (part.type) {
      case 'token':
        return gap() + (part.text.startsWith('"') ? respell(part.text) : part.text)
      case 'list':
        return `${gap()}[${part.elements.map(write).join(`${gap()},`)}${gap()}]`
      case 'object': {
        const members = part.members.map(
          ({ key, value }) => `${gap()}${respell(JSON.stringify(key))}${gap()}:${write(value)}`,
        )
        return `${gap()}{${members.join(`${gap()},`)}${gap()}}`
      }
    }
  }

  /** Escapes some of the characters of a JSON string that are not escaped already, in one of the spellings that there are. */
  function respell(text: string): string {
    if (escapeEvery === 0) return text
    return text.replace(/\\u[0-9a-fA-F]{4}|\\.|[^"\\]/g, (character) => {
      characterCount++
      if (character.length > 1 || characterCount % escapeEvery !== 0) return character
      if (character === '/') return '\\/'
      const digits = character.charCodeAt(0).toString(16).padStart(4, '0')
      return `\\u${characterCount % 2 === 0 ? digits : digits.toUpperCase()}`
    })
  }
}
