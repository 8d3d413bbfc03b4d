import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, joinBytes } from '../../../src/bytes/index.ts'
import { type JsonDocument, type JsonNode, readJson } from '../../../src/formats/json/index.ts'

function read(text: string | Uint8Array): JsonDocument {
  const { document, fault } = readJson(typeof text === 'string' ? encodeUtf8(text) : text)
  if (fault) throw new Error(`${fault.problem} at ${fault.offset}`)
  return document
}

function quoted(...bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(0x22, ...bytes, 0x22)
}

/** The bytes of a value, as text. */
function slice(document: JsonDocument, node: JsonNode): string {
  return new TextDecoder().decode(document.bytes.subarray(document.startOf(node), document.endOf(node)))
}

function keys(document: JsonDocument): readonly string[] {
  return Array.from(document.members(document.root), ({ key }) => key)
}

describe('a JSON document', () => {
  it('tells the type and the place of each value', () => {
    const document = read(' [ {"a":[1]} , "é\\n", -1.5e3, true, false, null, [], {} ] ')
    const values = Array.from(document.elements(document.root), (node) => [
      document.typeOf(node),
      slice(document, node),
    ])
    expect(values).toEqual([
      ['object', '{"a":[1]}'],
      ['string', '"é\\n"'],
      ['number', '-1.5e3'],
      ['boolean', 'true'],
      ['boolean', 'false'],
      ['null', 'null'],
      ['array', '[]'],
      ['object', '{}'],
    ])
    expect(document.endOf(document.root)).toBe(document.bytes.byteLength - 1)
  })

  it('gives members in text order, with the places of their keys and with repeats', () => {
    const document = read('{"b":1, "é":{"b":2}, "b":3}')
    const members = Array.from(document.members(document.root), ({ keyOffset, keyEnd, key, value }) => [
      key,
      keyOffset,
      keyEnd,
      slice(document, value),
    ])
    expect(members).toEqual([
      ['b', 1, 4, '1'],
      ['é', 8, 12, '{"b":2}'],
      ['b', 22, 25, '3'],
    ])
  })

  it('has neither members nor elements where there are none', () => {
    const document = read('[{}, [], "text", 1]')
    for (const node of document.elements(document.root)) {
      expect([...document.members(node), ...document.elements(node)]).toEqual([])
      expect(document.memberOf(node, 'a')).toBeUndefined()
      expect(document.elementAt(node, 0)).toBeUndefined()
    }
    expect(document.memberOf(document.root, '0')).toBeUndefined()
  })

  it.each([
    { says: 'integers beyond doubles', text: '123456789012345678901234567890' },
    { says: 'fractions', text: '1.000' },
    { says: 'words', text: 'false' },
    { says: 'lists', text: '[1, "é"]' },
  ])('gives $says as they are written', ({ text }) => {
    const document = read(text)
    expect(document.textOf(document.root)).toBe(text)
  })
})

describe('memberOf', () => {
  it('gives the last of several, in small objects and large ones', () => {
    const fillers = Array.from({ length: 100 }, (_, index) => `"k${index}":0`)
    for (const text of ['{"a":1,"b":2,"a":3}', `{"a":1,${fillers},"a":3}`]) {
      const document = read(text)
      const value = document.memberOf(document.root, 'a') ?? Number.NaN
      expect(document.textOf(value)).toBe('3')
      expect(document.memberOf(document.root, 'A')).toBeUndefined()
      expect(document.memberOf(document.root, 'aa')).toBeUndefined()
    }
  })

  it('compares what keys say, not how they are written', () => {
    const document = read('{"\\u0061b":1, "\\ud83d\\ude00":2, "é":3, "__proto__":4}')
    const values = ['ab', '😀', 'é', '__proto__', 'e\u0301', 'constructor'].map((key) => {
      const node = document.memberOf(document.root, key)
      return node === undefined ? undefined : document.textOf(node)
    })
    expect(values).toEqual(['1', '2', '3', '4', undefined, undefined])
  })

  it('finds each of 100,000 members without going through all of them', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `name-${index}`)
    const document = read(`{${names.map((name, index) => `"${name}":${index}`)}}`)
    for (const [index, name] of names.entries()) {
      const value = document.memberOf(document.root, name) ?? Number.NaN
      if (document.textOf(value) !== String(index)) expect.fail(`${name} is ${document.textOf(value)}`)
    }
  })
})

describe('elementAt', () => {
  it.each([3, 16, 17, 5000])('gives each of %i elements, and nothing besides', (count) => {
    const document = read(`[${Array.from({ length: count }, (_, index) => (index % 3 ? `[${index}]` : index))}]`)
    const elements = [...document.elements(document.root)]
    expect(elements).toHaveLength(count)
    expect(elements.map((_, index) => document.elementAt(document.root, index))).toEqual(elements)
    expect([-1, 0.5, count].map((index) => document.elementAt(document.root, index))).toEqual(Array(3).fill(undefined))
  })
})

