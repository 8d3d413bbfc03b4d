import { describe, expect, it } from 'vitest'
import { decodeDataUrl } from '../../../src/formats/data-url/index.ts'

describe('decodeDataUrl', () => {
  it.each([
    { url: 'data:,hello', bytes: 'hello' },
    { url: 'data:,a%20b%0A', bytes: 'a b\n' },
    { url: 'data:;base64,aGVsbG8=', bytes: 'hello' },
    { url: 'data:text/plain;charset=utf-8;base64,aGVsbG8%3D', bytes: 'hello' },
    { url: 'data:,', bytes: '' },
  ])('gives the bytes of $url', ({ url, bytes }) => {
    expect(new TextDecoder().decode(decodeDataUrl(url))).toBe(bytes)
  })

  it('takes escapes as bytes, not as characters', () => {
    expect([...decodeDataUrl('data:,%ff%00')]).toEqual([0xff, 0])
  })

  it.each(['http://x', 'data:hello', 'data:,%zz', 'data:,%2', 'data:;base64,a?b'])('refuses %s', (url) => {
    expect(() => decodeDataUrl(url)).toThrow(expect.objectContaining({ code: 'DATA_URL_INVALID' }))
  })
})
