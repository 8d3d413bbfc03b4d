import { IoError, UsageError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'
import type { HttpAnswer, HttpClient } from './client.ts'
import { parseRetryAfter } from './retries.ts'
import { TransientFailure } from './transport-failure.ts'

/** An answer of the expected kind, after redirects. */
export interface Answer extends HttpAnswer {
  /** The URL that gave it. */
  readonly url: URL
}

/** What is sent, and which answers are wanted. */
export interface RequestOptions {
  readonly method?: 'GET' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
  /** Statuses that are no failure. */
  readonly accept: readonly number[]
}

const MAX_REDIRECTS = 10
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

/**
 * Takes a URL from outside.
 *
 * @throws {UsageError} `URL_INVALID` unless it is an absolute one of the scheme `http` or `https`.
 */
export function parseHttpUrl(text: string): URL {
  const url = URL.parse(text)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new UsageError('URL_INVALID', `Cannot fetch ${redactUrl(text)}: it is not an http or https URL`, {
    hint: 'Give a URL that begins with https://',
  })
}

/**
 * Sends one request and follows redirects.
 *
 * @throws {TransientFailure} for what may pass: failures of the network, and the statuses 408, 429, 500, 502, 503, 504.
 * @throws {IoError} `HTTP_STATUS` for every other status that isn't wanted, `FETCH_FAILED` for redirects that don't end,
 *   `URL_INSECURE` for one from https to http, `URL_INVALID` for one to another scheme.
 */
export async function sendRequest(client: HttpClient, start: URL, options: RequestOptions): Promise<Answer> {
  const { method = 'GET', headers = {}, accept } = options
  let url = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await client.exchange({ method, url, headers })
    if (accept.includes(answer.status)) return { ...answer, url }
    answer.discard()
    const location = REDIRECTS.has(answer.status) ? answer.header('location') : undefined
    if (location === undefined) throw statusFailure(url, answer)
    url = redirected(url, location)
  }
  throw new IoError('FETCH_FAILED', `Cannot fetch ${redactUrl(start.href)}: more than ${MAX_REDIRECTS} redirects`, {
    hint: 'Give the URL of the file itself',
  })
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from)
  const place = `Cannot follow the redirect from ${redactUrl(from.href)} to ${redactUrl(to?.href ?? location)}`
  if (to?.protocol !== 'https:' && to?.protocol !== 'http:') {
    throw new IoError('URL_INVALID', `${place}: it is not an http or https URL`)
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new IoError('URL_INSECURE', `${place}: anybody on the way could change what comes from there`, {
      hint: 'Give a URL that is served over https throughout',
    })
  }
  return to.origin === from.origin ? withUserInfoOf(from, to) : to
}

/** Most servers name themselves in full when they redirect, and never with the name and the password that they were sent. */
function withUserInfoOf(from: URL, to: URL): URL {
  if (to.username !== '' || to.password !== '') return to
  const url = new URL(to)
  url.username = from.username
  url.password = from.password
  return url
}

function statusFailure(url: URL, answer: HttpAnswer): IoError | TransientFailure {
  const { status } = answer
  const error = new IoError(
    'HTTP_STATUS',
    `Cannot fetch ${redactUrl(url.href)}: the server answered with status ${status}`,
    {
      hint: hintFor(status),
    },
  )
  if (!TRANSIENT.has(status)) return error
  return new TransientFailure(error, parseRetryAfter(answer.header('retry-after'), Date.now()))
}

function hintFor(status: number): string {
  if (TRANSIENT.has(status)) return 'Try again later, or allow more retries'
  if (status === 407) return 'Give the proxy its user name and password'
  if (status === 401 || status === 403)
    return 'Check that the URL may be read by everyone, or give a name and a password'
  return 'Check the URL'
}