describe('textOf', () => {
  it.each([
    {
      name: 'escapes',
      bytes: encodeUtf8('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00E9\\u20ac"'),
      text: '"\\/\b\f\n\r\t\0é€',
    },
    { name: 'an escaped pair', bytes: encodeUtf8('"\\ud83d\\ude00"'), text: '😀' },
    { name: 'halves of pairs', bytes: encodeUtf8('"\\ud83d-\\ude00\\ud83d"'), text: '\ufffd-\ufffd\ufffd' },
    { name: 'a half before a pair', bytes: encodeUtf8('"\\ud83d\\ud83d\\ude00"'), text: '\ufffd😀' },
    { name: 'a half before what it lacks', bytes: encodeUtf8('"\\ud83d\\u0061"'), text: '\ufffda' },
    { name: 'a byte order mark', bytes: encodeUtf8('"\ufeffa"'), text: '\ufeffa' },
    { name: 'line separators', bytes: encodeUtf8('"\u2028\\n\u2029"'), text: '\u2028\n\u2029' },
    { name: 'DEL and NUL', bytes: encodeUtf8('"\x7f\\u0000"'), text: '\x7f\0' },
    { name: 'a stray byte', bytes: quoted(0x61, 0xff, 0x62), text: 'a\ufffdb' },
    { name: 'a character cut short', bytes: quoted(0xe2, 0x82, 0x62), text: '\ufffd\ufffdb' },
    { name: 'a character cut short by the end', bytes: quoted(0xf0, 0x9f, 0x98), text: '\ufffd\ufffd\ufffd' },
    { name: 'an encoded half', bytes: quoted(0xed, 0xa0, 0x80), text: '\ufffd\ufffd\ufffd' },
    { name: 'a character of too many bytes', bytes: quoted(0xc0, 0xaf, 0xe0, 0x80, 0xaf), text: '\ufffd'.repeat(5) },
    { name: 'what is beyond Unicode', bytes: quoted(0xf4, 0x90, 0x80, 0x80), text: '\ufffd'.repeat(4) },
    { name: 'the last code point', bytes: quoted(0xf4, 0x8f, 0xbf, 0xbf, 0xff), text: '\u{10ffff}\ufffd' },
    { name: 'a stray byte and an escape', bytes: quoted(0x5c, 0x6e, 0xff, 0xc3, 0xa9), text: '\n\ufffdé' },
  ])('reads $name as Go does', ({ bytes, text }) => {
    const document = read(bytes)
    expect(document.textOf(document.root)).toBe(text)
    const key = read(joinBytes([encodeUtf8('{'), bytes, encodeUtf8(':0}')]))
    expect(keys(key)).toEqual([text])
    expect(key.memberOf(key.root, text)).toBeDefined()
  })

  // half of them ASCII
  const character = fc
    .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
    .map((code) => String.fromCodePoint(code))
    .filter((text) => !/\p{Surrogate}/u.test(text))

  it('gives any text back, of any length and wherever it lies in memory', () => {
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 100 }), fc.nat(7), (text, before) => {
        const document = read(encodeUtf8(' '.repeat(before) + JSON.stringify(text)).subarray(before))
        expect(document.textOf(document.root)).toBe(text)
      }),
    )
  })

  it('stops at quotes, backslashes and control characters in any place of a word', () => {
    for (let length = 0; length < 24; length++) {
      const before = 'x'.repeat(length)
      const document = read(`["${before}", "${before}\\n${before}é"]`)
      expect(Array.from(document.elements(document.root), (node) => document.textOf(node))).toEqual([
        before,
        `${before}\n${before}é`,
      ])
      expect(readJson(encodeUtf8(`"${before}\u001f"`)).fault?.offset).toBe(length + 1)
    }
  })

  it('reads 64 MiB of a data URL', () => {
    const text = 'QUJD'.repeat(16 * 1024 * 1024)
    const document = read(`{"source":"data:;base64,${text}"}`)
    const source = document.memberOf(document.root, 'source') ?? Number.NaN
    expect(document.textOf(source) === `data:;base64,${text}`).toBe(true)
  })
})

describe('hasUnrepresentableNumber', () => {
  it.each(['1e308', '0e999', '1e-999', '-1.7976931348623157e308', `1${'0'.repeat(308)}`, `0.${'0'.repeat(400)}1`])(
    'is false for %s',
    (text) => {
      expect(read(`{"a":[${text}]}`).hasUnrepresentableNumber).toBe(false)
    },
  )

  it.each(['1e309', '-1e999', '1E+0400', '1.8e308', `1${'0'.repeat(309)}`, `${'9'.repeat(250)}e99`])(
    'is true for %s, among others',
    (text) => {
      expect(read(`{"a":[1e1,${text},2e300]}`).hasUnrepresentableNumber).toBe(true)
    },
  )
})
