import { UsageError } from '../../errors.ts'
import { parseChecksum } from '../../formats/checksum/index.ts'
import { globFilter } from '../../formats/initrd/index.ts'
import { parseUrl } from '../../formats/url/index.ts'
import { parseConsoleSpec } from './console-spec.ts'
import type { DirectiveType } from './directives.ts'
import { parsePartitionRanges } from './partition-range.ts'

/** What is wrong with a value. */
export interface ValueProblem {
  /** A clause. */
  readonly message: string
  readonly hint?: string | undefined
}

const MAX_RETRIES = 0xffff_ffff

/** Looks at one value, or at one element of a list; `undefined` when the installer takes it. */
export function findValueProblem(type: DirectiveType, text: string): ValueProblem | undefined {
  switch (type) {
    case 'url':
      return findUrlProblem(text)
    case 'hash':
      return attempt(() => parseChecksum(text, { separator: '-' }))
    case 'retries':
      return isRetryCount(text)
        ? undefined
        : { message: 'neither a number nor "infinite"', hint: 'Give a number of retries' }
    case 'consoles':
      return attempt(() => parseConsoleSpec(text))
    case 'globs':
      return attempt(() => globFilter(text.split(','))) // as the installer splits them
    case 'partition-ranges':
      return attempt(() => parsePartitionRanges(text))
    default:
      return undefined
  }
}

function findUrlProblem(text: string): ValueProblem | undefined {
  if (/\s/.test(text)) return { message: 'a URL has no white space', hint: 'Write %20 for a space' }
  const url = parseUrl(text)
  if (url && url.scheme !== '' && URL.canParse(text)) return undefined
  return { message: 'not an absolute URL', hint: 'Give a URL with its scheme, such as https://example.com/config.ign' }
}

function isRetryCount(text: string): boolean {
  return text === 'infinite' || (/^\+?[0-9]+$/.test(text) && Number(text) <= MAX_RETRIES)
}

function attempt(check: () => unknown): ValueProblem | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { message: error.message, hint: error.hint }
  }
}
