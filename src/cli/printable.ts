/**
 * The text with control characters written as escapes, but for line ends and tabs. Names and labels come from images,
 * and must not be able to speak to the terminal: C0 and C1 controls, and those that turn the direction of text.
 */
export function printable(text: string): string {
  let result = ''
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (!isControl(code)) continue
    result += text.slice(start, index) + (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
    start = index + 1
  }
  return start === 0 ? text : result + text.slice(start)
}

function isControl(code: number): boolean {
  if (code < 0x20) return code !== 0x0a && code !== 0x09
  if (code < 0xa0) return code >= 0x7f
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
