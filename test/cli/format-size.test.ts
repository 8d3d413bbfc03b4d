import { expect, it } from 'vitest'
import { formatSize } from '../../src/cli/format-size.ts'

it.each([
  { byteLength: 0, text: '0 B' },
  { byteLength: 1023, text: '1023 B' },
  { byteLength: 1024, text: '1.0 KiB' },
  { byteLength: 1536, text: '1.5 KiB' },
  { byteLength: 1024 ** 2 - 1, text: '1.0 MiB' },
  { byteLength: 4 * 1024 ** 3, text: '4.0 GiB' },
  { byteLength: Number.MAX_SAFE_INTEGER, text: '8.0 PiB' },
])('formatSize gives $text for $byteLength', ({ byteLength, text }) => {
  expect(formatSize(byteLength)).toBe(text)
})
