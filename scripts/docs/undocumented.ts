import { tokenize } from '../syntax/tokenize.ts'

/** An exported declaration. */
export interface ExportedDeclaration {
  readonly name: string
  /** `true` when a doc comment that says something stands right before it. */
  readonly isDocumented: boolean
  /** Counted from 1. */
  readonly line: number
}

const DECLARING_WORDS = new Set(['function', 'class', 'interface', 'type', 'const', 'let', 'namespace'])
const LEADING_WORDS = new Set(['default', 'declare', 'async', 'abstract'])

/**
 * Lists what a TypeScript module declares with `export`. Re-exports are left to the module that declares. A function with
 * overloads appears once, and is documented when its first signature is; constants on lines of their own, without a blank
 * one between, share the comment before the first.
 */
export function listExports(text: string): readonly ExportedDeclaration[] {
  const tokens = tokenize(text)
  const exported = new Map<string, ExportedDeclaration>()
  tokens.forEach((token, index) => {
    if (token.text !== 'export' || token.kind !== 'word' || tokens[index - 1]?.text === '.') return
    let at = index + 1
    while (LEADING_WORDS.has(tokens[at]?.text ?? '')) at++
    if (!DECLARING_WORDS.has(tokens[at]?.text ?? '')) return
    const isNamespace = tokens[at + 1]?.text === '*' && tokens[at + 2]?.text === 'as'
    const name = tokens.slice(at + (isNamespace ? 3 : 1)).find(({ text }) => text !== '*')
    if (name?.kind !== 'word' || exported.has(name.text)) return
    const isDocumented = hasDocComment(text, token.offset) || continuesGroup(text, token.offset, [...exported.values()])
    exported.set(name.text, { name: name.text, isDocumented, line: token.line })
  })
  return [...exported.values()]
}

function hasDocComment(text: string, offset: number): boolean {
  const before = text.slice(0, offset).trimEnd()
  if (!before.endsWith('*/')) return false
  const comment = before.slice(before.lastIndexOf('/*'))
  return comment.startsWith('/**') && /[\p{L}]{2}/u.test(comment)
}

function continuesGroup(text: string, offset: number, exported: readonly ExportedDeclaration[]): boolean {
  const [lineBefore] = text.slice(0, offset).split('\n').slice(-2)
  const isConstant = text.startsWith('export const ', offset) && lineBefore?.startsWith('export const ')
  return isConstant === true && exported.at(-1)?.isDocumented === true
}
