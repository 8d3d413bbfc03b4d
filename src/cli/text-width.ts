/**
 * How many columns a text takes on a terminal: two for a wide character (East Asian scripts, emoji), none for a combining
 * mark. Terminals differ about rare characters, so this is an estimate.
 */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0
  return WIDE_RANGES.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

/** Unicode Standard Annex #11, rounded to blocks. */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
]
