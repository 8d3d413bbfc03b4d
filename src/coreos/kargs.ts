import { decodeUtf8, encodeUtf8 } from '../bytes/index.ts'
import { ImageError, UsageError } from '../errors.ts'

/** What to change in a kernel command line. The lists apply in the order delete, append, append if missing, replace. */
export interface KargsEdit {
  /** Arguments whose every occurrence goes. */
  readonly delete?: readonly string[]
  /** Arguments to add at the end, even if they are there already. */
  readonly append?: readonly string[]
  /** Arguments to add at the end unless they are there. */
  readonly appendIfMissing?: readonly string[]
  /** `KEY=OLD=NEW`: every `KEY=OLD` becomes `KEY=NEW`. */
  readonly replace?: readonly string[]
}

/** The filler and terminator of one kernel-argument area; one character each. */
export interface KargsPadding {
  /** Fills the area behind the arguments. */
  readonly pad: string
  /** Ends the arguments. */
  readonly end: string
}

/** The characters of Unicode's property White_Space. */
const WHITE_SPACE =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'

/** Characters that a GRUB script gives a meaning, so that the kernel may not see them as written. */
const GRUB_METACHARACTERS = /[$;&|<>{}"'\\]/

/**
 * Edits a kernel command line.
 *
 * Arguments are compared as text between single spaces, case-sensitive and without regard to quotes. Substitution runs
 * from left to right without overlap, so of two equal neighbours one delete takes the first. Lists apply in a fixed order
 * (delete, append, append if missing, replace), hence a replacement also rewrites what was just appended.
 *
 * The rules are those of coreos-installer's `iso kargs modify`, to the letter, since scripts count on them.
 *
 * @throws {UsageError} `KARG_INVALID` for a replacement that isn't KEY=OLD=NEW, or an argument with a newline or NUL.
 */
export function editKargs(current: string, edit: KargsEdit): string {
  let line = ` ${current} `
  for (const karg of edit.delete ?? []) line = line.replaceAll(` ${trimKargs(karg)} `, ' ')
  for (const karg of edit.append ?? []) line += `${checkedKarg(karg)} `
  for (const karg of edit.appendIfMissing ?? []) {
    if (!line.includes(` ${trimKargs(karg)} `)) line += `${checkedKarg(karg)} `
  }
  for (const replacement of edit.replace ?? []) {
    const { from, to } = parseReplacement(replacement)
    line = line.replaceAll(` ${from} `, () => ` ${to} `)
  }
  return trimKargs(line)
}

/**
 * What a person would want to know about an edit before it is made: deletions and replacements that match nothing, copies
 * that stay, and characters that GRUB would interpret (`isGrub`: the image boots through GRUB).
 */
export function reviewKargsEdit(current: string, edit: KargsEdit, options: { isGrub: boolean }): readonly string[] {
  const notes: string[] = []
  const has = (line: string, karg: string): boolean => ` ${line} `.includes(` ${trimKargs(karg)} `)
  const afterDelete = editKargs(current, { delete: edit.delete ?? [] })
  for (const karg of edit.delete ?? []) {
    if (!has(current, karg)) notes.push(`There is no kernel argument ${trimKargs(karg)} to delete`)
    else if (has(afterDelete, karg)) notes.push(`A copy of ${trimKargs(karg)} stays: delete it once more`)
  }
  const beforeReplace = editKargs(current, { ...edit, replace: [] })
  for (const replacement of edit.replace ?? []) {
    const { from } = parseReplacement(replacement)
    if (!has(beforeReplace, from)) notes.push(`There is no kernel argument ${from} to replace`)
  }
  if (!options.isGrub) return notes
  const added = [...(edit.append ?? []), ...(edit.appendIfMissing ?? []), ...(edit.replace ?? [])]
  for (const karg of added) {
    const character = findGrubCharacter(karg)
    if (character) notes.push(`GRUB gives ${character} in ${trimKargs(karg)} a meaning of its own on UEFI systems`)
  }
  return notes
}

/** The first character of an argument that a GRUB script gives a meaning, so that the kernel may not see it as written. */
export function findGrubCharacter(karg: string): string | undefined {
  return GRUB_METACHARACTERS.exec(karg)?.[0]
}

/**
 * The text of a kernel-argument area: UTF-8 without the trailing filler and terminator, trimmed.
 *
 * @param where what the area is and where it stands, for the message.
 * @throws {FormatError} `TEXT_NOT_UTF8`
 */
export function decodeKargsArea(bytes: Uint8Array, padding: KargsPadding, where: string): string {
  const text = stripTrailing(stripTrailing(decodeUtf8(bytes, where), padding.pad), padding.end)
  return trimKargs(text)
}

/**
 * The bytes of a kernel-argument area: the arguments, the terminator, and filler up to `byteLength`.
 *
 * @throws {ImageError} `KARGS_TOO_LONG` when the arguments and the terminator do not fit.
 * @throws {UsageError} `KARG_INVALID` when they contain a newline or NUL.
 */
export function encodeKargsArea(kargs: string, padding: KargsPadding, byteLength: number, where: string): Uint8Array {
  const line = encodeUtf8(checkedKarg(kargs))
  const end = encodeUtf8(padding.end)
  const neededByteLength = line.byteLength + end.byteLength
  if (neededByteLength > byteLength) {
    throw new ImageError(
      'KARGS_TOO_LONG',
      `Cannot change ${where}: kargs too large for area: ${neededByteLength} bytes do not fit ${byteLength}`,
      { hint: 'Shorten or remove kernel arguments' },
    )
  }
  const bytes = new Uint8Array(byteLength).fill(padding.pad.charCodeAt(0))
  bytes.set(line)
  bytes.set(end, line.byteLength)
  return bytes
}

/**
 * Without white space at both ends, as Unicode counts it: `String.trim` leaves U+0085 and takes U+FEFF, and a pattern with
 * `\p{White_Space}` takes two milliseconds to be compiled.
 */
export function trimKargs(kargs: string): string {
  let start = 0
  let end = kargs.length
  while (start < end && WHITE_SPACE.includes(kargs.charAt(start))) start++
  while (end > start && WHITE_SPACE.includes(kargs.charAt(end - 1))) end--
  return kargs.slice(start, end)
}

function parseReplacement(replacement: string): { from: string; to: string } {
  const parts = trimKargs(replacement).split('=')
  const [key, from, to] = parts
  if (parts.length !== 3 || !key || !from || !to) {
    throw new UsageError('KARG_INVALID', `Cannot replace ${replacement}: expected the form KEY=OLD=NEW`, {
      hint: 'Give a key, its present value and its new value, none of them empty or with a = of its own',
    })
  }
  return { from: `${key}=${from}`, to: checkedKarg(`${key}=${to}`) }
}

function checkedKarg(karg: string): string {
  const trimmed = trimKargs(karg)
  if (/[\n\r\0]/.test(trimmed)) {
    throw new UsageError(
      'KARG_INVALID',
      `The kernel argument ${JSON.stringify(trimmed)} contains a newline or NUL, which would end the boot entry's line`,
      { hint: 'Give each argument on its own, without line breaks' },
    )
  }
  return trimmed
}

function stripTrailing(text: string, character: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === character) end--
  return text.slice(0, end)
}
