/** A word, a quoted text or one sign of a module, in order; comments, templates and regular expressions keep no text. */
export interface Token {
  readonly kind: 'word' | 'string' | 'sign'
  /** The word, the text between the quotes, or the sign. */
  readonly text: string
  /** Offset of its first character. */
  readonly offset: number
  /** Counted from 1. */
  readonly line: number
}

const BLANK = /(?:\s|\/\/[^\n]*|\/\*.*?\*\/)+/sy
const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*|\d[\w.]*/uy
const QUOTED = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/sy
const EXPRESSION = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const TEMPLATE_PART = /[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)/sy

/** Words after which a `/` starts a regular expression, although a value could end there. */
const WORDS_BEFORE_EXPRESSION = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'await',
  'yield',
])

/** Cuts a TypeScript module into tokens: enough to tell code from comments, texts and regular expressions. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  /** For each template that is open, how deep in braces its `${` stands. */
  const templateDepths: number[] = []
  let depth = 0
  let offset = 0
  let line = 1

  while (offset < text.length) {
    const sign = text[offset] ?? ''
    const isTemplate = sign === '`' || (sign === '}' && templateDepths.at(-1) === depth)
    const isExpression = sign === '/' && startsExpression(tokens.at(-1))
    const blank = match(BLANK, text, offset)
    const word = match(WORD, text, offset)
    const quoted = match(QUOTED, text, offset)
    const part = isTemplate ? match(TEMPLATE_PART, text, offset) : undefined
    const expression = isExpression && blank === undefined ? match(EXPRESSION, text, offset) : undefined
    const taken = blank ?? word ?? quoted ?? part ?? expression ?? sign

    if (word !== undefined) tokens.push({ kind: 'word', text: word, offset, line })
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: quoted.slice(1, -1), offset, line })
    else if (part !== undefined) {
      if (sign === '}') templateDepths.pop()
      if (part.endsWith('${')) templateDepths.push(depth)
      else tokens.push({ kind: 'string', text: '', offset, line })
    } else if (expression !== undefined) tokens.push({ kind: 'string', text: '', offset, line })
    else if (blank === undefined) {
      if (sign === '{') depth++
      if (sign === '}') depth--
      tokens.push({ kind: 'sign', text: sign, offset, line })
    }
    offset += taken.length
    line += taken.split('\n').length - 1
  }
  return tokens
}

function match(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

function startsExpression(before: Token | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === 'word') return WORDS_BEFORE_EXPRESSION.has(before.text)
  return before.kind === 'sign' && !')]}'.includes(before.text)
}
