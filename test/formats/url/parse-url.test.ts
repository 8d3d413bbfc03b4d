import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ParsedUrl, parseUrl } from '../../../src/formats/url/index.ts'

const parts = (url: Partial<ParsedUrl>): ParsedUrl => ({
  scheme: '',
  userInfo: '',
  host: '',
  path: '',
  opaque: '',
  query: '',
  fragment: '',
  ...url,
})

describe('parseUrl', () => {
  it.each<{ url: string; is: Partial<ParsedUrl> }>([
    { url: '', is: {} },
    {
      url: 'https://example.com/a?b#c',
      is: { scheme: 'https', host: 'example.com', path: '/a', query: 'b', fragment: 'c' },
    },
    { url: 'HTTP://Example.com', is: { scheme: 'http', host: 'Example.com' } },
    { url: 'http://u:p@h:80/x', is: { scheme: 'http', userInfo: 'u:p', host: 'h:80', path: '/x' } },
    { url: 'http://a@b@c/', is: { scheme: 'http', userInfo: 'a@b', host: 'c', path: '/' } },
    { url: 'http://[fe80::1%25en0]:8080/', is: { scheme: 'http', host: '[fe80::1%25en0]:8080', path: '/' } },
    {
      url: 's3://bucket/key?versionId=1?2',
      is: { scheme: 's3', host: 'bucket', path: '/key', query: 'versionId=1?2' },
    },
    { url: 'data:text/plain,a%zz?b', is: { scheme: 'data', opaque: 'text/plain,a%zz', query: 'b' } },
    { url: 'arn:aws:s3:::b/k', is: { scheme: 'arn', opaque: 'aws:s3:::b/k' } },
    { url: 'a1+-.:x', is: { scheme: 'a1+-.', opaque: 'x' } },
    { url: 'file:/etc', is: { scheme: 'file', path: '/etc' } },
    { url: 'file:////etc', is: { scheme: 'file', path: '//etc' } },
    { url: '//host/path', is: { host: 'host', path: '/path' } },
    { url: '///path', is: { path: '///path' } },
    { url: 'a/b:c', is: { path: 'a/b:c' } },
    { url: 'http://', is: { scheme: 'http' } },
    { url: 'http:', is: { scheme: 'http' } },
  ])('takes $url apart', ({ url, is }) => {
    expect(parseUrl(url)).toEqual(parts(is))
  })

  it.each([
    { name: 'white space around it as part of it', url: 'http://h/ ' },
    { name: 'spaces in the path', url: 'http://h/a b' },
    { name: 'an empty port', url: 'http://h:/' },
    { name: 'a port out of range', url: 'http://h:99999999/' },
    { name: 'two ports, of which the last is a number', url: 'http://h:a:80/' },
    { name: 'anything in brackets', url: 'http://[h"<>]/' },
    { name: 'escapes of other than ASCII in a host', url: 'http://%C3%A9%ff/' },
    { name: 'an escaped percent sign in a host', url: 'http://a%25b/' },
    { name: 'escapes in a zone of what may stand there raw, and of spaces', url: 'http://[::1%25a%20%41%7e]/' },
    { name: 'characters outside ASCII in a host', url: 'http://é\u0085/' },
    { name: 'damaged escapes in a query', url: 'http://h/?%zz' },
    { name: 'control characters in a fragment', url: 'http://h/#a\n' },
  ])('accepts $name', ({ url }) => {
    expect(parseUrl(url)).toBeDefined()
  })

  it.each([
    { name: 'control characters', url: 'http://h/a\nb' },
    { name: 'control characters in an opaque part', url: 'data:,a\tb' },
    { name: 'a DEL', url: 'http://h/\x7f' },
    { name: 'a damaged escape in the path', url: 'http://h/%zz' },
    { name: 'an escape that is cut off', url: 'http://h/%2' },
    { name: 'a damaged escape in a relative path', url: 'a%' },
    { name: 'a damaged escape in the fragment', url: 'http://h/#%g0' },
    { name: 'a missing scheme', url: '://h/' },
    { name: 'a scheme that starts with a digit', url: '1a:b' },
    { name: 'a scheme with a character that does not belong there', url: 'a_b:c' },
    { name: 'a port that is no number', url: 'http://h:8a/' },
    { name: 'text behind the brackets', url: 'http://[::1]x/' },
    { name: 'a bracket that is not closed', url: 'http://[::1' },
    { name: 'an escape of ASCII in a host', url: 'http://%41/' },
    { name: 'a damaged escape in a host', url: 'http://%f/' },
    { name: 'an escape of what may not stand in a zone', url: 'http://[::1%25%23]/' },
    { name: 'an escape of other than ASCII in a zone', url: 'http://[::1%25%80]/' },
    { name: 'a damaged escape in user info', url: 'http://u:%4@h/' },
    { name: 'a character that does not belong in user info', url: 'http://u"@h/' },
    ...[...' \\^`{|}'].map((character) => ({ name: `${character} in a host`, url: `http://a${character}b/` })),
  ])('refuses $name', ({ url }) => {
    expect(parseUrl(url)).toBeUndefined()
  })

  it('reads back what was put together', () => {
    const word = fc.stringMatching(/^[a-z0-9~_-]{1,8}$/)
    fc.assert(
      fc.property(
        fc.record({
          scheme: fc.stringMatching(/^[a-z][a-z0-9+.-]{0,5}$/),
          userInfo: word,
          host: word,
          path: fc.array(word).map((words) => words.map((text) => `/${text}`).join('')),
          query: word,
          fragment: word,
        }),
        ({ scheme, userInfo, host, path, query, fragment }) => {
          const url = `${scheme}://${userInfo}@${host}${path}?${query}#${fragment}`
          expect(parseUrl(url)).toEqual(parts({ scheme, userInfo, host, path, query, fragment }))
        },
      ),
    )
  })

  it('takes long texts of every kind in time', () => {
    const length = 1_000_000
    for (const text of [
      'a'.repeat(length),
      `data:${'%'.repeat(length)}`,
      `http://[${'%25'.repeat(length / 4)}]`,
      `http://${'a@'.repeat(length / 2)}h`,
      `http://${':'.repeat(length)}`,
    ]) {
      expect(parseUrl(text)).toSatisfy((url: ParsedUrl | undefined) => url === undefined || url.scheme.length < 10)
    }
  })
})
