import { checkDataUrl } from '../../../formats/data-url/index.ts'
import { type ParsedUrl, parseUrl, queryValues } from '../../../formats/url/index.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { FindingKind } from './kinds.ts'
import { quote } from './quote.ts'
import type { RuleContext } from './rule.ts'

/** What is wrong with a URL. */
export interface SourceProblem {
  readonly kind: FindingKind
  readonly message: string
  readonly hint: string
}

/** The schemes of sources, with the version that brought each. */
const SOURCE_SCHEMES: ReadonlyMap<string, SpecVersion> = new Map([
  ['http', '3.0.0'],
  ['https', '3.0.0'],
  ['tftp', '3.0.0'],
  ['s3', '3.0.0'],
  ['data', '3.0.0'],
  ['gs', '3.2.0'],
  ['arn', '3.4.0'],
])

const CONTROL_CHARACTER = /[\0-\x1f\x7f]/

/** What is wrong with the URL of something to fetch; nothing is wrong with an empty one. */
export function findSourceProblem(source: string, { isAtLeast }: RuleContext): SourceProblem | undefined {
  if (source === '') return undefined
  const url = parseUrl(source)
  if (!url) return unparsable(source)
  const since = SOURCE_SCHEMES.get(url.scheme)
  if (since === undefined || !isAtLeast(since)) return wrongScheme(source, url.scheme, since)
  if (url.scheme === 'data') return findDataProblem(source)
  if (url.scheme === 's3') return findVersionProblem(url)
  if (url.scheme === 'arn') return findVersionProblem(url) ?? findArnProblem(url)
  return undefined
}

/** What is wrong with the URL of something that only HTTP reaches, even when it is empty. */
export function findHttpUrlProblem(text: string): SourceProblem | undefined {
  const url = parseUrl(text)
  if (!url) return unparsable(text)
  return url.scheme === 'http' || url.scheme === 'https'
    ? undefined
    : wrongScheme(text, url.scheme, undefined, 'https://')
}

function unparsable(text: string): SourceProblem {
  return CONTROL_CHARACTER.test(text)
    ? {
        kind: 'url-unparsable',
        message: 'the URL holds a line break or another control character',
        hint: 'Remove it, or write it as a percent escape',
      }
    : {
        kind: 'url-unparsable',
        message: 'the URL cannot be taken apart',
        hint: 'Check its percent escapes, its host and its port, and that it starts with a scheme',
      }
}

function wrongScheme(
  text: string,
  scheme: string,
  since: SpecVersion | undefined,
  example = 'https:// or data:,',
): SourceProblem {
  const kind = 'url-scheme-invalid'
  if (scheme === '') return { kind, message: 'the URL has no scheme', hint: `Start it with ${example}` }
  if (since) {
    return { kind, message: `${scheme} URLs need spec ${since} or later`, hint: `Set ignition.version to ${since}` }
  }
  // name:password@host has a scheme to the letter of the grammar, which is not to be shown
  const shown = text.startsWith('//', scheme.length + 1) ? `the scheme ${quote(scheme)}` : 'the scheme of the URL'
  return { kind, message: `${shown} is not one that Ignition takes here`, hint: `Start it with ${example}` }
}

function findDataProblem(source: string): SourceProblem | undefined {
  const problem = checkDataUrl(source)
  if (problem === undefined) return undefined
  const hint = 'Write data:, and percent-encoded text, or data:;base64, and padded base64'
  return { kind: 'data-url-malformed', message: `the data URL cannot be decoded: ${problem}`, hint }
}

function findVersionProblem({ query }: ParsedUrl): SourceProblem | undefined {
  if (queryValues(query, 'versionId')[0] !== '') return undefined
  return {
    kind: 's3-version-id-empty',
    message: 'the URL names an empty versionId',
    hint: 'Give a value to versionId, or remove it',
  }
}

/** Counts what an ARN consists of, like Ignition, and doesn't judge the parts. */
function findArnProblem({ opaque }: ParsedUrl): SourceProblem | undefined {
  const [, service, , , ...resource] = opaque.split(':')
  const partCount = opaque.split('/').length
  const isAccessPoint = resource.join(':').startsWith('accesspoint/')
  if (resource.length > 0 && service === 's3' && partCount >= (isAccessPoint ? 3 : 2)) return undefined
  return {
    kind: 's3-arn-invalid',
    message: 'the ARN does not name an object in S3',
    hint: 'Write arn:aws:s3:::BUCKET/KEY, or arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY',
  }
}
