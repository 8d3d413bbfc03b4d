/**
 * Puts generated text between its markers, `<!-- error-codes -->` and `<!-- /error-codes -->`.
 *
 * @returns `undefined` when the markers are missing or stand the wrong way round.
 */
export function replaceSection(text: string, name: string, content: string): string | undefined {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const start = text.indexOf(opening)
  const end = text.indexOf(closing)
  if (start === -1 || end < start) return undefined
  return `${text.slice(0, start + opening.length)}\n\n${content.trim()}\n\n${text.slice(end)}`
}

/** A Markdown table; `|` in a cell is escaped. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
