import fc from 'fast-check'
import { oneOf, type Values } from './tastes.ts'

type Text = fc.Arbitrary<string>

/** Texts put together from pieces that mean something to a grammar. */
function pieces(maxLength: number, ...parts: readonly string[]): Text {
  return fc.array(oneOf(...parts), { maxLength }).map((chosen) => chosen.join(''))
}

const letters = pieces(3, 'a', 'b', 'c', 'd')

/** Texts that no rule looks into, some of them unpleasant to carry. */
export const anyText: Text = fc.oneof(
  letters,
  oneOf('', ' ', 'a b', 'é', '💾', '"', '\\', 'a\nb', 'a\tb', '\u0000', '\u2028', '<&>', '100%', '$', '\u007f', '../a'),
)

/** Names that repeat often enough to collide. */
export const name: Text = oneOf('a', 'b', 'c', 'core', 'é', 'A', 'a b', 'a.b')

export const integer: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.nat(2000),
  oneOf<number | bigint>(0, -1, -0, 2 ** 31, 2 ** 53, -(2n ** 63n), 2n ** 63n - 1n),
)

/** Absolute and simplified paths below a folder. */
export function pathBelow(folder: string, maxDepth = 3): Text {
  const step = oneOf('a', 'b', 'c', 'é', '...', '.a', 'a b', 'a%b', '~', '\\', '*')
  return fc.array(step, { minLength: 1, maxLength: maxDepth }).map((steps) => [folder, ...steps].join('/'))
}

/** Paths that may be anything, from few pieces, so that they also meet. */
export const oddPath: Text = fc.oneof(
  pieces(4, '/', '/a', '/b', '/.', '/..', '//', 'a', '.', '', ' ', '\n'),
  oneOf('', '/', '/a', '/a/b', '/a/b/c', '/b', '/a/', '//a', '/./a', '/a/../b', 'a', './a', '/..', '/a\u0000', '/é/'),
)

export const device: Values<string> = { good: pathBelow('/dev'), odd: oddPath }

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

const HEX = '0123456789abcdefABCDEF'

/** Verification hashes of the functions that a spec version knows. */
export function hashes(hasSha256: boolean): Values<string> {
  const sha512 = oneOf(`sha512-${'0'.repeat(128)}`, `sha512-${'x'.repeat(128)}`, `sha512-${'é'.repeat(64)}`)
  const sha256 = oneOf(`sha256-${HEX.slice(0, 16).repeat(4)}`, `sha256-${'-'.repeat(64)}`)
  const wrong = oneOf(
    '',
    '',
    '-',
    'sha512',
    'sha256',
    'sha512-',
    'sha512-00',
    `sha512-${'0'.repeat(127)}`,
    `sha512-${'0'.repeat(129)}`,
    `sha512-${'é'.repeat(128)}`,
    `sha256-${'0'.repeat(63)}`,
    `SHA512-${'0'.repeat(128)}`,
    `md5-${'0'.repeat(32)}`,
    `-${'0'.repeat(128)}`,
  )
  return { good: hasSha256 ? fc.oneof(sha512, sha256) : sha512, odd: fc.oneof(wrong, sha256) }
}

/** Texts around a limit in bytes, from characters of one, two and four of them. */
export function textUpTo(maxByteLength: number): Values<string> {
  const half = Math.floor(maxByteLength / 2)
  const quarter = Math.floor(maxByteLength / 4)
  const full = oneOf('l'.repeat(maxByteLength), 'é'.repeat(half), '💾'.repeat(quarter))
  return {
    good: fc.oneof(letters, full),
    odd: oneOf('l'.repeat(maxByteLength + 1), 'é'.repeat(half + 1), '💾'.repeat(quarter + 1), '', 'l'.repeat(300)),
  }
}

/** Modes as JSON has them: decimal. */
export const mode: Values<number | bigint> = {
  good: oneOf<number | bigint>(0, 0o400, 0o644, 0o755, 0o777),
  odd: oneOf<number | bigint>(-1, 0o1000, 0o4755, 0o7777, 0o10000, 644, 755, 600, 1777, 4096, 2n ** 62n),
}

const GUID = '01234567-89ab-cdef-EDCB-A98765432101'

export const guid: Values<string> = {
  good: oneOf('', GUID, GUID.toUpperCase(), '00000000-0000-0000-0000-000000000000'),
  odd: oneOf(
    'x',
    `${GUID}0`,
    GUID.slice(1),
    GUID.replace('0', 'g'),
    GUID.replaceAll('-', ''),
    `{${GUID}}`,
    `${GUID}\n`,
  ),
}

