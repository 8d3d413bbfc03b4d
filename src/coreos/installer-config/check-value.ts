import { UsageError } from '../../errors.ts'
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

const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }
const MAX_RETRIES = 0xffff_ffff

/** Looks at one value, or at one element of a list; `undefined` when the installer takes it. */
export function findValueProblem(type: DirectiveType, text: string): ValueProblem | undefined {
  switch (type) {
    case 'url':
      return findUrlProblem(text)
    case 'hash':
      return findHashProblem(text)
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

function findHashProblem(text: string): ValueProblem | undefined {
  const [, type = '', digest = ''] = /^([^-]*)-(.*)$/.exec(text) ?? []
  const length = DIGEST_LENGTHS[type]
  if (length === undefined) return { message: 'not a hash of the form sha256-HEX or sha512-HEX' }
  if (!/^[0-9a-fA-F]*$/.test(digest)) return { message: 'the digest is not hexadecimal' }
  return digest.length === length
    ? undefined
    : { message: `a ${type} digest has ${length} digits, not ${digest.length}` }
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
