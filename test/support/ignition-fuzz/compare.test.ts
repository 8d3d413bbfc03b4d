import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import { validateIgnition } from '../../../src/index.ts'
import { compareWithIgnition } from './compare.ts'
import { ignitionConfigs } from './configs.ts'
import { treeOf, writeTree } from './json-tree.ts'
import { mutateTree, treeMutations } from './mutate-tree.ts'

const version = '"ignition":{"version":"3.3.0"}'
const relative = 'error at $.storage.files.0.path, line 1 col 61: path not absolute'
const unused = 'warning at $.storage.files.0.a, line 1 col 65: Unused key a'

function differenceIn(text: string, exitCode: number, ...entries: readonly string[]): string | undefined {
  const bytes = encodeUtf8(text)
  const verdict = { exitCode, entries, complaint: '' }
  return compareWithIgnition(bytes, validateIgnition(bytes).findings, verdict).difference
}

describe('compareWithIgnition', () => {
  const text = `{${version},"storage":{"files":[{"path":"a","a":1}]}}`

  it('agrees where all is alike', () => {
    expect(differenceIn(text, 1, relative, unused)).toBeUndefined()
  })

  it.each([
    { name: 'another verdict', exitCode: 0, entries: [relative, unused] },
    { name: 'another severity', exitCode: 1, entries: [relative.replace('error', 'warning'), unused] },
    { name: 'another path', exitCode: 1, entries: [relative.replace('path,', 'paths,'), unused] },
    { name: 'another line', exitCode: 1, entries: [relative.replace('line 1', 'line 2'), unused] },
    { name: 'another column', exitCode: 1, entries: [relative.replace('col 61', 'col 62'), unused] },
    { name: 'another condition', exitCode: 1, entries: [relative.replace('not absolute', 'not specified'), unused] },
    { name: 'unknown words', exitCode: 1, entries: [relative.replace('path not absolute', 'hm'), unused] },
    { name: 'another order', exitCode: 1, entries: [unused, relative] },
    { name: 'too little', exitCode: 1, entries: [relative] },
    { name: 'too much', exitCode: 1, entries: [relative, unused, unused] },
  ])('differs at $name', ({ exitCode, entries }) => {
    expect(differenceIn(text, exitCode, ...entries)).toBeDefined()
  })

  it('takes the unknown keys of one object in any order, and garbled', () => {
    const entries = [
      'warning at $.%!d(MISSING), line 1 col 8: Unused key %!d(MISSING)',
      'warning at $.a, line 1 col 2: Unused key a',
      'warning at $.%!,(MISSING) line 1 col 15: Unused key %!',
    ]
    expect(differenceIn(`{"a":1,"%d":1,"%":1,${version}}`, 0, ...entries)).toBeUndefined()
  })

  it('leaves out what Ignition 2.14 does not look for', () => {
    const storage = '"storage":{"disks":[{"device":"/a","wipeTable":true}],"filesystems":[{"device":"/a"}]}'
    expect(differenceIn(`{${version},${storage}}`, 0)).toBeUndefined()
  })
})

describe('trees', () => {
  const trees = fc.oneof(ignitionConfigs('3.3.0', 5), fc.jsonValue()).map(treeOf)

  it('are written as JSON, whatever stands between its tokens', () => {
    const values = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value))) // JSON has no -0
    fc.assert(
      fc.property(values, fc.array(fc.constantFrom('', ' ', '\n', '\t')), fc.nat(5), (value, gaps, escapeEvery) => {
        expect(JSON.parse(writeTree(treeOf(value), { gaps, escapeEvery }))).toEqual(value)
      }),
    )
  })

  it('stay JSON when they are changed', () => {
    fc.assert(
      fc.property(trees, fc.array(treeMutations, { maxLength: 5 }), (tree, mutations) => {
        JSON.parse(writeTree(mutateTree(tree, mutations), { gaps: [], escapeEvery: 0 }))
      }),
      { numRuns: 1000 },
    )
  })
})
