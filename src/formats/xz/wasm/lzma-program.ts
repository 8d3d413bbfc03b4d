import {
  ADAPTATION_SHIFT,
  ALIGN,
  ALIGN_BITS,
  FIRST_ALIGNED_SLOT,
  FIRST_MATCH_STATE,
  FIRST_OPEN_SLOT,
  IS_MATCH,
  IS_REPEAT,
  IS_REPEAT_0,
  IS_REPEAT_0_LONG,
  IS_REPEAT_1,
  IS_REPEAT_2,
  LENGTH_CHOICE_2,
  LENGTH_CONTEXTS,
  LENGTH_LONG,
  LENGTH_MIDDLE,
  LENGTH_SHORT,
  LITERAL,
  LITERAL_CONTEXT_SIZE,
  LONG_LENGTHS,
  MATCH_LENGTH,
  MIN_MATCH_LENGTH,
  PROBABILITY_BITS,
  REPEAT_LENGTH,
  SHORT_LENGTHS,
  SLOT,
  SLOT_COUNT,
  SPECIAL,
} from '../lzma-model.ts'
import {
  add,
  and,
  atLeast,
  type Code,
  constant,
  equal,
  get,
  giveBack,
  greater,
  less,
  load8,
  load16,
  load32,
  mul,
  or,
  repeatWhile,
  select,
  set,
  shl,
  shr,
  shrSigned,
  store8,
  store16,
  store32,
  sub,
  type ValueType,
  type WasmFunction,
  when,
  whileLoop,
  xor,
} from './assembler.ts'
import {
  DISTANCE_OFFSETS,
  INPUT_OFFSET,
  LITERAL_CONTEXT_BITS_OFFSET,
  LITERAL_POSITION_MASK_OFFSET,
  POSITION_MASK_OFFSET,
  PROBABILITIES_OFFSET,
  STATE_OFFSET,
} from './memory-layout.ts'

/** The locals, by name; the first five are the parameters. */
const NAMES = [
  ...['inputEnd', 'position', 'end', 'start', 'dictionaryByteLength'],
  ...['next', 'range', 'code', 'probability', 'bound', 'index', 'symbol', 'base', 'length', 'lengthModel', 'bits'],
  ...['state', 'positionState', 'distance0', 'distance1', 'distance2', 'distance3', 'from', 'expected', 'half'],
  ...['expectedBit', 'literalContextBits', 'literalPositionMask', 'positionMask'],
] as const
const PARAMETER_COUNT = 5
type Name = (typeof NAMES)[number]

const NONE: Code = []
const $ = (name: Name): Code => get(NAMES.indexOf(name))
const let_ = (name: Name, value: Code | number): Code =>
  set(NAMES.indexOf(name), typeof value === 'number' ? constant(value) : value)
const n = constant

/** Shifts the next byte in when the range has become small. */
const normalize: Code = when(equal(shr($('range'), n(24)), n(0)), [
  let_('range', shl($('range'), n(8))),
  let_('code', or(shl($('code'), n(8)), load8($('next')))),
  let_('next', add($('next'), n(1))),
])

/** Decodes one bit by the probability with this index, lets that follow it, and goes on with one of the branches. */
function bit(index: Code, zero: Code, one: Code): Code {
  const probabilityAddress = shl($('index'), n(1))
  const adapt = (value: Code): Code => store16(probabilityAddress, value, PROBABILITIES_OFFSET)
  return [
    let_('index', index),
    normalize,
    let_('probability', load16(probabilityAddress, PROBABILITIES_OFFSET)),
    let_('bound', mul(shr($('range'), n(PROBABILITY_BITS)), $('probability'))),
    when(
      less($('code'), $('bound')),
      [
        let_('range', $('bound')),
        adapt(add($('probability'), shr(sub(n(1 << PROBABILITY_BITS), $('probability')), n(ADAPTATION_SHIFT)))),
        zero,
      ],
      [
        let_('range', sub($('range'), $('bound'))),
        let_('code', sub($('code'), $('bound'))),
        adapt(sub($('probability'), shr($('probability'), n(ADAPTATION_SHIFT)))),
        one,
      ],
    ),
  ]
}

const appendZero: Code = let_('symbol', shl($('symbol'), n(1)))
const appendOne: Code = let_('symbol', or(shl($('symbol'), n(1)), n(1)))

/** Decodes `bitCount` bits, highest first, to `symbol`, with a one before them: unrolled, for the most frequent trees. */
function tree(base: Code, bitCount: number): Code {
  const step = bit(add($('base'), $('symbol')), appendZero, appendOne)
  return [let_('base', base), let_('symbol', 1), Array.from({ length: bitCount }, () => step)]
}

