import { UsageError } from '../../errors.ts'
import { globFilter } from '../../formats/initrd/index.ts'
import { parseUrl } from '../../formats/url/index.ts'
import { parseConsoleSpec } from './console-spec.ts'
import type { DirectiveType } from './directives.ts'

/** What is wrong with a value. */
export interface ValueProblem {
  /** A clause. */
  readonly message: string
  readonly hint?: string | undefined
}

const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }
const MAX_RETRIES = 0xffff_ffff
const MAX_PARTITION_INDEX = 0xffff_ffff

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
      return attempt(() => globFilter([text]))
    case 'partition-ranges':
      return findRangeProblem(text)
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

/** `N`, `A-B`, `A-` or `-B`; several may be given with commas, as the installer splits them. */
function findRangeProblem(text: string): ValueProblem | undefined {
  const hint = 'Give a partition number, or a range such as 1-3, 5- or -4'
  for (const part of text.split(',')) {
    const [, first = '', dash, last = ''] = /^([0-9]*)(-)?([0-9]*)$/.exec(part) ?? []
    if (first === '' && last === '') return { message: `${JSON.stringify(part)} is no range of partitions`, hint }
    const [from, to] = [Number(first || 1), Number(dash ? last || MAX_PARTITION_INDEX : first)]
    if (from === 0 || to === 0) return { message: 'partition numbers start at 1', hint }
    if (from > to) return { message: `the range ${part} ends before it starts`, hint }
    if (from > MAX_PARTITION_INDEX || to > MAX_PARTITION_INDEX) return { message: 'the number is too large', hint }
  }
  return undefined
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
