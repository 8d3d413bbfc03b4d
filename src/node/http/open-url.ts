import { IoError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'
import { createHttpClient, type HttpClient } from './client.ts'
import { checkRest, type FilePosition, type FileVersion, rangeHeaders, versionOf } from './file-version.ts'
import type { HttpOptions } from './http-options.ts'
import { Retries } from './retries.ts'
import { type Answer, parseHttpUrl, sendRequest } from './send-request.ts'
import { TransientFailure } from './transport-failure.ts'

/** Options of {@link openUrl}. */
export interface OpenUrlOptions extends HttpOptions {
  /** Starts behind bytes that are at hand already, if they are of the version that the server still has. */
  readonly from?: FilePosition | undefined
  /** The URL that has led to this one by redirects, for when this one is no longer good; this one unless given. */
  readonly originUrl?: string | undefined
}

/** A file on a server whose bytes come when they are pulled. Let go of it, also when they have not been read. */
export interface RemoteFile extends AsyncDisposable {
  /** Where it really is, behind redirects. Show it with `redactUrl` only. */
  readonly url: string
  /** The last part of the URL's path, as it is written; `''` when the path ends with a slash. */
  readonly name: string
  /** Bytes of the whole file; `undefined` when the server doesn't say. */
  readonly byteLength: number | undefined
  readonly contentType: string | undefined
  /** By what its version is known, for {@link OpenUrlOptions.from}. */
  readonly version: FileVersion
  /**
   * The bytes, from where they were asked for. Can be asked for once.
   *
   * Where the connection breaks, or ends before all of the bytes have come, they are continued with a range request; a server
   * that knows none sends all bytes again, and those that have come already are passed over. The request goes
   * to where redirects have led, and once this URL is refused, as signed ones are after some minutes, to the first one. What
   * follows is of the same version by its entity tag, date and length, as far as the server gives them: only a checksum or
   * a signature proves it.
   *
   * @throws {IoError} `REMOTE_CHANGED`, `RANGE_UNSUPPORTED`, and what {@link openUrl} throws.
   */
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * Opens a file on an HTTP server. Redirects are followed, but not from https to http, and proxies are those of the
 * environment. The bytes arrive as they are stored.
 *
 * Failures of the network and the statuses 408, 429, 500, 502, 503 and 504 are retried as often as `retries` says.
 *
 * @throws {IoError} `FETCH_FAILED`, `HTTP_STATUS`, `TLS_UNTRUSTED`, `URL_INSECURE` for a redirect that leaves https;
 *   `REMOTE_CHANGED` when `from` is of another version, `RANGE_UNSUPPORTED` when the server only gives whole files; `CA_FILE_INVALID`.
 * @throws {UsageError} `URL_INVALID` for what is no http or https URL, also as a proxy.
 */
export async function openUrl(url: string, options: OpenUrlOptions = {}): Promise<RemoteFile> {
  const start = parseHttpUrl(url)
  const origin = parseHttpUrl(options.originUrl ?? url)
  const client = createHttpClient(options)
  const retries = new Retries(options)
  try {
    const first = await retries.run(() => requestFrom(client, start, options.from))
    const { answer, version, skipByteLength } = first
    if (skipByteLength > 0) throw wholeFilesOnly(answer.url)
    retries.beginBody()
    return {
      url: answer.url.href,
      name: answer.url.pathname.slice(answer.url.pathname.lastIndexOf('/') + 1),
      byteLength: version.byteLength,
      contentType: answer.header('content-type'),
      version,
      bytes: resumingBytes({ ...options, client, retries, first, origin, offset: options.from?.offset ?? 0 }),
      async [Symbol.asyncDispose]() {
        answer.discard()
        await client[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await client[Symbol.asyncDispose]()
    throw error
  }
}

/** A file, or what is left of it. */
interface Opened {
  readonly answer: Answer
  readonly version: FileVersion
  readonly isWhole: boolean
  /** Bytes of the answer that are at hand already. */
  readonly skipByteLength: number
}

async function requestFrom(client: HttpClient, url: URL, from: FilePosition | undefined): Promise<Opened> {
  if (!from || from.offset === 0) {
    const answer = await sendRequest(client, url, { accept: [200] })
    checkEncoding(answer)
    return { answer, version: versionOf(answer), isWhole: false, skipByteLength: 0 }
  }
  const answer = await sendRequest(client, url, { accept: [200, 206, 416], headers: rangeHeaders(from) })
  try {
    checkEncoding(answer)
    return { answer, ...checkRest(answer, from) }
  } catch (error) {
    answer.discard()
    throw error
  }
}

async function* resumingBytes(download: {
  readonly client: HttpClient
  readonly retries: Retries
  readonly first: Opened
  /** The URL from before all redirects. */
  readonly origin: URL
  readonly offset: number
  readonly signal?: AbortSignal | undefined
}): AsyncGenerator<Uint8Array, void, undefined> {
  const { client, retries, first, origin, signal } = download
  let { offset } = download
  let { answer, version, isWhole, skipByteLength } = first

  while (!isWhole) {
    const startOffset = offset
    try {
      for await (const piece of answer.body) {
        signal?.throwIfAborted()
        const news = piece.subarray(skipByteLength)
        skipByteLength -= piece.byteLength - news.byteLength
        offset += news.byteLength
        if (news.byteLength > 0) yield news
      }
      if (skipByteLength > 0) throw endedEarly(answer.url, offset - skipByteLength, offset)
      if (offset === (version.byteLength ?? offset)) return
      throw endedEarly(answer.url, offset, version.byteLength)
    } catch (error) {
      answer.discard()
      if (!(error instanceof TransientFailure)) throw error
      await retries.pause(error, offset > startOffset)
    }
    const { url } = answer
    const rest = await retries.run(() => requestAgain(client, { url, origin, from: { offset, version } }))
    answer = rest.answer
    isWhole = rest.isWhole
    version = rest.version
    skipByteLength = rest.skipByteLength
  }
}

/** Redirects need not be followed again, unless the URL behind them was good for a while only. */
async function requestAgain(
  client: HttpClient,
  { url, origin, from }: { readonly url: URL; readonly origin: URL; readonly from: FilePosition },
): Promise<Opened> {
  try {
    return await requestFrom(client, url, from)
  } catch (error) {
    const isRefused = error instanceof IoError && error.code === 'HTTP_STATUS'
    if (!isRefused || url.href === origin.href) throw error
    return await requestFrom(client, origin, from)
  }
}

function wholeFilesOnly(url: URL): IoError {
  return new IoError(
    'RANGE_UNSUPPORTED',
    `Cannot go on with ${redactUrl(url.href)}: the server only gives whole files`,
    {
      hint: 'Fetch it again from the beginning',
    },
  )
}

function endedEarly(url: URL, offset: number, byteLength: number | undefined): TransientFailure {
  const message = `Cannot fetch ${redactUrl(url.href)}: it ended after ${offset} of ${byteLength} bytes`
  return new TransientFailure(new IoError('FETCH_FAILED', message, { hint: 'Allow more retries' }))
}

/** Some servers call a .gz file encoded, and its bytes are nevertheless those of the file. */
function checkEncoding(answer: Answer): void {
  const encoding = answer.header('content-encoding') ?? 'identity'
  if (encoding === 'identity' || (/^(?:x-)?gzip$/i.test(encoding) && /\.t?gz$/.test(answer.url.pathname))) return
  answer.discard()
  throw new IoError(
    'FETCH_FAILED',
    `Cannot fetch ${redactUrl(answer.url.href)}: the server sends it encoded as ${encoding}, which it was asked not to do`,
    { hint: 'Set up the server to serve files as they are stored' },
  )
}
