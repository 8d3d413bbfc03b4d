import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import { LineIndex, type LinePosition } from '../../../src/formats/json/index.ts'

it('counts lines and bytes from 1', () => {
  const lines = new LineIndex(encodeUtf8('é\tb\n\r\ncd\n'))
  expect([0, 2, 3, 4, 5, 6, 7, 9, 10].map((offset) => lines.positionAt(offset))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 3 },
    { line: 1, column: 4 },
    { line: 1, column: 5 },
    { line: 2, column: 1 },
    { line: 2, column: 2 },
    { line: 3, column: 1 },
    { line: 3, column: 3 },
    { line: 4, column: 1 },
  ])
})

it('takes what is behind the end for the end', () => {
  expect(new LineIndex(encodeUtf8('a\nb')).positionAt(100)).toEqual({ line: 2, column: 2 })
  expect(new LineIndex(new Uint8Array()).positionAt(0)).toEqual({ line: 1, column: 1 })
})

it('agrees with counting from the start, whatever is asked in whatever order', () => {
  const text = fc.array(
    fc.oneof(
      fc.constant('\n'),
      fc.nat(400).map((length) => 'x'.repeat(length)),
    ),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (pieces, offsets) => {
      const bytes = encodeUtf8(pieces.join(''))
      const lines = new LineIndex(bytes)
      for (const offset of offsets.map((offset) => offset % (bytes.length + 1))) {
        expect(lines.positionAt(offset)).toEqual(countedPosition(bytes, offset))
      }
    }),
  )
})

it('answers for each line of a large text, and many times on one long line', () => {
  const lineCount = 20_000
  const lines = new LineIndex(encodeUtf8('a\n'.repeat(lineCount) + 'b'.repeat(4_000_000)))
  for (let line = 1; line <= lineCount; line++) {
    if (lines.positionAt(2 * (line - 1)).line !== line) expect.fail(`line ${line}`)
  }
  for (let column = 4_000_000; column > 0; column -= 200) {
    if (lines.positionAt(2 * lineCount + column - 1).column !== column) expect.fail(`column ${column}`)
  }
})

function countedPosition(bytes: Uint8Array, offset: number): LinePosition {
  const before = bytes.subarray(0, offset)
  return { line: before.filter((byte) => byte === 0x0a).length + 1, column: offset - before.lastIndexOf(0x0a) }
}
