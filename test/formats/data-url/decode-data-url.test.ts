import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkDataUrl, decodeDataUrl } from '../../../src/formats/data-url/index.ts'

const text = (url: string): string => new TextDecoder().decode(decodeDataUrl(url))

describe('decodeDataUrl', () => {
  it.each([
    { url: 'data:,', is: '' },
    { url: 'data:,hello', is: 'hello' },
    { url: 'data:,a%20b%0A', is: 'a b\n' },
    { url: 'data:,1+1,2;3=/?:@', is: '1+1,2;3=/?:@' },
    { url: 'data:;base64,', is: '' },
    { url: 'data:;base64,aA==', is: 'h' },
    { url: 'data:;base64,aGU=', is: 'he' },
    { url: 'data:;base64,aGVs', is: 'hel' },
    { url: 'data:;base64,aGVsbG8=', is: 'hello' },
    { url: 'data:;base64,aGVs\nbG8=\n', is: 'hello' },
    { url: 'data:text/plain;charset=utf-8;base64,aGVsbG8=', is: 'hello' },
    { url: 'data:;base64=aGVs,aGVs', is: 'aGVs' },
  ])('gives the bytes of $url', ({ url, is }) => {
    expect(text(url)).toBe(is)
    expect(checkDataUrl(url)).toBeUndefined()
  })

  it('takes escapes as bytes, not as characters', () => {
    expect([...decodeDataUrl('data:,%ff%00%fF')]).toEqual([0xff, 0, 0xff])
  })

  it('ignores bits behind the last byte', () => {
    expect([...decodeDataUrl('data:;base64,aH==')]).toEqual([0x68])
    expect([...decodeDataUrl('data:;base64,aGX=')]).toEqual([0x68, 0x65])
  })

  it.each(['data:,%zz', 'data:;base64,a?b', 'http://x'])('refuses %s', (url) => {
    expect(() => decodeDataUrl(url)).toThrow(expect.objectContaining({ code: 'DATA_URL_INVALID' }))
  })

  it('decodes whatever passes the check, and nothing else', () => {
    const piece = fc.constantFrom(
      'data:',
      ',',
      ';',
      '=',
      '"',
      '\\',
      'text',
      '/',
      'x-',
      'a',
      'base64',
      '%',
      '41',
      'QUI=',
      '\n',
      'é',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const url = `data:${pieces.join('')}`
        if (checkDataUrl(url) === undefined) expect(decodeDataUrl(url)).toBeInstanceOf(Uint8Array)
        else expect(() => decodeDataUrl(url)).toThrow(expect.objectContaining({ code: 'DATA_URL_INVALID' }))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('checkDataUrl', () => {
  it.each([
    { name: 'a type without subtype', head: 'data:text/' },
    { name: 'a type that only starts like a known one', head: 'data:textual/x' },
    { name: 'types of every kind', head: 'data:multipart/x' },
    { name: 'an extension type', head: 'data:x-/a' },
    { name: 'an extension type in upper case', head: 'data:X-a/b' },
    { name: 'several parameters', head: 'data:text/plain;a=b;c=d' },
    { name: 'an escape in a value', head: 'data:;a=%41' },
    { name: 'every character of a token', head: "data:;!#$%&'*+-.^_`{|}~=1" },
    { name: 'a quoted value with commas', head: 'data:;a="b,;=#%zz"' },
    { name: 'an empty quoted value', head: 'data:;a=""' },
    {
      name: 'escapes of Go in a quoted value',
      head: 'data:;a="\\\\\\"\\n\\x00\\377\\u00e9\\uFFFF\\U0001F600\\U0010ffff"',
    },
    { name: 'a damaged escape in the value behind an empty quoted one', head: 'data:;a="";b=%zz' },
  ])('accepts $name', ({ head }) => {
    expect(checkDataUrl(`${head},a`)).toBeUndefined()
    expect(checkDataUrl(`${head};base64,YWFh`)).toBeUndefined()
  })

  it.each([
    { name: 'another scheme', url: 'http://x,' },
    { name: 'the scheme in upper case', url: 'DATA:,x' },
    { name: 'nothing', url: '' },
    { name: 'a missing comma', url: 'data:' },
    { name: 'a missing comma behind the type', url: 'data:text/plain' },
    { name: 'a missing comma behind a parameter', url: 'data:;a=b' },
    { name: 'contents without a comma', url: 'data:hello' },
    { name: 'an unknown type', url: 'data:font/ttf,' },
    { name: 'a type in upper case', url: 'data:TEXT/plain,' },
    { name: 'an x without a hyphen', url: 'data:x/y,' },
    { name: 'a type without a slash', url: 'data:text,' },
    { name: 'a second slash', url: 'data:text/a/b,' },
    { name: 'an empty type', url: 'data:/plain,' },
    { name: 'an empty parameter', url: 'data:;,' },
    { name: 'a parameter without a name', url: 'data:;=a,' },
    { name: 'a parameter without an equals sign', url: 'data:;a,' },
    { name: 'base64 in upper case', url: 'data:;BASE64,YQ==' },
    { name: 'base64 that is not last', url: 'data:;base64;a=b,YQ==' },
    { name: 'a parameter without a value', url: 'data:;a=,' },
    { name: 'an equals sign in a value', url: 'data:;a=b=c,' },
    { name: 'a damaged escape in a value', url: 'data:;a=%4,' },
    { name: 'a damaged escape in the second value behind an empty quoted one', url: 'data:;a="";b=c;d=%zz,' },
    { name: 'a damaged escape in a value further on', url: 'data:;a="";b="c";d=%zz,' },
    { name: 'a quoted value that is not closed', url: 'data:;a="b,' },
    { name: 'text behind a quoted value', url: 'data:;a="b"c,' },
    { name: 'a line feed in a quoted value', url: 'data:;a="\n",' },
    { name: 'a quoted value outside ASCII', url: 'data:;a="é",' },
    { name: 'an unknown escape in a quoted value', url: 'data:;a="\\q",' },
    { name: 'an escaped apostrophe', url: `data:;a="\\'",` },
    { name: 'an octal number beyond a byte', url: 'data:;a="\\400",' },
    { name: 'a surrogate', url: 'data:;a="\\uD800",' },
    { name: 'a surrogate in long form', url: 'data:;a="\\U0000dfff",' },
    { name: 'a number beyond Unicode', url: 'data:;a="\\U00110000",' },
    { name: 'an escape that the quote cuts off', url: 'data:;a="\\x4",' },
    { name: 'a backslash at the end', url: 'data:;a="\\' },
    { name: 'a damaged escape', url: 'data:,%zz' },
    { name: 'an escape that is cut off', url: 'data:,%2' },
    { name: 'characters outside ASCII', url: 'data:,é' },
    ...[...' "#<>[\\]^`{|}\n\x7f'].map((character) => ({
      name: `${JSON.stringify(character)} in plain contents`,
      url: `data:,a${character}b`,
    })),
    { name: 'base64 without padding', url: 'data:;base64,YQ' },
    { name: 'base64 with half of the padding', url: 'data:;base64,YQ=' },
    { name: 'base64 with too much padding', url: 'data:;base64,YWE==' },
    { name: 'base64 of padding alone', url: 'data:;base64,====' },
    { name: 'padding inside of base64', url: 'data:;base64,YQ==YQ==' },
    { name: 'a single digit', url: 'data:;base64,Y===' },
    { name: 'escapes in base64', url: 'data:;base64,YWE%3D' },
    { name: 'the alphabet for URLs', url: 'data:;base64,-_-_' },
    { name: 'a carriage return in base64', url: 'data:;base64,YW\rFh' },
    { name: 'base64 outside ASCII', url: 'data:;base64,YWFé' },
  ])('refuses $name', ({ url }) => {
    expect(checkDataUrl(url)).toBeTypeOf('string')
  })

  it('says where a character is that must be escaped, and not which', () => {
    expect(checkDataUrl('data:,ab{c')).toMatch(/^character 9 /)
  })

  it('takes long texts of every kind in time', () => {
    const length = 1_000_000
    for (const head of ['a', ';a=b', ';a=""', ';a="\\n"', ';a="'].map((piece) => piece.repeat(length / 5))) {
      expect(checkDataUrl(`data:${head}`)).toBeTypeOf('string')
    }
  })
})
