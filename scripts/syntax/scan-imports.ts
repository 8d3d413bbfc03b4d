import { type Token, tokenize } from './tokenize.ts'

/** One place where a module names another one. */
export interface ModuleReference {
  /** The text between the quotes; `undefined` for a dynamic import whose specifier is computed. */
  readonly specifier: string | undefined
  /** `import()` loads when it runs, `static` when the module loads, `type` never. */
  readonly kind: 'static' | 'dynamic' | 'type'
  /** `true` for `export … from`. */
  readonly isReExport: boolean
  /** Counted from 1. */
  readonly line: number
}

/**
 * Finds every import and re-export of a TypeScript module, type-only ones included. It reads tokens rather than lines, so
 * that comments and strings that look like imports don't count.
 */
export function scanImports(text: string): readonly ModuleReference[] {
  const tokens = tokenize(text)
  const references: ModuleReference[] = []
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || tokens[index - 1]?.text === '.') return
    const reference = token.text === 'import' ? readImport(tokens, index) : undefined
    const found = reference ?? (token.text === 'export' ? readReExport(tokens, index) : undefined)
    if (found) references.push({ ...found, line: token.line })
  })
  return references
}

function readImport(tokens: readonly Token[], index: number): Omit<ModuleReference, 'line'> | undefined {
  const next = tokens[index + 1]
  if (next === undefined || (next.kind === 'sign' && (next.text === '.' || next.text === ':'))) return undefined
  if (next.kind === 'string') return { specifier: next.text, kind: 'static', isReExport: false }
  if (next.text === '(') {
    const argument = tokens[index + 2]
    const isType = tokens[index - 1]?.text === 'typeof'
    const specifier = argument?.kind === 'string' ? argument.text : undefined
    return { specifier, kind: isType ? 'type' : 'dynamic', isReExport: false }
  }
  const specifier = specifierAfter(tokens, index)
  return specifier === undefined ? undefined : { specifier, kind: staticKind(tokens, index), isReExport: false }
}

function readReExport(tokens: readonly Token[], index: number): Omit<ModuleReference, 'line'> | undefined {
  const first = tokens[index + 1]?.text === 'type' ? tokens[index + 2] : tokens[index + 1]
  if (first?.text !== '*' && first?.text !== '{') return undefined
  const specifier = specifierAfter(tokens, index)
  return specifier === undefined ? undefined : { specifier, kind: staticKind(tokens, index), isReExport: true }
}

/** The text of the first `from '…'` in this statement, past the names in braces. */
function specifierAfter(tokens: readonly Token[], index: number): string | undefined {
  for (let at = index + 1; at < tokens.length; at++) {
    const [token, next] = [tokens[at], tokens[at + 1]]
    if (token?.text === 'from' && next?.kind === 'string') return next.text
    if (token?.text === '}' && next?.text !== 'from') return undefined
    if (token?.text === ';') return undefined
  }
  return undefined
}

/** `import type { A }` and `import { type A, type B }` load nothing; `import type from 'x'` names a value. */
function staticKind(tokens: readonly Token[], index: number): 'static' | 'type' {
  const isWholeType = tokens[index + 1]?.text === 'type' && tokens[index + 2]?.text !== 'from'
  return isWholeType ? 'type' : 'static'
}
