import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePercentEscapes, hasValidEscapes, queryValues } from '../../../src/formats/url/index.ts'

describe('queryValues', () => {
  it.each([
    { query: '', is: [] },
    { query: 'id=1', is: ['1'] },
    { query: 'a=0&id=2&b&id=1', is: ['2', '1'] },
    { query: 'id', is: [''] },
    { query: 'id=', is: [''] },
    { query: 'id=a=b', is: ['a=b'] },
    { query: '&&id=1&', is: ['1'] },
    { query: '=1', is: [] },
    { query: 'ID=1', is: [] },
    { query: '%69%64=%41+%2B', is: ['A +'] },
    { query: 'id=%C3%A9%ff', is: ['é\ufffd'] },
    { query: 'id=%EF%BB%BF1', is: ['\ufeff1'] },
    { query: 'id=1;b&id=2', is: ['2'] },
    { query: 'id=%zz&id=%4&id=3', is: ['3'] },
    { query: 'id%=1', is: [] },
    { query: 'id=1#id=2', is: ['1#id=2'] },
  ])('finds $is in $query', ({ query, is }) => {
    expect(queryValues(query, 'id')).toEqual(is)
  })

  it('agrees with the query parser of browsers where no pair is dropped', () => {
    const pair = fc.tuple(
      fc.constantFrom('id', 'a', '%69d', ''),
      fc.stringMatching(/^[a-z+=%]{0,6}$/).filter(hasValidEscapes),
    )
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const query = pairs.map(([name, value]) => `${name}=${value}`).join('&')
        expect(queryValues(query, 'id')).toEqual(new URLSearchParams(query).getAll('id'))
      }),
    )
  })
})

describe('decodePercentEscapes', () => {
  it.each([
    { text: '', bytes: [] },
    { text: 'a%00%ffb', bytes: [0x61, 0, 0xff, 0x62] },
    { text: '%41%4a%4A%fF%09', bytes: [0x41, 0x4a, 0x4a, 0xff, 0x09] },
    { text: '+é', bytes: [0x2b, 0xc3, 0xa9] },
    { text: '%25zz', bytes: [0x25, 0x7a, 0x7a] },
  ])('takes the escapes of $text as bytes', ({ text, bytes }) => {
    expect([...decodePercentEscapes(text)]).toEqual(bytes)
  })

  it('decodes what encodeURIComponent writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(decodePercentEscapes(encodeURIComponent(text))),
        ).toBe(text)
      }),
    )
  })
})

describe('hasValidEscapes', () => {
  it.each(['', 'a', '%00', '%fF%A9', 'a%25'])('accepts %j', (text) => {
    expect(hasValidEscapes(text)).toBe(true)
  })

  it.each(['%', '%a', 'a%', '%0g', '%g0', '%%41', '%41%', '% 1', '%é1'])('refuses %j', (text) => {
    expect(hasValidEscapes(text)).toBe(false)
  })
})
