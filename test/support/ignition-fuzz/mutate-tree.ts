import fc from 'fast-check'
import { findParts, type JsonMember, type JsonTree, partAt, replacePart, token, treeOf } from './json-tree.ts'

/** One change of a tree at one place. */
export interface TreeMutation {
  readonly change: string
  /** Which of the places where the change is possible, as a fraction of them. */
  readonly place: number
  /** What else the change has to choose. */
  readonly choice: number
}

/** Tokens that are of the wrong type or at the edge of the right one. */
const TOKENS = [
  'null',
  'true',
  'false',
  '""',
  '"a"',
  '[]',
  '{}',
  '[null]',
  '[{}]',
  '0',
  '-0',
  '1',
  '-1',
  '1.0',
  '1.5',
  '1e3',
  '1E+3',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '1e308',
  '1e999',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"/a"',
]

/** Keys that no spec version knows, and that only later ones do. */
const KEYS = [
  'unknown',
  '',
  'é',
  '💾',
  'a.b',
  'a b',
  '$',
  '0',
  '%',
  'a%d',
  '100%%',
  '%5v',
  'a"b',
  'a\\b',
  'a\nb',
  'a\u0000',
  '\ufffd',
  '__proto__',
  'constructor',
  'kernelArguments',
  'proxy',
  'compression',
  'httpHeaders',
  'luks',
  'resize',
  'shouldExist',
  'mountOptions',
  'discard',
  'openOptions',
  'cex',
  'contents',
  'source',
  'name',
  'path',
  'ſource',
  'diſks',
  'linKs',
]

const OBJECT = (part: JsonTree): boolean => part.type === 'object'
const FILLED_OBJECT = (part: JsonTree): boolean => part.type === 'object' && part.members.length > 0
const FILLED_LIST = (part: JsonTree): boolean => part.type === 'list' && part.elements.length > 0
const TOKEN = (part: JsonTree): boolean => part.type === 'token'
const TEXT = (part: JsonTree): boolean => part.type === 'token' && part.text.startsWith('"')
const ANY = (): boolean => true

interface Kind {
  readonly fits: (part: JsonTree) => boolean
  readonly apply: (part: JsonTree, choice: number, whole: JsonTree) => JsonTree
}

/** What can be done to a tree. */
const CHANGES: Readonly<Record<string, Kind>> = {
  removeMember: { fits: FILLED_OBJECT, apply: onMember(() => []) },
  repeatMember: { fits: FILLED_OBJECT, apply: onMember((member) => [member, member]) },
  repeatMemberWithOther: {
    fits: FILLED_OBJECT,
    apply: onMember((member, choice, whole) => [member, { ...member, value: sameKeyValue(member, choice, whole) }]),
  },
  repeatMemberInOtherCase: {
    fits: FILLED_OBJECT,
    apply: onMember((member, choice, whole) => {
      const other = { key: inOtherCase(member.key, choice), value: sameKeyValue(member, choice, whole) }
      return choice < 0.5 ? [member, other] : [other, member]
    }),
  },
  repeatMemberAsToken: {
    fits: FILLED_OBJECT,
    apply: onMember((member, choice) => [member, { ...member, value: token(pick(TOKENS, choice)) }]),
  },
  renameMember: { fits: FILLED_OBJECT, apply: onMember((member, choice) => [{ ...member, key: pick(KEYS, choice) }]) },
  recaseMember: {
    fits: FILLED_OBJECT,
    apply: onMember((member, choice) => [{ ...member, key: inOtherCase(member.key, choice) }]),
  },
  respellMember: {
    fits: FILLED_OBJECT,
    apply: onMember(({ key, value }, choice) => [
      { key: splice(key, choice, pick(['s', 'a', '', ' ', '.', '%s'], choice)), value },
    ]),
  },
  reverseMembers: {
    fits: FILLED_OBJECT,
    apply: (part) => (part.type === 'object' ? { ...part, members: part.members.toReversed() } : part),
  },
  addMember: {
    fits: OBJECT,
    apply(part, choice, whole) {
      if (part.type !== 'object') return part
      const key = pick(KEYS, choice)
      const value =
        choice < 0.5 ? token(pick(TOKENS, (choice * 7) % 1)) : sameKeyValue({ key, value: token('1') }, choice, whole)
      return { ...part, members: [...part.members, { key, value }] }
    },
  },
  repeatElement: {
    fits: FILLED_LIST,
    apply(part, choice) {
      if (part.type !== 'list') return part
      const element = pick(part.elements, choice)
      return { ...part, elements: choice < 0.5 ? [...part.elements, element] : [element, ...part.elements] }
    },
  },
  removeElement: {
    fits: FILLED_LIST,
    apply(part, choice) {
      if (part.type !== 'list') return part
      const index = Math.floor(choice * part.elements.length)
      return { ...part, elements: part.elements.filter((_, at) => at !== index) }
    },
  },
  replaceByToken: { fits: ANY, apply: (_, choice) => token(pick(TOKENS, choice)) },
  replaceTokenByToken: { fits: TOKEN, apply: (_, choice) => token(pick(TOKENS, choice)) },
  replaceByNull: { fits: ANY, apply: () => token('null') },
  wrapInList: { fits: ANY, apply: (part) => ({ type: 'list', elements: [part] }) },
  wrapInObject: {
    fits: ANY,
    apply: (part, choice) => ({ type: 'object', members: [{ key: pick(KEYS, choice), value: part }] }),
  },
  unwrapList: { fits: FILLED_LIST, apply: (part) => partAt(part, [0]) },
  swapWithOther: {
    fits: ANY,
    apply(part, choice, whole) {
      const others = findParts(whole, ({ type }) => type === part.type)
      return partAt(whole, pick(others, choice))
    },
  },
  editText: {
    fits: TEXT,
    apply(part, choice) {
      if (part.type !== 'token') return part
      const inserted = pick(
        ['', '/', '.', ':', ' ', 'é', '%', '@', '-', '0', '#', '?', ',', '[', '=', '\n', '\u0000'],
        choice,
      )
      return treeOf(splice(String(JSON.parse(part.text)), (choice * 13) % 1, inserted))
    },
  },
  removeKeysOfVersion: {
    fits: (part) => part.type === 'object' && part.members.some(({ key }) => key === 'version'),
    apply: (part, choice) =>
      part.type === 'object' && choice < 0.2
        ? { ...part, members: part.members.filter(({ key }) => key !== 'version') }
        : part,
  },
}