function rolledTree(base: Code, size: number): Code {
  const step = bit(add($('base'), $('symbol')), appendZero, appendOne)
  return [let_('base', base), let_('symbol', 1), repeatWhile(less($('symbol'), n(size)), step)]
}

const contextOfState = (group: number): Code => add($('state'), n(group))
const contextOfPosition = (group: number): Code => add(add(shl($('state'), n(4)), $('positionState')), n(group))
const nextState = (behindLiteral: number, behindMatch: number): Code =>
  let_('state', select(less($('state'), n(FIRST_MATCH_STATE)), n(behindLiteral), n(behindMatch)))

/** A byte in a tree that is chosen bit by bit by an expected byte, as long as that one is right. */
const expectedTree: Code = [
  let_('expected', load8(sub(sub($('position'), $('distance0')), n(1)))),
  let_('half', 0x100),
  let_('symbol', 1),
  repeatWhile(less($('symbol'), n(0x100)), [
    let_('expected', shl($('expected'), n(1))),
    let_('expectedBit', and($('expected'), $('half'))),
    bit(
      add(add($('base'), $('half')), add($('expectedBit'), $('symbol'))),
      [appendZero, let_('half', xor($('half'), $('expectedBit')))],
      [appendOne, let_('half', $('expectedBit'))],
    ),
  ]),
]

const previousByte = load8(sub($('position'), n(1)))
const literalContext: Code = add(
  shl(and($('position'), $('literalPositionMask')), $('literalContextBits')),
  shr(previousByte, sub(n(8), $('literalContextBits'))),
)

const literal: Code = [
  let_('base', add(mul(literalContext, n(LITERAL_CONTEXT_SIZE)), n(LITERAL))),
  when(
    less($('state'), n(FIRST_MATCH_STATE)),
    [tree($('base'), 8), let_('state', select(less($('state'), n(4)), n(0), sub($('state'), n(3))))],
    [expectedTree, let_('state', sub($('state'), select(less($('state'), n(10)), n(3), n(6))))],
  ),
  store8($('position'), $('symbol')),
  let_('position', add($('position'), n(1))),
]

const lengthOfPosition = (group: number): Code => add(add($('lengthModel'), shl($('positionState'), n(3))), n(group))
const lengthFrom = (first: number, size: number): Code => let_('length', add($('symbol'), n(first - size)))

const decodeLength: Code = bit(
  $('lengthModel'),
  [tree(lengthOfPosition(LENGTH_SHORT), 3), lengthFrom(MIN_MATCH_LENGTH, SHORT_LENGTHS)],
  bit(
    add($('lengthModel'), n(LENGTH_CHOICE_2)),
    [tree(lengthOfPosition(LENGTH_MIDDLE), 3), lengthFrom(MIN_MATCH_LENGTH + SHORT_LENGTHS, SHORT_LENGTHS)],
    [
      rolledTree(add($('lengthModel'), n(LENGTH_LONG)), LONG_LENGTHS),
      lengthFrom(MIN_MATCH_LENGTH + 2 * SHORT_LENGTHS, LONG_LENGTHS),
    ],
  ),
)

/** The bits below a distance's slot, lowest first; `half` is the value of the next one. */
const reverseTree: Code = [
  let_('symbol', 1),
  let_('half', 1),
  repeatWhile($('bits'), [
    bit(add($('base'), $('symbol')), appendZero, [appendOne, let_('distance0', add($('distance0'), $('half')))]),
    let_('half', shl($('half'), n(1))),
    let_('bits', sub($('bits'), n(1))),
  ]),
]

/** Bits whose chances are even, highest first. No branch is taken: which one would be, nobody could foretell. */
const directBits: Code = [
  let_('symbol', 0),
  repeatWhile($('bits'), [
    normalize,
    let_('range', shr($('range'), n(1))),
    let_('code', sub($('code'), $('range'))),
    let_('bound', shrSigned($('code'), n(31))), // all ones when the bit is zero
    let_('code', add($('code'), and($('range'), $('bound')))),
    let_('symbol', add(shl($('symbol'), n(1)), add($('bound'), n(1)))),
    let_('bits', sub($('bits'), n(1))),
  ]),
]

const lastLengthContext = LENGTH_CONTEXTS - 1
const lengthContext: Code = select(
  less($('length'), n(MIN_MATCH_LENGTH + lastLengthContext)),
  sub($('length'), n(MIN_MATCH_LENGTH)),
  n(lastLengthContext),
)

