import fc from 'fast-check'
import { oneOf, type Values } from './tastes.ts'
import { pieces, type Text } from './values.ts'

const httpUrl = oneOf(
  'http://h/a',
  'https://h/a',
  'https://user:pass%20word@h:8080/a/b?c=d#e',
  'HTTP://H/',
  'http://[::1]:80/',
  'http://[fe80::1%25eth0]/',
  'http:opaque',
  'http://',
  'http:///a',
  'https:',
  'http://h:/',
  'http://h:99999/',
  'http://é.example/%C3%A9',
  'http://h/%41?%zz',
)

/** URLs that proxies and tang servers may have. */
export const webUrl: Values<string> = {
  good: httpUrl,
  odd: fc.oneof(oneOf('', '//h', 'h:80', 'socks5://h', 'ftp://h', 'data:,', 'h/a'), oddUrl()),
}

const dataUrl = fc.oneof(
  oneOf('data:,', 'data:;base64,', 'data:;base64,aGVsbG8=', 'data:,a%20b%0A', 'data:text/plain;charset=utf-8,a+b'),
  oneOf('data:text/,', 'data:x-a/b,', 'data:image/png;a=b;base64,AA==', 'data:text/plain;a="b,\\"c",d', 'data:,a?b&c'),
  oneOf('data:textual/b,a', 'data:;a=%41,b', 'data:;base64,AB==', "data:,!$&'()*+,-./:;=?@_~", 'data:,%ff%00'),
)

/** Pieces of data URLs, whole and broken. */
const oddDataUrl: Text = pieces(
  7,
  'data:',
  'data:;base64,',
  'DATA:',
  'text',
  'Text',
  'x-',
  '/',
  'plain',
  ';',
  'a',
  '=',
  '"',
  '\\',
  'base64',
  ',',
  '%',
  '%4',
  '%41',
  'YQ==',
  'YW',
  'é',
  ' ',
  '#',
  '[',
  '_',
).map((text) => (/^data:/i.test(text) ? text : `data:${text}`))

function oddUrl(): Text {
  const broken = oneOf(
    ':',
    ':a',
    '1http://h',
    'h ttp://h',
    ' http://h',
    'http://h/\n',
    'http://h/\u007f',
    'http://h h/',
    'http://h:x/',
    'http://h:1:2/',
    'http://[::1/',
    'http://[::1]x/',
    'http://h/%zz',
    'http://h/#%zz',
    'http://h%41/',
    'http://u%zz@h/',
    'http://u^@h/',
    'b:c/d',
    'a/b:c',
    'é://h',
  )
  const parts = pieces(
    8,
    'http',
    'https',
    's3',
    'tftp',
    'gs',
    ':',
    '//',
    '/',
    '@',
    '[',
    ']',
    '::1',
    'h',
    '80',
    '%',
    '%4',
    '%41',
    '%c3',
    '%25',
    '?',
    '#',
    ' ',
    'é',
    '\\',
    '^',
    '|',
    '<',
    '"',
    '{',
    'versionId=',
    '&',
    ';',
    '+',
    '\t',
  )
  return fc.oneof(broken, parts)
}

/** URLs of any scheme that a spec version may not know, and what looks like one. */
const oddSource: Text = fc.oneof(
  { weight: 2, arbitrary: oneOf('', 'a', '/a', '//h/a', 'ftp://h/a', 'file:///a', 'gs://b/k', 'GS:b', 'arn:a') },
  {
    weight: 1,
    arbitrary: oneOf('s3://b/k?versionId=', 's3://b/k?a=b&versionId', 's3:?versionId=', 's3:?versionId=;'),
  },
  { weight: 2, arbitrary: oneOf('data:', 'data:a', 'DATA:,', 'data:,é', 'data:,"', 'data:;base64,a', 'data:;BASE64,') },
  { weight: 2, arbitrary: oddUrl() },
  { weight: 2, arbitrary: oddDataUrl },
  { weight: 2, arbitrary: fc.oneof(httpUrl, dataUrl) },
)

/** Sources of resources by what comes with them; `newSchemes` are those that the spec version brought. */
export function sources(newSchemes: readonly string[]): Values<string> & { readonly http: Text } {
  const other = oneOf('tftp://h/a', 's3://b/k', 's3://b/k?versionId=1', 's3://b/k?a;versionId=', '', ...newSchemes)
  return { http: httpUrl, good: fc.oneof(httpUrl, dataUrl, other), odd: oddSource }
}
