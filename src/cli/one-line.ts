import { printable } from './printable.ts'

/** The text as {@link printable} gives it, with line ends and tabs as escapes too: it can't pass for more lines than one. */
export function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
