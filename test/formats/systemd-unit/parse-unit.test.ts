import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUnit, type UnitFault, type UnitOption } from '../../../src/formats/systemd-unit/index.ts'

/** Options as `[section] name=value`, or the fault. */
function summarize(text: string): readonly string[] | UnitFault {
  const unit = parseUnit(text)
  return 'problem' in unit ? unit : unit.options.map(({ section, name, value }) => `[${section}] ${name}=${value}`)
}

const isFaulty = (text: string): boolean => 'problem' in parseUnit(text)

describe('parseUnit', () => {
  it.each([
    { name: 'nothing', text: '', is: [] },
    { name: 'options of several sections', text: '[A]\nb=c\n[D]\ne=f\ne=g\n', is: ['[A] b=c', '[D] e=f', '[D] e=g'] },
    { name: 'a section without options', text: '[Install]\n', is: [] },
    { name: 'options before the first section as nothing', text: 'a=b\n\\\n\r=', is: [] },
    { name: 'a bracket anywhere before the first section', text: 'a=b[C]\nd=e', is: ['[C] d=e'] },
    { name: 'a comment before the first section', text: 'a # [B]\n; [B] \\\n[B]\n[C]\nd=e', is: ['[C] d=e'] },
    { name: 'comments between options', text: '[A]\n# b=c\n ;[D]\ne=f', is: ['[A] e=f'] },
    { name: 'a comment that swallows the next line', text: '[A]\n# b \\\nc=d\ne=f\n', is: ['[A] e=f'] },
    { name: 'one space behind the backslash of a comment', text: '[A]\n# b \\ \nc=d\ne=f', is: ['[A] e=f'] },
    { name: 'two spaces behind the backslash of a comment', text: '[A]\n# b \\  \nc=d', is: ['[A] c=d'] },
    { name: 'a comment that the end cuts off', text: '[A]\nb=c\n# d \\', is: ['[A] b=c'] },
    { name: 'white space around names and values', text: '[A]\n \tb\t =\u3000c d \u0085\n', is: ['[A] b=c d'] },
    { name: 'a byte order mark as part of a name', text: '[A]\n\ufeffb=c', is: ['[A] \ufeffb=c'] },
    { name: 'the name of a section as it stands', text: '[ A\nB ] \t\r\nc=d', is: ['[ A\nB ] c=d'] },
    { name: 'an empty name', text: '[A]\n=b\n', is: ['[A] =b'] },
    { name: 'an empty value', text: '[A]\nb=\nc= \n', is: ['[A] b=', '[A] c='] },
    { name: 'equals signs, comments and brackets in values', text: '[A]\nb=c=d # [E]\n', is: ['[A] b=c=d # [E]'] },
    { name: 'a value that goes on', text: '[A]\nb=c \\\n  d\\\ne\nf=g', is: ['[A] b=c \\\n  d\\\ne', '[A] f=g'] },
    {
      name: 'a comment line inside a value as its end',
      text: '[A]\nb=c \\\n# d\ne=f',
      is: ['[A] b=c \\\n# d', '[A] e=f'],
    },
    { name: 'a blank line inside a value as its end', text: '[A]\nb=c \\\n \t\nd=e', is: ['[A] b=c \\\n', '[A] d=e'] },
    { name: 'a backslash at the end', text: '[A]\nb=c\\', is: ['[A] b=c\\'] },
    { name: 'a backslash and a line feed at the end', text: '[A]\nb=c\\\n', is: ['[A] b=c\\\n'] },
    {
      name: 'a backslash before CRLF as no continuation',
      text: '[A]\r\nb=c \\\r\nd=e\r\n',
      is: ['[A] b=c \\', '[A] d=e'],
    },
    { name: 'a carriage return at the end of the text', text: '[A]\nb=c\\\r', is: ['[A] b=c\\'] },
    { name: 'characters outside ASCII', text: '[É]\n😀=€\nb=c', is: ['[É] 😀=€', '[É] b=c'] },
  ])('reads $name', ({ text, is }) => {
    expect(summarize(text)).toEqual(is)
  })

  it.each([
    { name: 'the name of a section that is not closed', text: 'a\n[B\nc=d', offset: 2, line: 2 },
    { name: 'text behind the name of a section', text: '[A]\n[B] c\n', offset: 4, line: 2 },
    { name: 'a comment behind the name of a section', text: '[A] # b', offset: 0, line: 1 },
    { name: 'an option without an equals sign', text: '[É]\n\n b\nc=d', offset: 7, line: 3 },
    { name: 'a carriage return before the equals sign', text: '[A]\nb\r=c', offset: 4, line: 2 },
    { name: 'a text that ends before the equals sign', text: '[A]\nb=c\nd', offset: 8, line: 3 },
    { name: 'what follows a backslash before CRLF', text: '[A]\nb=c \\\r\nd\r\n', offset: 11, line: 3 },
  ])('refuses $name', ({ text, offset, line }) => {
    expect(parseUnit(text)).toEqual({ problem: expect.any(String), offset, line })
  })

  it('puts together again what was written', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9é€]{1,10}$/)
    const value = fc.stringMatching(/^[A-Za-z0-9=#;é€]{0,10}$/)
    fc.assert(
      fc.property(fc.array(fc.record({ section: word, name: word, value })), (options: readonly UnitOption[]) => {
        const text = options.map((option) => `[${option.section}]\n${option.name}=${option.value}\n`).join('\n')
        expect(parseUnit(text)).toEqual({ options })
      }),
    )
  })
})

