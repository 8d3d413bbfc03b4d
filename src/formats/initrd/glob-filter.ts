import { UsageError } from '../../errors.ts'

/**
 * A filter that accepts the paths that match any of the patterns, as `coreos-installer` reads them: `?` is one character,
 * `*` any run of characters even across slashes, `**` as a whole component any run of components, `[a-z]` and `[!a-z]` one
 * character in or outside a set. Dots are characters like others, and case matters.
 *
 * Matching takes time in the order of pattern length times path length, whatever the pattern.
 *
 * @throws {UsageError} `GLOB_INVALID` for unclosed or empty brackets, more than two asterisks in a row, and `**` beside
 *   other characters of a component.
 */
export function globFilter(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.map(parseGlob)
  return (path) => globs.some((glob) => matches(glob, path))
}

/** One step of a pattern. `matches` is asked for one character. */
interface Token {
  readonly kind: 'character' | 'sequence' | 'components'
  readonly matches: (character: string) => boolean
}

const SEQUENCE: Token = { kind: 'sequence', matches: () => true }
const COMPONENTS: Token = { kind: 'components', matches: (character) => character === '/' }

function parseGlob(pattern: string): readonly Token[] {
  const characters = [...pattern]
  const tokens: Token[] = []
  let position = 0
  while (position < characters.length) {
    const character = characters[position]
    const { token, length } =
      character === '*'
        ? parseAsterisks(characters, position, pattern)
        : character === '['
          ? parseBrackets(characters, position, pattern)
          : { token: literal(character), length: 1 }
    tokens.push(token)
    position += length
  }
  return tokens
}

interface ParsedToken {
  readonly token: Token
  /** Characters of the pattern that it takes. */
  readonly length: number
}

function parseAsterisks(characters: readonly string[], start: number, pattern: string): ParsedToken {
  let end = start
  while (characters[end] === '*') end++
  if (end - start === 1) return { token: SEQUENCE, length: 1 }

  const isWholeComponent = (start === 0 || characters[start - 1] === '/') && (characters[end] ?? '/') === '/'
  if (end - start > 2 || !isWholeComponent) {
    throw invalid(pattern, start, 'two asterisks must be a whole component, and three mean nothing')
  }
  // The slash behind belongs to the token, so that `**/a` matches `a`. At the end of a pattern there is nothing to keep apart.
  const isLast = end + 1 >= characters.length
  return { token: isLast ? SEQUENCE : COMPONENTS, length: end - start + (end < characters.length ? 1 : 0) }
}

function parseBrackets(characters: readonly string[], start: number, pattern: string): ParsedToken {
  const isNegated = characters[start + 1] === '!'
  const first = start + (isNegated ? 2 : 1)
  const end = characters.indexOf(']', first + 1) // a bracket right at the start is a member of the set
  if (end < 0) throw invalid(pattern, start, 'the brackets are empty or not closed')
  const ranges = parseRanges(characters.slice(first, end))
  const isInside = (character: string): boolean => {
    const code = character.codePointAt(0) ?? 0
    return ranges.some(([low, high]) => low <= code && code <= high)
  }
  const token: Token = { kind: 'character', matches: (character) => isInside(character) !== isNegated }
  return { token, length: end - start + 1 }
}

function parseRanges(characters: readonly string[]): readonly (readonly [number, number])[] {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0)
  const ranges: [number, number][] = []
  let position = 0
  while (position < codes.length) {
    const low = codes[position] ?? 0
    const high = characters[position + 1] === '-' ? codes[position + 2] : undefined
    ranges.push([low, high ?? low])
    position += high === undefined ? 1 : 3
  }
  return ranges
}

function literal(wanted: string | undefined): Token {
  return { kind: 'character', matches: wanted === '?' ? () => true : (character) => character === wanted }
}

function invalid(pattern: string, position: number, problem: string): UsageError {
  return new UsageError(
    'GLOB_INVALID',
    `The pattern ${JSON.stringify(pattern)} is wrong at character ${position + 1}: ${problem}`,
  )
}

/** Follows all ways through the pattern at once: a set of the tokens that may come next, moved on character by character. */
function matches(tokens: readonly Token[], path: string): boolean {
  let current = new Set<number>()
  enter(0, tokens, current)
  for (const character of path) {
    const next = new Set<number>()
    for (const position of current) {
      const token = tokens[position]
      if (!token) continue
      if (token.kind !== 'character') next.add(position)
      if (token.matches(character)) enter(position + 1, tokens, next)
    }
    current = next
  }
  return current.has(tokens.length)
}

/** Adds a position, and those behind it that can be reached without a character. */
function enter(position: number, tokens: readonly Token[], positions: Set<number>): void {
  positions.add(position)
  const token = tokens[position]
  if (token && token.kind !== 'character') enter(position + 1, tokens, positions)
}