const decodeDistance: Code = [
  tree(add(mul(lengthContext, n(SLOT_COUNT)), n(SLOT)), 6),
  let_('symbol', sub($('symbol'), n(SLOT_COUNT))),
  let_('distance0', $('symbol')),
  when(atLeast($('symbol'), n(FIRST_OPEN_SLOT)), [
    let_('bits', sub(shr($('symbol'), n(1)), n(1))),
    let_('distance0', shl(or(and($('symbol'), n(1)), n(2)), $('bits'))),
    when(less($('symbol'), n(FIRST_ALIGNED_SLOT)), let_('base', add(sub($('distance0'), $('symbol')), n(SPECIAL))), [
      let_('bits', sub($('bits'), n(ALIGN_BITS))),
      directBits,
      let_('distance0', add($('distance0'), shl($('symbol'), n(ALIGN_BITS)))),
      let_('base', ALIGN),
      let_('bits', ALIGN_BITS),
    ]),
    reverseTree,
  ]),
]

const newMatch: Code = [
  let_('distance3', $('distance2')),
  let_('distance2', $('distance1')),
  let_('distance1', $('distance0')),
  let_('lengthModel', MATCH_LENGTH),
  decodeLength,
  nextState(7, 10),
  decodeDistance,
]

/** Makes one of the earlier distances the latest. */
function recall(distance: 'distance1' | 'distance2' | 'distance3'): Code {
  return [
    let_('symbol', $(distance)),
    distance === 'distance3' ? let_('distance3', $('distance2')) : NONE,
    distance === 'distance1' ? NONE : let_('distance2', $('distance1')),
    let_('distance1', $('distance0')),
    let_('distance0', $('symbol')),
  ]
}

const repeatedMatch: Code = [
  let_('length', 0),
  bit(
    contextOfState(IS_REPEAT_0),
    bit(contextOfPosition(IS_REPEAT_0_LONG), [let_('length', 1), nextState(9, 11)], NONE),
    bit(
      contextOfState(IS_REPEAT_1),
      recall('distance1'),
      bit(contextOfState(IS_REPEAT_2), recall('distance2'), recall('distance3')),
    ),
  ),
  when(equal($('length'), n(0)), [let_('lengthModel', REPEAT_LENGTH), decodeLength, nextState(8, 11)]),
]

const copyMatch: Code = [
  when(atLeast($('distance0'), sub($('position'), $('start'))), giveBack(n(0))),
  when(atLeast($('distance0'), $('dictionaryByteLength')), giveBack(n(0))),
  when(greater($('length'), sub($('end'), $('position'))), giveBack(n(0))),
  let_('from', sub(sub($('position'), $('distance0')), n(1))),
  let_('length', add($('length'), $('position'))),
  repeatWhile(less($('position'), $('length')), [
    store8($('position'), load8($('from'))),
    let_('position', add($('position'), n(1))),
    let_('from', add($('from'), n(1))),
  ]),
]

/** The 32-bit integer behind the run's first byte, which is zero, has its highest byte first. */
const firstCode: Code = [1, 2, 3, 4].reduce<Code>(
  (code, offset) => or(shl(code, n(8)), load8(n(INPUT_OFFSET + offset))),
  n(0),
)

const kept: readonly (readonly [Name, number])[] = [
  ['state', STATE_OFFSET],
  ...DISTANCE_OFFSETS.map((offset, index) => [`distance${index}` as Name, offset] as const),
]
const settings: readonly (readonly [Name, number])[] = [
  ['literalContextBits', LITERAL_CONTEXT_BITS_OFFSET],
  ['literalPositionMask', LITERAL_POSITION_MASK_OFFSET],
  ['positionMask', POSITION_MASK_OFFSET],
]

/**
 * `decode(inputEnd, position, end, start, dictionaryByteLength)`: decodes a run as {@link LzmaDecoder} does, in one function
 * without calls, so that everything that changes with each bit stays in registers. Gives 0 for damaged runs.
 */
export const lzmaProgram: WasmFunction = {
  name: 'decode',
  parameters: NAMES.slice(0, PARAMETER_COUNT).map((): ValueType => 'i32'),
  result: 'i32',
  locals: NAMES.slice(PARAMETER_COUNT).map((): ValueType => 'i32'),
  body: [
    [...kept, ...settings].map(([name, offset]) => let_(name, load32(n(offset)))),
    let_('code', firstCode),
    let_('range', -1),
    let_('next', INPUT_OFFSET + 5),
    whileLoop(less($('position'), $('end')), [
      when(greater($('next'), $('inputEnd')), giveBack(n(0))), // a symbol takes few bytes; the memory goes on behind them
      let_('positionState', and($('position'), $('positionMask'))),
      bit(contextOfPosition(IS_MATCH), literal, [bit(contextOfState(IS_REPEAT), newMatch, repeatedMatch), copyMatch]),
    ]),
    kept.map(([name, offset]) => store32(n(offset), $(name))),
    normalize,
    and(equal($('next'), $('inputEnd')), equal($('code'), n(0))),
  ],
}
