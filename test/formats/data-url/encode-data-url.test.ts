import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkDataUrl,
  type DataUrlEncoding,
  dataUrlLength,
  decodeDataUrl,
  encodeDataUrl,
} from '../../../src/formats/data-url/index.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const encodings: readonly DataUrlEncoding[] = ['plain', 'base64']

describe('encodeDataUrl', () => {
  it.each<{ bytes: string; encoding: DataUrlEncoding; is: string }>([
    { bytes: '', encoding: 'plain', is: 'data:,' },
    { bytes: 'a b\n', encoding: 'plain', is: 'data:,a%20b%0A' },
    { bytes: '\x7fé%', encoding: 'plain', is: 'data:,%7F%C3%A9%25' },
    { bytes: '', encoding: 'base64', is: 'data:;base64,' },
    { bytes: 'h', encoding: 'base64', is: 'data:;base64,aA==' },
    { bytes: 'he', encoding: 'base64', is: 'data:;base64,aGU=' },
    { bytes: 'hel', encoding: 'base64', is: 'data:;base64,aGVs' },
    { bytes: '~~~???', encoding: 'base64', is: 'data:;base64,fn5+Pz8/' },
  ])('writes $bytes as $encoding', ({ bytes, encoding, is }) => {
    expect(encodeDataUrl(bytesOf(bytes), encoding)).toBe(is)
  })

  it('leaves 81 characters as they are, and none that JSON would escape', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const raw = encodeDataUrl(all, 'plain')
      .slice('data:,'.length)
      .replaceAll(/%[0-9A-F]{2}/g, '')
    expect(raw).toBe("!$&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~")
    expect(raw).toHaveLength(81)
    expect(JSON.stringify(raw)).toHaveLength(83)
  })

  it.each(encodings)('is undone by decoding when %s', (encoding) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const url = encodeDataUrl(bytes, encoding)
        expect(checkDataUrl(url)).toBeUndefined()
        expect(decodeDataUrl(url)).toEqual(bytes)
      }),
    )
  })

  it('writes the base64 that everybody writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encodeDataUrl(bytes, 'base64')).toBe(`data:;base64,${Buffer.from(bytes).toString('base64')}`)
      }),
    )
  })
})

describe('dataUrlLength', () => {
  it.each(encodings)('is the length of what is written as %s', (encoding) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(dataUrlLength(bytes, encoding)).toBe(encodeDataUrl(bytes, encoding).length)
      }),
    )
  })
})
