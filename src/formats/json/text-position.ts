/** A place in a text, as editors count it: lines and columns from 1, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** The line and column of an index in the text; a line ends with `\n`. */
export function textPosition(text: string, index: number): TextPosition {
  let line = 1
  let lineStart = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < index; end = text.indexOf('\n', lineStart)) {
    line++
    lineStart = end + 1
  }
  return { line, column: index - lineStart + 1 }
}
