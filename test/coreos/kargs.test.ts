import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeKargsArea, editKargs, encodeKargsArea, reviewKargsEdit } from '../../src/coreos/index.ts'

const TEXT_PADDING = { pad: '#', end: '\n' }
const NUL_PADDING = { pad: '\0', end: '\0' }

describe('editKargs', () => {
  it.each([
    { name: 'deletes the first argument', from: 'foo bar foobar', edit: { delete: ['foo'] }, to: 'bar foobar' },
    { name: 'deletes one in the middle', from: 'foo bar foobar', edit: { delete: ['bar'] }, to: 'foo foobar' },
    { name: 'deletes the last argument', from: 'foo bar foobar', edit: { delete: ['foobar'] }, to: 'foo bar' },
    { name: 'deletes a run of arguments', from: 'foo bar foobar', edit: { delete: ['foo bar'] }, to: 'foobar' },
    { name: 'trims what it deletes', from: 'foo bar foobar', edit: { delete: ['  bar '] }, to: 'foo foobar' },
    { name: 'deletes every copy', from: 'a=1 b a=1', edit: { delete: ['a=1'] }, to: 'b' },
    { name: 'deletes one of two equal neighbours', from: 'foo foo bar', edit: { delete: ['foo'] }, to: 'foo bar' },
    { name: 'lets an unknown argument be', from: 'foo', edit: { delete: ['fo'] }, to: 'foo' },
    { name: 'appends after what is there', from: 'quiet', edit: { append: ['nosmt'] }, to: 'quiet nosmt' },
    { name: 'appends a copy', from: 'foo', edit: { append: ['foo'] }, to: 'foo foo' },
    { name: 'appends to nothing', from: '', edit: { append: ['foo', ' bar '] }, to: 'foo bar' },
    { name: 'appends what is missing', from: 'foo', edit: { appendIfMissing: ['foo', 'bar'] }, to: 'foo bar' },
    {
      name: 'deletes before it appends',
      from: 'x y',
      edit: { append: ['x'], delete: ['x'] },
      to: 'y x',
    },
    { name: 'replaces a value', from: 'a=1 b', edit: { replace: ['a=1=2'] }, to: 'a=2 b' },
    {
      name: 'replaces every other of equal neighbours',
      from: 'k=1 k=1 k=1',
      edit: { replace: ['k=1=2'] },
      to: 'k=2 k=1 k=2',
    },
    { name: 'replaces what it just appended', from: '', edit: { append: ['a=1'], replace: ['a=1=2'] }, to: 'a=2' },
    { name: 'replaces nothing silently', from: 'b', edit: { replace: ['a=1=2'] }, to: 'b' },
    {
      name: 'takes replacement patterns literally',
      from: 'a=1 b',
      edit: { replace: ['a=1=$&'] },
      to: 'a=$& b',
    },
    {
      name: 'replaces a value with a comma',
      from: 'mitigations=auto,nosmt',
      edit: { replace: ['mitigations=auto,nosmt=auto'] },
      to: 'mitigations=auto',
    },
    { name: 'keeps inner runs of spaces', from: 'a  b', edit: { delete: ['a b'] }, to: 'a  b' },
    { name: 'gives trimmed text', from: ' a ', edit: {}, to: 'a' },
  ])('$name', ({ from, edit, to }) => {
    expect(editKargs(from, edit)).toBe(to)
  })

  it.each(['a', 'a=1', 'a=1=', '=1=2', 'a==2', 'a=1=2=3', ''])('refuses the replacement "%s"', (replacement) => {
    expect(() => editKargs('a=1', { replace: [replacement] })).toThrow(
      expect.objectContaining({ code: 'KARG_INVALID', message: expect.stringContaining('KEY=OLD=NEW') }),
    )
  })

  it.each(['a\nb', 'a\rb', 'a\0b'])('refuses %j as an argument', (karg) => {
    expect(() => editKargs('', { append: [karg] })).toThrow(expect.objectContaining({ code: 'KARG_INVALID' }))
    expect(() => editKargs('', { appendIfMissing: [karg] })).toThrow(expect.objectContaining({ code: 'KARG_INVALID' }))
    expect(() => editKargs('', { replace: [`k=old=${karg}`] })).toThrow(
      expect.objectContaining({ code: 'KARG_INVALID' }),
    )
  })

  it('gives the line back when an argument is appended and deleted again', () => {
    const line = fc.array(fc.stringMatching(/^[a-z0-9=.,]{1,8}$/), { maxLength: 6 }).map((kargs) => kargs.join(' '))
    fc.assert(
      fc.property(line, (kargs) => {
        const appended = editKargs(kargs, { append: ['new-karg'] })
        expect(editKargs(appended, { delete: ['new-karg'] })).toBe(kargs)
      }),
    )
  })
})

