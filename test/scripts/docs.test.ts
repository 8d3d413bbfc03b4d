import { describe, expect, it } from 'vitest'
import { findBrokenLinks } from '../../scripts/docs/links.ts'
import { formatTable, replaceSection } from '../../scripts/docs/sections.ts'
import { listExports } from '../../scripts/docs/undocumented.ts'

describe('listExports', () => {
  it.each([
    { name: 'a function', text: '/** Gives one. */\nexport function one() {}', isDocumented: true },
    {
      name: 'an asynchronous generator',
      text: '/** Gives one. */\nexport async function* one() {}',
      isDocumented: true,
    },
    { name: 'an abstract class', text: '/** Is one. */\nexport abstract class one {}', isDocumented: true },
    { name: 'a constant without a comment', text: 'export const one = 1', isDocumented: false },
    { name: 'a type behind a plain comment', text: '// Is one.\nexport type one = 1', isDocumented: false },
    {
      name: 'a type behind a block that is no doc comment',
      text: '/* Is one. */\nexport type one = 1',
      isDocumented: false,
    },
    { name: 'an interface with an empty comment', text: '/** */\nexport interface one {}', isDocumented: false },
    {
      name: 'a constant whose comment belongs to another',
      text: '/** Two. */\nconst two = 2\nexport const one = 1',
      isDocumented: false,
    },
    {
      name: 'overloads',
      text: '/** One. */\nexport function one(): 1\nexport function one(a?: 2): 1 {}',
      isDocumented: true,
    },
  ])('sees whether $name is documented', ({ text, isDocumented }) => {
    expect(listExports(text)).toMatchObject([{ name: 'one', isDocumented }])
  })

  it('lets constants without a blank line between share a comment', () => {
    const text = '/** Numbers. */\nexport const one = 1\nexport const two = 2\n\nexport const three = 3\n'
    expect(listExports(text).map(({ isDocumented }) => isDocumented)).toEqual([true, true, false])
  })

  it('leaves re-exports, comments and strings alone', () => {
    const text =
      "export { a } from './a.ts'\nexport * from './b.ts'\n// export const c = 1\nconst d = 'export const e = 1'"
    expect(listExports(text)).toEqual([])
  })
})

describe('findBrokenLinks', () => {
  const files: Readonly<Record<string, string>> = { 'docs/a.md': '# Exit codes & errors\n', 'src/index.ts': '' }
  const targets = { exists: (path: string) => path in files, readMarkdown: (path: string) => files[path] }

  it.each([
    { name: 'a file', link: 'a.md' },
    { name: 'a file of another folder', link: '../src/index.ts' },
    { name: 'a heading', link: 'a.md#exit-codes--errors' },
    { name: 'a heading of the same file', link: '#exit-codes--errors' },
    { name: 'another host', link: 'https://example.org/nothing' },
  ])('accepts a link to $name', ({ link }) => {
    expect(findBrokenLinks('docs/a.md', `see [it](${link})`, targets)).toEqual([])
  })

  it.each([
    { name: 'a file that is not there', link: 'b.md' },
    { name: 'a heading that is not there', link: 'a.md#exit' },
    { name: 'a file outside the project', link: '../../src/index.ts' },
  ])('finds a link to $name', ({ link }) => {
    expect(findBrokenLinks('docs/a.md', `\nsee [it](${link})`, targets)).toEqual([{ target: link, line: 2 }])
  })

  it('leaves code blocks alone', () => {
    expect(findBrokenLinks('docs/a.md', '```md\n[it](b.md)\n```\n', targets)).toEqual([])
  })
})

describe('replaceSection', () => {
  it('renews what stands between the markers, and again without a change', () => {
    const renewed = replaceSection('a\n<!-- t -->\nold\n<!-- /t -->\nb\n', 't', 'new')
    expect(renewed).toBe('a\n<!-- t -->\n\nnew\n\n<!-- /t -->\nb\n')
    expect(replaceSection(renewed ?? '', 't', 'new')).toBe(renewed)
  })

  it.each(['no markers', '<!-- t -->', '<!-- /t --><!-- t -->'])('refuses %s', (text) => {
    expect(replaceSection(text, 't', 'new')).toBeUndefined()
  })
})

describe('formatTable', () => {
  it('escapes what would end a cell', () => {
    expect(formatTable(['a'], [['b|c']])).toBe('| a |\n| --- |\n| b\\|c |')
  })
})