const FRACTIONS = 2 ** 30

/** Changes of trees, each as likely as any other. */
export const treeMutations: fc.Arbitrary<TreeMutation> = fc.record({
  change: fc.constantFrom(...Object.keys(CHANGES)),
  place: fraction(),
  choice: fraction(),
})

/** Applies changes one after the other. One that is possible nowhere changes nothing. */
export function mutateTree(tree: JsonTree, mutations: readonly TreeMutation[]): JsonTree {
  let mutated = tree
  for (const { change, place, choice } of mutations) {
    const { fits, apply } = CHANGES[change]!
    const whole = mutated
    const places = findParts(whole, fits)
    if (places.length === 0) continue
    mutated = replacePart(whole, pick(places, place), (part) => apply(part, choice, whole))
  }
  return mutated
}

/** A place among many, whatever their number; `fc.double` would nearly always be a tiny one. */
export function fraction(): fc.Arbitrary<number> {
  return fc.noBias(fc.nat(FRACTIONS - 1)).map((part) => part / FRACTIONS)
}

/** The element at a fraction of the list. */
export function pick<T>(values: readonly T[], at: number): T {
  return values[Math.floor(at * values.length)] as T
}

function onMember(
  change: (member: JsonMember, choice: number, whole: JsonTree) => readonly JsonMember[],
): Kind['apply'] {
  return (part, choice, whole) => {
    if (part.type !== 'object') return part
    const chosen = Math.floor(choice * part.members.length)
    const members = part.members.flatMap((member, index) =>
      index === chosen ? change(member, (choice * part.members.length) % 1, whole) : [member],
    )
    return { ...part, members }
  }
}

/** The value of another member with the same key, or of this one. */
function sameKeyValue({ key, value }: JsonMember, choice: number, whole: JsonTree): JsonTree {
  const values: JsonTree[] = [value]
  for (const path of findParts(whole, OBJECT)) {
    const part = partAt(whole, path)
    if (part.type === 'object')
      values.push(...part.members.filter((member) => member.key === key).map(({ value }) => value))
  }
  return pick(values, choice)
}

function inOtherCase(key: string, choice: number): string {
  const spellings = [
    key.toUpperCase(),
    key.toLowerCase(),
    key.slice(0, 1).toUpperCase() + key.slice(1),
    key.replaceAll('s', 'ſ'),
    key.replaceAll('k', '\u212a'),
    key.slice(0, -1) + key.slice(-1).toUpperCase(),
  ]
  return pick(spellings, choice)
}

/** Puts a text in the place of one character, or before it. */
function splice(text: string, at: number, inserted: string): string {
  const index = Math.floor(at * (text.length + 1))
  return text.slice(0, index) + inserted + text.slice(index + (at < 0.5 ? 1 : 0))
}
