import { posix } from 'node:path'

/** A link that leads nowhere. */
export interface BrokenLink {
  readonly target: string
  /** Counted from 1. */
  readonly line: number
}

/** What a link may lead to. */
export interface LinkTargets {
  /** `true` for a file or folder of the project, by its path from the top. */
  readonly exists: (path: string) => boolean
  /** The text of a Markdown file of the project. */
  readonly readMarkdown: (path: string) => string | undefined
}

/** Finds links of a Markdown file that lead to no file, or to no heading. Links to other hosts are left alone. */
export function findBrokenLinks(path: string, text: string, targets: LinkTargets): readonly BrokenLink[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)]
  return links.flatMap((link) => {
    const target = link[1] ?? ''
    if (/^[a-z][a-z+.-]*:/.test(target) || leadsSomewhere(path, target, targets)) return []
    return [{ target, line: text.slice(0, link.index).split('\n').length }]
  })
}

function leadsSomewhere(from: string, target: string, targets: LinkTargets): boolean {
  const [file = '', fragment] = target.split('#')
  const path = file === '' ? from : posix.join(posix.dirname(from), file)
  if (path.startsWith('..') || !targets.exists(path)) return false
  if (fragment === undefined) return true
  return headingIds(targets.readMarkdown(path) ?? '').includes(fragment)
}

/** Ids of headings as GitHub makes them: lower case, signs dropped, spaces to hyphens. */
function headingIds(text: string): readonly string[] {
  const headings = withoutCode(text).matchAll(/^#{1,6} +(.+?)\s*$/gm)
  return [...headings].map((heading) =>
    (heading[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Blanks fenced blocks, keeping every offset and line. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, (block) => block.replaceAll(/[^\n]/g, ' '))
}
