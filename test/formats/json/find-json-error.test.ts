import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonError, textPosition } from '../../../src/formats/json/index.ts'

describe('findJsonError', () => {
  it.each([
    { text: '', index: 0, problem: 'the text ends where a value is expected' },
    { text: '{"a" 1}', index: 5, problem: 'expected a colon' },
    { text: '[1 2]', index: 3, problem: 'expected a comma or ]' },
    { text: '{"a":1', index: 6, problem: 'the text ends where a comma or } is expected' },
    { text: '[1,]', index: 3, problem: 'expected a value' },
    { text: '{,}', index: 1, problem: 'expected a name in double quotes' },
    { text: '1 x', index: 2, problem: 'expected the end of the text' },
    { text: '"a\nb"', index: 2, problem: 'a string holds a control character; write it as an escape sequence' },
    { text: '"a\\x"', index: 2, problem: 'a string holds an unknown escape sequence' },
    { text: '"ab', index: 3, problem: 'the text ends inside a string' },
    { text: '{"ab', index: 4, problem: 'the text ends inside a string' },
    { text: '[01]', index: 2, problem: 'expected a comma or ]' },
    { text: '\ufeff{}', index: 0, problem: 'expected a value' },
  ])('says of $text what is wrong and where', ({ text, index, problem }) => {
    expect(findJsonError(text)).toEqual({ index, problem })
  })

  it('agrees with JSON.parse on mutated JSON', () => {
    const mutated = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '0', 'e', '-', '\n'),
      )
      .map(([text, at, insert]) => {
        const index = at % (text.length + 1)
        return text.slice(0, index) + insert + text.slice(index + (at % 3))
      })
    fc.assert(
      fc.property(mutated, (text) => {
        const isJson = ((): boolean => {
          try {
            JSON.parse(text)
            return true
          } catch {
            return false
          }
        })()
        expect(findJsonError(text) === undefined).toBe(isJson)
      }),
      { numRuns: 2000 },
    )
  })

  it('follows ten thousand levels, and refuses one more', () => {
    expect(findJsonError('['.repeat(10_000) + ']'.repeat(10_000))).toBeUndefined()
    expect(findJsonError('['.repeat(10_001) + ']'.repeat(10_001))?.problem).toContain('nested deeper')
  })

  it('reads a string of 8 MiB', () => {
    expect(findJsonError(JSON.stringify('x'.repeat(8 * 1024 * 1024)))).toBeUndefined()
  })
})

it('textPosition counts lines and columns from 1', () => {
  const text = 'ab\ncd\n'
  expect([0, 2, 3, 5, 6].map((index) => textPosition(text, index))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 2, column: 3 },
    { line: 3, column: 1 },
  ])
})
