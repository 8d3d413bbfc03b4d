import fc from 'fast-check'
import { oneOf, type Values } from './tastes.ts'

/** Texts of some kind. */
export type Text = fc.Arbitrary<string>

/** Texts put together from pieces that mean something to a grammar. */
export function pieces(maxLength: number, ...parts: readonly string[]): Text {
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
