import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, joinBytes } from '../../../src/bytes/index.ts'
import { type JsonDocument, type JsonFault, type JsonNode, readJson } from '../../../src/formats/json/index.ts'

const LEVELS = 10_000
const MAX_BYTE_LENGTH = 256 * 1024 * 1024
const MAX_PART_COUNT = 16 * 1024 * 1024

function faultOf(text: string | Uint8Array): JsonFault | undefined {
  return readJson(typeof text === 'string' ? encodeUtf8(text) : text).fault
}

/** The value as `JSON.parse` gives it. */
function jsonValueOf(document: JsonDocument, node: JsonNode = document.root): unknown {
  switch (document.typeOf(node)) {
    case 'object':
      return Object.fromEntries(
        Array.from(document.members(node), ({ key, value }) => [key, jsonValueOf(document, value)] as const),
      )
    case 'array':
      return Array.from(document.elements(node), (element) => jsonValueOf(document, element))
    case 'string':
      return document.textOf(node)
    default:
      return JSON.parse(document.textOf(node))
  }
}

describe('readJson', () => {
  it.each([
    { text: '[tru,', offset: 4, problem: 'expected the word true' },
    { text: '[nan]', offset: 2, problem: 'expected the word null' },
    { text: '[NaN]', offset: 1, problem: 'expected a value' },
    { text: '[01]', offset: 2, problem: 'a number starts with a superfluous 0' },
    { text: '[-x]', offset: 2, problem: 'expected a digit' },
    { text: '[+1]', offset: 1, problem: 'expected a value' },
    { text: '[.5]', offset: 1, problem: 'expected a value' },
    { text: '[1.x]', offset: 3, problem: 'expected a digit' },
    { text: '[1ex]', offset: 3, problem: 'expected a digit' },
    { text: '[1e+]', offset: 4, problem: 'expected a digit' },
    { text: '[0x1F]', offset: 2, problem: 'expected a comma or ]' },
    { text: '["a\nb"]', offset: 3, problem: 'a string holds a line break; write it as \\n' },
    { text: '["a\tb"]', offset: 3, problem: 'a string holds a control character; write it as an escape sequence' },
    { text: '["a\\q"]', offset: 4, problem: 'a string holds an unknown escape sequence' },
    { text: '["\\u12g4"]', offset: 6, problem: 'expected four hexadecimal digits after \\u' },
    { text: '["\\u12"]', offset: 6, problem: 'expected four hexadecimal digits after \\u' },
    { text: '{"a" 1}', offset: 5, problem: 'expected a colon' },
    { text: '{,}', offset: 1, problem: 'expected a name in double quotes' },
    { text: '{a:1}', offset: 1, problem: 'expected a name in double quotes' },
    { text: "{'a':1}", offset: 1, problem: 'names and strings take double quotes' },
    { text: '{"a":1 "b":2}', offset: 7, problem: 'expected a comma or }' },
    { text: '{"a":1]', offset: 6, problem: 'expected a comma or }' },
    { text: '[1 2]', offset: 3, problem: 'expected a comma or ]' },
    { text: '[1}', offset: 2, problem: 'expected a comma or ]' },
    { text: '{"a":1,\n}', offset: 8, problem: 'the comma before } is one too many' },
    { text: '[1, ]', offset: 4, problem: 'the comma before ] is one too many' },
    { text: '[,]', offset: 1, problem: 'expected a value' },
    { text: ']', offset: 0, problem: 'expected a value' },
    { text: '// x\n{}', offset: 0, problem: 'JSON has no comments' },
    { text: '[1 /* x */]', offset: 3, problem: 'JSON has no comments' },
    { text: '{"path": /etc/motd}', offset: 9, problem: 'expected a value' },
    { text: '{}\n# x', offset: 3, problem: 'JSON has no comments' },
    { text: '1 x', offset: 2, problem: 'expected the end of the text' },
    { text: '{}}', offset: 2, problem: 'expected the end of the text' },
    { text: '{}\0', offset: 2, problem: 'expected the end of the text' },
    { text: '\v{}', offset: 0, problem: 'expected a value' },
    { text: '\u00a0{}', offset: 0, problem: 'expected a value' },
    { text: '["é", é]', offset: 7, problem: 'expected a value' },
  ])('names the first wrong byte of $text', ({ text, offset, problem }) => {
    expect(faultOf(text)).toEqual({ kind: 'syntax', offset, problem })
  })

  it.each([
    { text: '\ufeff{}', offset: 0, encoding: 'utf-8-with-mark' },
    { text: Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0), offset: 0, encoding: 'utf-16' },
    { text: Uint8Array.of(0xfe, 0xff, 0, 0x7b, 0, 0x7d), offset: 0, encoding: 'utf-16' },
    { text: Uint8Array.of(0x7b, 0, 0x7d, 0), offset: 1, encoding: 'utf-16' },
    { text: Uint8Array.of(0, 0x7b, 0, 0x7d), offset: 0, encoding: 'utf-16' },
  ])('tells that $text is in another encoding', ({ text, offset, encoding }) => {
    expect(faultOf(text)).toMatchObject({ kind: 'syntax', offset, encoding })
  })

  it.each([
    { text: '', problem: 'the text ends where a value is expected' },
    { text: ' \n', problem: 'the text ends where a value is expected' },
    { text: '[', problem: 'the text ends where a value is expected' },
    { text: '[1', problem: 'the text ends where a comma or ] is expected' },
    { text: '{"a":{}', problem: 'the text ends where a comma or } is expected' },
    { text: '{', problem: 'the text ends where a name in double quotes is expected' },
    { text: '{"a', problem: 'the text ends inside a string' },
    { text: '{"a"', problem: 'the text ends where a colon is expected' },
    { text: '"abcdefghijk', problem: 'the text ends inside a string' },
    { text: '"a\\', problem: 'the text ends inside a string' },
    { text: '"a\\u00', problem: 'the text ends inside a string' },
    { text: 'tru', problem: 'the text ends inside the word true' },
    { text: '-', problem: 'the text ends inside a number' },
    { text: '1.', problem: 'the text ends inside a number' },
    { text: '1e-', problem: 'the text ends inside a number' },
  ])('says where $text ends too early', ({ text, problem }) => {
    expect(faultOf(text)).toEqual({ kind: 'eof', offset: text.length, problem })
  })

  it('takes all four kinds of white space, everywhere', () => {
    const { document } = readJson(encodeUtf8('\r\n\t { "a"\t:\r[ 1 ,\n2 ] }\n '))
    expect(document && jsonValueOf(document)).toEqual({ a: [1, 2] })
  })

  it('agrees with JSON.parse on what is JSON', () => {
    const inserted = fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '0', 'e', '-', '\n', '\\u00e', 'true', ' ')
    const mutated = fc.tuple(fc.json({ maxDepth: 4 }), fc.nat(), inserted).map(([text, at, insert]) => {
      const index = at % (text.length + 1)
      return text.slice(0, index) + insert + text.slice(index + (at % 3))
    })
    fc.assert(
      fc.property(mutated, (text) => {
        expect(faultOf(text) === undefined).toBe(isJson(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('finds every value that was written, wherever the bytes lie in memory', () => {
    const stringUnit = fc.constantFrom(...'abc"\\/\n\0\x7fé€\u2028\ufeff😀')
    const value = fc.jsonValue({ maxDepth: 6, stringUnit })
    fc.assert(
      fc.property(value, fc.nat(7), fc.nat(2), (value, before, indent) => {
        const text = JSON.stringify(value, null, indent)
        const { document } = readJson(encodeUtf8(' '.repeat(before) + text).subarray(before))
        expect(document && jsonValueOf(document)).toEqual(JSON.parse(text))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('limits of readJson', () => {
  it('follows ten thousand levels, and refuses one more at its bracket', () => {
    expect(faultOf('['.repeat(LEVELS) + ']'.repeat(LEVELS))).toBeUndefined()
    expect(faultOf(`${'{"":'.repeat(LEVELS - 1)}[]${'}'.repeat(LEVELS - 1)}`)).toBeUndefined()
    expect(faultOf('['.repeat(LEVELS + 1) + ']'.repeat(LEVELS + 1))).toEqual({
      kind: 'depth',
      offset: LEVELS,
      problem: 'nested deeper than 10000 levels',
    })
  })

  it('counts levels that are open, not all that there were', () => {
    expect(faultOf(`[${'[[]],'.repeat(LEVELS)}0]`)).toBeUndefined()
  })

  it('reads texts of 256 MiB, and refuses one more byte', () => {
    const bytes = new Uint8Array(MAX_BYTE_LENGTH + 1).fill(0x78)
    bytes[0] = 0x22
    bytes[MAX_BYTE_LENGTH - 1] = 0x22
    expect(readJson(bytes.subarray(0, -1)).document?.endOf(0)).toBe(MAX_BYTE_LENGTH)
    expect(faultOf(bytes)).toMatchObject({ kind: 'size', offset: MAX_BYTE_LENGTH })
  })

  it('reads 16 Mi parts, and refuses one more', () => {
    const listCount = MAX_PART_COUNT / 2 - 1
    const bytes = encodeUtf8(`[${'[],'.repeat(listCount - 1)}[]]`)
    expect(faultOf(bytes)).toBeUndefined()
    const oneMore = encodeUtf8('[0,')
    const longer = joinBytes([oneMore, bytes.subarray(1)])
    expect(faultOf(longer)).toMatchObject({ kind: 'size', offset: longer.byteLength })
  }, 120_000)
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
