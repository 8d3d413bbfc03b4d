import { expect, it } from 'vitest'
import { printable } from '../../src/cli/printable.ts'

it.each([
  { name: 'leaves text with lines, tabs and letters of all kinds', text: 'a\tb\nä€😀', shown: 'a\tb\nä€😀' },
  { name: 'writes an escape sequence out', text: 'a\x1b[31mb', shown: 'a\\x1b[31mb' },
  { name: 'writes a carriage return, a NUL and a DEL out', text: '\r\0\x7f', shown: '\\x0d\\x00\\x7f' },
  { name: 'writes the one-byte escapes of old terminals out', text: '\x9b31m', shown: '\\x9b31m' },
  { name: 'writes out what turns the direction of text', text: 'a\u202eb\u2066', shown: 'a\\u202eb\\u2066' },
])('printable $name', ({ text, shown }) => {
  expect(printable(text)).toBe(shown)
})