describe('lines that are too long for systemd', () => {
  /** A text in which a line of so many bytes starts at the offset. */
  const lineAt = (offset: number, byteLength: number): string =>
    `[A]${'\n'.repeat(offset - 3)}a=${'x'.repeat(byteLength - 2)}\n`

  it.each([
    { character: 'x', byteLength: 1 },
    { character: 'é', byteLength: 2 },
    { character: '€', byteLength: 3 },
  ])('are counted in bytes, up to 2047 of $character', ({ character, byteLength }) => {
    const name = 'a='.padStart((2047 % byteLength) + 2 * byteLength, 'a')
    const line = name + character.repeat((2047 - name.length) / byteLength)
    expect(isFaulty(`[A]\n${line}\n`)).toBe(false)
    expect(isFaulty(`[A]\na${line}\n`)).toBe(true)
  })

  it('pass below the limit wherever they start', () => {
    for (let offset = 4; offset < 8300; offset += 61) expect(isFaulty(lineAt(offset, 2047))).toBe(false)
  })

  it('are seen when their first 2048 bytes are in the buffer of 4096, and not when one is missing', () => {
    expect(isFaulty(lineAt(2048, 3000))).toBe(true)
    expect(isFaulty(lineAt(2049, 3000))).toBe(false)
    expect(isFaulty(lineAt(4094, 3000))).toBe(false)
    expect(isFaulty(lineAt(4095, 3000))).toBe(true)
  })

  it('move the buffer to where they start when they reach beyond it', () => {
    const unseen = lineAt(2049, 3000) // its value starts at 2051, hence the buffer ends 4096 bytes behind that
    expect(isFaulty(lineAt(5050, 3000))).toBe(true)
    expect(isFaulty(`${unseen}a=${'x'.repeat(2998)}\n`)).toBe(false)
  })

  it('move the buffer to where a character starts that reaches beyond it', () => {
    const head = `${'\n'.repeat(4094)}€[A]` // three bytes, of which two are held; the buffer then ends 4096 bytes behind 4094
    const lineFrom = (offset: number): string => `${'\n'.repeat(offset - 4100)}a=${'x'.repeat(3000)}\n`
    expect(isFaulty(head + lineFrom(6142))).toBe(true)
    expect(isFaulty(head + lineFrom(6143))).toBe(false)
  })

  it('end at a carriage return as well', () => {
    expect(isFaulty(`[A]\na=${'x'.repeat(1000)}\r${'x'.repeat(2045)}`)).toBe(false)
    expect(isFaulty(`[A]\na=${'x'.repeat(3000)}\r`)).toBe(true)
  })

  it.each([
    { name: 'comments', text: `#${'x'.repeat(2048)}`, offset: 1 },
    { name: 'the name of a section', text: `[${'x'.repeat(2048)}]`, offset: 1 },
    { name: 'what stands before the first section', text: `ab${'x'.repeat(2047)}`, offset: 1 },
    { name: 'names of options', text: `[A]\n${'x'.repeat(2047)}=`, offset: 4 },
    { name: 'values', text: `[A]\nb=c\\\n${'x'.repeat(2048)}`, offset: 9 },
  ])('are looked for in $name', ({ text, offset }) => {
    expect(parseUnit(text)).toEqual({ problem: expect.stringContaining('2047'), offset, line: expect.any(Number) })
  })

  it('are not looked for in lines that a comment swallows', () => {
    expect(isFaulty(`[A]\n# \\\n${'x'.repeat(3000)}\n`)).toBe(false)
  })
})