export const unitName: Values<string> = {
  good: fc.oneof(
    oneOf('a.service', 'b.socket', 'a-b.device', 'a.mount', 'a.automount', 'a.swap', 'a.target', 'a.path', 'a.timer'),
    oneOf('a.snapshot', 'a.slice', 'a.scope', 'a@.service', 'a@b.service', 'é.service', '.service', 'a/b.service'),
  ),
  odd: oneOf(
    '',
    'a',
    'service',
    'a.Service',
    'a.service ',
    'a.conf',
    'a.service/b',
    'a.service.d',
    'a.',
    'a@x.service',
  ),
}

export const dropinName: Values<string> = {
  good: oneOf('a.conf', 'b.conf', '10-a.conf', '.conf', 'a/b.conf'),
  odd: oneOf('', 'conf', 'a', 'a.Conf', 'a.conf ', 'a.service', 'a.conf/b', 'a.conf'),
}

const unitLines = [
  '[Unit]\n',
  '[Service]\n',
  '[Install]\n',
  'Description=a\n',
  'ExecStart=/a \\\n  b\n',
  'WantedBy=multi-user.target\n',
  '# a comment\n',
  '; another\n',
  '\n',
  'A=\n',
  ' B = c \n',
  '=d\n',
]

/** Text of units that parses, mostly; what is enabled has to have the section `Install`. */
export const unitText: Values<string> & { readonly installed: Text } = {
  good: fc.array(oneOf(...unitLines), { maxLength: 6 }).map((lines) => ['[Unit]\n', ...lines].join('')),
  installed: oneOf('[Install]\nWantedBy=a.target\n', '[Service]\nExecStart=/a\n[Install]\nAlias=b\n', ''),
  odd: fc.oneof(
    {
      weight: 4,
      arbitrary: pieces(
        8,
        ...unitLines,
        '[',
        ']',
        '[]',
        '[Install] ',
        'x',
        '=',
        '\\',
        '\\ ',
        '\r',
        '\r\n',
        '\n',
        ' ',
        '#a\\\n',
        '\t',
      ),
    },
    {
      weight: 1,
      arbitrary: oneOf('a', 'a=b', '[a', '[a]b\n', '[a]\nb\n', '[a]\nb', '[a]\n[b\n]\nc=d', '[Install ]\na=b', '# [a]'),
    },
    { weight: 1, arbitrary: longLine() },
  ),
}

/** Lines around the length of 2048 bytes, anywhere in the window that Ignition reads. */
function longLine(): Text {
  const around = (...lengths: readonly number[]): fc.Arbitrary<number> =>
    fc.tuple(oneOf(...lengths), fc.integer({ min: -2, max: 2 })).map(([length, by]) => Math.max(0, length + by))
  return fc
    .record({
      before: oneOf('[a]\n', '[a]\nb=c\n', '', '[a]\n#', '['),
      filler: fc.tuple(oneOf('#\n', 'd=e\n', '\n'), around(0, 10, 500, 1000, 2000)),
      start: oneOf('', 'f=', '#', '[', 'f=g\\\n'),
      line: fc.tuple(oneOf('x', 'é', ' '), around(1024, 2040, 2048, 3000, 4096, 6000)),
      end: oneOf('', '\n', '=\n', ']\n', '\\\n', '\r\n', '=g\nh=i\n'),
    })
    .map(({ before, filler, start, line, end }) => {
      return before + filler[0].repeat(filler[1]) + start + line[0].repeat(line[1]) + end
    })
}

/** What stands in `ignition.version` of configs that are not read. */
export const oddVersion: fc.Arbitrary<unknown> = oneOf<unknown>(
  '',
  null,
  '3',
  '3.3',
  '3.3.0.0',
  'v3.3.0',
  ' 3.3.0',
  '3.3.0 ',
  '03.03.00',
  '3.3.0-',
  '3.3.0+',
  '3.3.0-+',
  '3.3.0+x',
  '3.3.0-x',
  '3.3.0-é',
  '3.3.0-a..b',
  '3.3.1',
  '3.30.0',
  '3.-1.0',
  '+3.+3.+0',
  '9223372036854775807.0.0',
  '9223372036854775808.0.0',
  '2.3.0',
  '4.0.0',
  '3.1.0-experimental',
  3,
  {},
)
