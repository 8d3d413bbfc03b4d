/** Where a text stops being JSON. */
export interface JsonError {
  /** Index of the first UTF-16 unit that can't stand there; the text's length when it ends too early. */
  readonly index: number
  /** What is wrong, as a clause: `expected a comma or ]`. */
  readonly problem: string
}

/** Deeper nesting is refused, as Ignition does. */
const MAX_DEPTH = 10_000

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERAL = /true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/**
 * Finds the first place where the text isn't JSON.
 *
 * Nesting is followed without recursion and strings without backtracking, so that no input ends in a crash.
 *
 * @returns `undefined` when the whole text is one JSON value.
 */
export function findJsonError(text: string): JsonError | undefined {
  const closers: ('}' | ']')[] = []
  let index = skipWhiteSpace(text, 0)
  for (;;) {
    const opener = text[index]
    if (opener === '{' || opener === '[') {
      if (closers.length >= MAX_DEPTH) return { index, problem: `nested deeper than ${MAX_DEPTH} levels` }
      const closer = opener === '{' ? '}' : ']'
      index = skipWhiteSpace(text, index + 1)
      if (text[index] === closer) index++
      else {
        closers.push(closer)
        const start = closer === '}' ? readName(text, index) : index
        if (typeof start !== 'number') return start
        index = start
        continue
      }
    } else {
      const end = readScalar(text, index)
      if (typeof end !== 'number') return end
      index = end
    }

    // the value is complete: close what it completes, up to the comma before the next one
    index = skipWhiteSpace(text, index)
    while (closers.length > 0 && text[index] === closers.at(-1)) {
      closers.pop()
      index = skipWhiteSpace(text, index + 1)
    }
    const closer = closers.at(-1)
    if (closer === undefined) return index === text.length ? undefined : expected(text, index, 'the end of the text')
    if (text[index] !== ',') return expected(text, index, `a comma or ${closer}`)
    index = skipWhiteSpace(text, index + 1)
    const start = closer === '}' ? readName(text, index) : index
    if (typeof start !== 'number') return start
    index = start
  }
}

/** Reads a member's name and colon; gives the index of its value. */
function readName(text: string, index: number): number | JsonError {
  if (text[index] !== '"') return expected(text, index, 'a name in double quotes')
  const end = readString(text, index)
  if (typeof end !== 'number') return end
  const colon = skipWhiteSpace(text, end)
  return text[colon] === ':' ? skipWhiteSpace(text, colon + 1) : expected(text, colon, 'a colon')
}

function readScalar(text: string, index: number): number | JsonError {
  if (text[index] === '"') return readString(text, index)
  return matchEnd(NUMBER, text, index) ?? matchEnd(LITERAL, text, index) ?? expected(text, index, 'a value')
}

function readString(text: string, start: number): number | JsonError {
  let index = start + 1
  while (index < text.length) {
    const unit = text.charCodeAt(index)
    if (unit === 0x22) return index + 1
    if (unit < 0x20) return { index, problem: 'a string holds a control character; write it as an escape sequence' }
    if (unit === 0x5c) {
      const end = matchEnd(ESCAPE, text, index)
      if (end === undefined) return { index, problem: 'a string holds an unknown escape sequence' }
      index = end
    } else index++
  }
  return { index, problem: 'the text ends inside a string' }
}

function expected(text: string, index: number, what: string): JsonError {
  return { index, problem: index >= text.length ? `the text ends where ${what} is expected` : `expected ${what}` }
}

function skipWhiteSpace(text: string, start: number): number {
  let index = start
  while (' \t\n\r'.includes(text[index] ?? '?')) index++
  return index
}

function matchEnd(pattern: RegExp, text: string, index: number): number | undefined {
  pattern.lastIndex = index
  return pattern.test(text) ? pattern.lastIndex : undefined
}
