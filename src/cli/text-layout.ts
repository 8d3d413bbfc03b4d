/** A line of a table: what is named, and what is said about it (paragraphs, where there are several). */
export interface LayoutRow {
  readonly left: string
  readonly right: readonly string[]
}

/** Left column from which the right one starts at the latest; what is longer has its text on the next line. */
const MAX_LEFT_WIDTH = 30

const INDENT = '  '
const GAP = '  '

/** Breaks a paragraph at spaces into lines of at most `width` columns; a longer word gets a line of its own. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Lays rows out in two columns of together at most `width`, with a hanging indent on the right. */
export function layOutRows(rows: readonly LayoutRow[], width: number): string {
  const fitting = rows.map(({ left }) => left.length).filter((length) => length <= MAX_LEFT_WIDTH)
  const leftWidth = Math.max(0, ...fitting)
  const rightStart = INDENT.length + leftWidth + GAP.length
  const lines = rows.flatMap(({ left, right }) => {
    const texts = right.flatMap((paragraph) => wrapText(paragraph, width - rightStart))
    if (left.length > leftWidth) return [`${INDENT}${left}`, ...texts.map((text) => ' '.repeat(rightStart) + text)]
    return texts.map((text, index) => `${INDENT}${(index === 0 ? left : '').padEnd(leftWidth)}${GAP}${text}`)
  })
  return lines.join('\n')
}
