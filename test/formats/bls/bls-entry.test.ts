import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBlsEntry, initrdsOf, parseBlsEntry } from '../../../src/formats/bls/index.ts'

describe('parseBlsEntry', () => {
  it.each([
    { name: 'in the middle', text: 'title a\noptions x y\nlinux /z\n', options: 'x y' },
    { name: 'without a line end', text: 'options x', options: 'x' },
    { name: 'with white space around them', text: 'options \t x  y  \r\n', options: 'x  y' },
    { name: 'that are none', text: 'title a\noptions \n', options: '' },
    { name: 'beside a keyword that begins alike', text: 'optionsx y\noptions z\n', options: 'z' },
    { name: 'beside an indented one, which is no keyword', text: ' options y\noptions z\n', options: 'z' },
  ])('reads options $name', ({ text, options }) => {
    expect(parseBlsEntry(text, 'entry').options).toBe(options)
  })

  it.each([
    { name: 'no options', text: 'title a\n' },
    { name: 'an empty text', text: '' },
    { name: 'two lines of options', text: 'options a\noptions b\n' },
  ])('refuses $name', ({ text }) => {
    expect(() => parseBlsEntry(text, 'entry')).toThrow(expect.objectContaining({ code: 'BOOT_FILES_INVALID' }))
  })
})

describe('initrdsOf', () => {
  it('gives them in their order, over lines and words', () => {
    const text = 'initrd /a /b\noptions initrd /c\ninitrdx /d\n initrd /e\ninitrd   /f  \ninitrd\n'
    expect(initrdsOf(parseBlsEntry(text, 'entry'))).toEqual(['/a', '/b', '/f'])
  })
})

describe('formatBlsEntry', () => {
  it('keeps the other lines, without what is white at their ends', () => {
    const entry = parseBlsEntry('title  a \t\r\n\n# b\noptions c\n\tlinux d\n\n', 'entry')
    expect(formatBlsEntry({ ...entry, options: 'e' })).toBe('title  a\n\n# b\noptions e\n\tlinux d\n\n')
  })

  it('gives the same text for what it has written', () => {
    const line = fc.stringMatching(/^[a-z]{0,4}[ -~]{0,10}$/).filter((text) => !`${text} `.startsWith('options '))
    fc.assert(
      fc.property(
        fc.array(line),
        fc.stringMatching(/^(?:[!-~](?:[ -~]{0,10}[!-~])?)?$/),
        fc.array(line),
        (before, options, after) => {
          const text = formatBlsEntry({ before, options, after })
          expect(formatBlsEntry(parseBlsEntry(text, 'entry'))).toBe(text)
        },
      ),
    )
  })
})