it('trims what Unicode calls white space, and nothing else', () => {
  const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
  const untrimmed = characters
    .filter((character) => !/[\n\r\0]/.test(character))
    .filter((character) => {
      return editKargs('', { append: [`${character}a${character}`] }) !== 'a'
    })
  expect(untrimmed).toEqual(characters.filter((character) => !/[\p{White_Space}\0]/u.test(character)))
})

describe('reviewKargsEdit', () => {
  it.each([
    {
      name: 'a deletion that matches nothing',
      from: 'a',
      edit: { delete: ['b'] },
      note: 'no kernel argument b to delete',
    },
    { name: 'a copy that stays', from: 'a a', edit: { delete: ['a'] }, note: 'A copy of a stays' },
    {
      name: 'a replacement of nothing',
      from: 'a',
      edit: { replace: ['k=1=2'] },
      note: 'no kernel argument k=1 to replace',
    },
    { name: 'a character of GRUB', from: '', edit: { append: ['a=$b'] }, note: 'GRUB gives $' },
  ])('notes $name', ({ from, edit, note }) => {
    expect(reviewKargsEdit(from, edit, { isGrub: true })).toEqual([expect.stringContaining(note)])
  })

  it('has nothing to say of a plain edit', () => {
    const edit = { delete: ['a'], append: ['c=d,e'], replace: ['b=1=2'] }
    expect(reviewKargsEdit('a b=1', edit, { isGrub: true })).toEqual([])
  })

  it('does not mind characters of GRUB where GRUB does not boot', () => {
    expect(reviewKargsEdit('', { append: ['a=$b'] }, { isGrub: false })).toEqual([])
  })
})

describe('kernel-argument areas', () => {
  it.each([
    { name: 'text', bytes: 'a b\n####', padding: TEXT_PADDING, kargs: 'a b' },
    { name: 'text without filler', bytes: 'a b\n', padding: TEXT_PADDING, kargs: 'a b' },
    { name: 'NULs', bytes: 'a b\0\0\0', padding: NUL_PADDING, kargs: 'a b' },
    { name: 'an argument that ends in the filler', bytes: 'a#\n##', padding: TEXT_PADDING, kargs: 'a#' },
    { name: 'nothing', bytes: '\n####', padding: TEXT_PADDING, kargs: '' },
    { name: 'white space around', bytes: '\t a \n\n##', padding: TEXT_PADDING, kargs: 'a' },
  ])('decode $name', ({ bytes, padding, kargs }) => {
    expect(decodeKargsArea(new TextEncoder().encode(bytes), padding, 'area')).toBe(kargs)
  })

  it('refuse bytes that are not UTF-8', () => {
    expect(() => decodeKargsArea(Uint8Array.of(0x61, 0xff), TEXT_PADDING, 'area')).toThrow(
      expect.objectContaining({ code: 'TEXT_NOT_UTF8' }),
    )
  })

  it('hold a text of one byte less than they have, and no byte more', () => {
    expect(new TextDecoder().decode(encodeKargsArea('abc', TEXT_PADDING, 4, 'area'))).toBe('abc\n')
    expect(() => encodeKargsArea('abcd', TEXT_PADDING, 4, 'area')).toThrow(
      expect.objectContaining({ code: 'KARGS_TOO_LONG', message: expect.stringContaining('kargs too large for area') }),
    )
  })

  it('count bytes of UTF-8, not characters', () => {
    expect(() => encodeKargsArea('ä', TEXT_PADDING, 2, 'area')).toThrow(
      expect.objectContaining({ code: 'KARGS_TOO_LONG' }),
    )
    expect(decodeKargsArea(encodeKargsArea('ä', TEXT_PADDING, 3, 'area'), TEXT_PADDING, 'area')).toBe('ä')
  })

  it('give back every text that they take', () => {
    const kargs = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .map((text) => editKargs(text.replace(/[\n\r\0]/g, ''), {}))
    fc.assert(
      fc.property(kargs, fc.constantFrom(TEXT_PADDING, NUL_PADDING), (text, padding) => {
        expect(decodeKargsArea(encodeKargsArea(text, padding, 600, 'area'), padding, 'area')).toBe(text)
      }),
    )
  })
})
