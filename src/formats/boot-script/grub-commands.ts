import type { BootScriptProblem } from './boot-entry.ts'

/** A command with its words, in which quotes are gone and variables have their values. */
export interface GrubCommand {
  /** `}` for the end of a block. */
  readonly name: string
  readonly words: readonly string[]
  readonly line: number
}

/** Words before a command that belong to a condition or a loop. */
const KEYWORDS: ReadonlySet<string> = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', 'for'])

const VARIABLE = /^\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*|[0-9?@*#]))/

/**
 * Takes a GRUB script apart into its commands, in their order. `set` is obeyed, wherever it stands; other variables than
 * those given are empty.
 */
export function readGrubCommands(
  text: string,
  variables: Readonly<Record<string, string>>,
): { readonly commands: readonly GrubCommand[]; readonly problems: readonly BootScriptProblem[] } {
  const reader = new ScriptReader(text, variables)
  const commands = [...reader.commands()]
  return { commands, problems: reader.problems }
}

class ScriptReader {
  readonly problems: BootScriptProblem[] = []
  readonly #text: string
  readonly #variables: Map<string, string>
  #position = 0
  #line = 1

  constructor(text: string, variables: Readonly<Record<string, string>>) {
    this.#text = text
    this.#variables = new Map(Object.entries(variables))
  }

  *commands(): Generator<GrubCommand, void> {
    const blockLines: number[] = []
    let words: string[] = []
    let line = 1
    while (this.#position < this.#text.length) {
      const character = this.#text[this.#position] ?? ''
      if (character === ' ' || character === '\t' || character === '\r') this.#position++
      else if (character === '#') this.#skipComment()
      else if (this.#isContinuation()) this.#position += 2
      else if ('\n;{}|&<>'.includes(character)) {
        if (words.length > 0) yield* this.#command(words, line)
        words = []
        if (character === '{') blockLines.push(this.#line)
        if (character === '}') {
          yield { name: '}', words: [], line: this.#line }
          if (blockLines.pop() === undefined) this.#complain(this.#line, 'a } closes nothing')
        }
        this.#next()
      } else {
        if (words.length === 0) line = this.#line
        words.push(this.#word())
      }
    }
    if (words.length > 0) yield* this.#command(words, line)
    for (const opened of blockLines) this.#complain(opened, 'a { is never closed')
  }

  *#command(words: readonly string[], line: number): Generator<GrubCommand, void> {
    const [name = '', ...rest] = words.slice(words.findIndex((word) => !KEYWORDS.has(word)))
    if (name === 'set') this.#set(rest)
    yield { name, words: rest, line }
  }

  #set([assignment = '']: readonly string[]): void {
    const equals = assignment.indexOf('=')
    if (equals > 0) this.#variables.set(assignment.slice(0, equals), assignment.slice(equals + 1))
  }

  /** One word: parts in quotes, escapes and variables that stand together. */
  #word(): string {
    let word = ''
    while (this.#position < this.#text.length) {
      const character = this.#text[this.#position] ?? ''
      if (' \t\r\n;{}|&<>'.includes(character)) break
      if (character === "'") word += this.#singleQuoted()
      else if (character === '"') word += this.#doubleQuoted()
      else if (character === '$') word += this.#variable()
      else if (this.#isContinuation()) this.#position += 2
      else if (character === '\\') {
        this.#position++
        word += this.#next()
      } else word += this.#next()
    }
    return word
  }

  #singleQuoted(): string {
    const line = this.#line
    const end = this.#text.indexOf("'", this.#position + 1)
    if (end < 0) this.#complain(line, 'a single quote is never closed')
    const content = this.#text.slice(this.#position + 1, end < 0 ? undefined : end)
    this.#line += content.split('\n').length - 1
    this.#position = end < 0 ? this.#text.length : end + 1
    return content
  }

  #doubleQuoted(): string {
    const line = this.#line
    let content = ''
    this.#position++
    while (this.#position < this.#text.length) {
      const character = this.#text[this.#position] ?? ''
      if (character === '"') {
        this.#position++
        return content
      }
      if (character === '$') content += this.#variable()
      else if (character === '\\' && '$"\\'.includes(this.#text[this.#position + 1] ?? ' ')) {
        this.#position++
        content += this.#next()
      } else content += this.#next()
    }
    this.#complain(line, 'a double quote is never closed')
    return content
  }

  #variable(): string {
    // Names are short; the text behind may be long.
    const match = VARIABLE.exec(this.#text.slice(this.#position, this.#position + 256))
    if (!match) return this.#next()
    this.#position += match[0].length
    return this.#variables.get(match[1] ?? match[2] ?? '') ?? ''
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#position)
    this.#position = end < 0 ? this.#text.length : end
  }

  #isContinuation(): boolean {
    if (!this.#text.startsWith('\\\n', this.#position)) return false
    this.#line++
    return true
  }

  #next(): string {
    const character = this.#text[this.#position++] ?? ''
    if (character === '\n') this.#line++
    return character
  }

  #complain(line: number, problem: string): void {
    this.problems.push({ line, problem })
  }
}
