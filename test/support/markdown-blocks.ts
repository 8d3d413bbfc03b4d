/** A fenced block of a Markdown file. */
export interface MarkdownBlock {
  /** The word behind the opening fence; empty when there is none. */
  readonly language: string
  readonly text: string
  /** Line of the opening fence, counted from 1. */
  readonly line: number
}

/** The fenced blocks of a Markdown file, in order. */
export function markdownBlocks(text: string): readonly MarkdownBlock[] {
  return [...text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```/gms)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }))
}
