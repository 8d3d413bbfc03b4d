import fc from 'fast-check'
import { encodeUtf8, joinBytes } from '../../../src/bytes/index.ts'
import { fraction, pick } from './mutate-tree.ts'

/** One change of the bytes of a text. */
export interface ByteMutation {
  readonly change: 'truncate' | 'insert' | 'replace' | 'remove' | 'repeat' | 'prepend' | 'append' | 'nest' | 'empty'
  readonly place: number
  readonly choice: number
}

/** What may lie between the tokens of a text, and what may not. */
const RUNS: readonly Uint8Array[] = [
  ...['\n', '\r\n', '\t', ' ', '{', '}', '[', ']', ',', ':', '"', '\\', '/', '-', '.', 'e', '0', 'u', 'null', 'tru'],
  ...[
    '//a\n',
    '/* a */',
    "'",
    '#',
    'NaN',
    '+1',
    '01',
    '1.',
    '\u0000',
    '\v',
    '\u00a0',
    '\u2028',
    'é',
    '\ufeff',
    '%',
    '{}',
  ],
  ...['\\u', '\\u00', '\\x', '\\"', 'html', '---\n'],
]
  .map(encodeUtf8)
  .concat(
    [0xff, 0x80, 0xc3, 0x1f].map((byte) => Uint8Array.of(byte)),
    [Uint8Array.of(0xed, 0xa0, 0x80)],
  )

/** Brackets in brackets, one level less than is too deep for a value of a member of the config, or just too deep. */
const NESTING_DEPTHS = [9999, 10_000, 10_001]

export const byteMutations: fc.Arbitrary<ByteMutation> = fc.record({
  change: fc.oneof(
    {
      weight: 30,
      arbitrary: fc.constantFrom('truncate', 'insert', 'replace', 'remove', 'repeat', 'prepend', 'append'),
    },
    { weight: 4, arbitrary: fc.constant('nest') },
    { weight: 3, arbitrary: fc.constant('empty') },
  ) as fc.Arbitrary<ByteMutation['change']>,
  place: fraction(),
  choice: fraction(),
})

/** Applies changes one after the other. */
export function mutateBytes(bytes: Uint8Array, mutations: readonly ByteMutation[]): Uint8Array {
  return mutations.reduce(mutateOnce, bytes)
}

function mutateOnce(bytes: Uint8Array, { change, place, choice }: ByteMutation): Uint8Array {
  const offset = Math.floor(place * (bytes.byteLength + 1))
  const [before, behind] = [bytes.subarray(0, offset), bytes.subarray(offset)]
  const byteLength = 1 + Math.floor(choice * choice * 20)
  const run = pick(RUNS, choice)
  switch (change) {
    case 'truncate':
      return before
    case 'insert':
      return joinBytes([before, run, behind])
    case 'replace':
      return joinBytes([before, run, behind.subarray(1)])
    case 'remove':
      return joinBytes([before, behind.subarray(byteLength)])
    case 'repeat':
      return joinBytes([before, behind.subarray(0, byteLength), behind])
    case 'prepend':
      return joinBytes([run, bytes])
    case 'append':
      return joinBytes([bytes, run])
    case 'nest': {
      const depth = pick(NESTING_DEPTHS, choice)
      const nested = encodeUtf8(`{"deep":${'['.repeat(depth)}${']'.repeat(depth)},`)
      return joinBytes([nested, bytes.subarray(1)])
    }
    case 'empty':
      return bytes.subarray(0, 0)
  }
}
