import fc from 'fast-check'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import { oneOf, type Values } from './tastes.ts'
import { pieces, type Text } from './values.ts'

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

/** Bytes that Ignition reads at once, and the least without a line's end among them that make a line too long. */
const [WINDOW, LONG] = [4096, 2048]

function around(...lengths: readonly number[]): fc.Arbitrary<number> {
  return fc.tuple(oneOf(...lengths), fc.integer({ min: -2, max: 2 })).map(([length, by]) => Math.max(0, length + by))
}

/** Lines of about a length that is too long, at places where the window makes a difference. */
export const longLine: Text = fc
  .record({
    before: oneOf('[a]\n', '[a]\nb=c\n', '', '[a]\n[b', '['),
    filler: oneOf('#\n', 'd=e\n', '\n'),
    place: around(0, 500, WINDOW - LONG, LONG + 500, WINDOW, WINDOW + LONG),
    start: oneOf('', 'f=', '#', '[', 'f=g\\\n', 'f=\\\n'),
    character: oneOf('x', 'x', 'é', '💾', ' '),
    byteLength: around(LONG, LONG, LONG + 500, WINDOW, WINDOW + LONG),
    end: oneOf('', '', '\n', '=\n', ']\n', '\\\n', '\r\n', '=g\nh=i\n'),
  })
  .map(({ before, filler, place, start, character, byteLength, end }) => {
    const room = Math.max(0, place - before.length)
    const filling = filler.repeat(room / filler.length) + '\n'.repeat(room % filler.length)
    const line = character.repeat(byteLength / encodeUtf8(character).byteLength)
    return before + filling + start + line + 'y'.repeat(byteLength % encodeUtf8(character).byteLength) + end
  })

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
    { weight: 1, arbitrary: longLine },
  ),
}
