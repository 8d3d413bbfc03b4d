import packageJson from '../../../package.json' with { type: 'json' }
import { encodeUtf8 } from '../../bytes/index.ts'
import { decodePercentEscapes, hasValidEscapes } from '../../formats/url/index.ts'
import type { HttpOptions } from './http-options.ts'
import { findProxy } from './proxy-settings.ts'
import { transportFailure } from './transport-failure.ts'
import { readTrustedCertificates } from './trusted-certificates.ts'

/** What is asked of a server. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD'
  /** An absolute URL of the scheme `http` or `https`. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** The beginning of an answer, whatever its status; its body comes when it is pulled. */
export interface HttpAnswer {
  readonly status: number
  /** A header by its name in lower case; of several, the last. */
  header(name: string): string | undefined
  /** @throws {TransientFailure} when the connection breaks; a body may also simply end too early. */
  readonly body: AsyncIterable<Uint8Array>
  /** Lets go of a body that nobody wants. */
  discard(): void
}

/** Sends requests, one exchange at a time: redirects, statuses and retries are its caller's. */
export interface HttpClient extends AsyncDisposable {
  /** @throws {TransientFailure} when no answer comes. */
  exchange(request: HttpRequest): Promise<HttpAnswer>
}

type Dispatcher = import('undici').Dispatcher

const DEFAULT_CONNECT_MS = 30_000
const DEFAULT_HEADERS_MS = 60_000
const DEFAULT_IDLE_MS = 60_000

/**
 * Makes a client on undici, which takes as long to load as all of isokit and is loaded for the first request.
 *
 * HTTP/1.1 only: large files gain nothing from HTTP/2, and its flow-control windows make slow what comes from far away.
 */
export function createHttpClient(options: HttpOptions): HttpClient {
  const { signal, caFile, timeouts = {}, env = process.env } = options
  const dispatchers = new Map<string, Promise<Dispatcher>>()

  async function createDispatcher(scheme: string, proxy: URL | undefined): Promise<Dispatcher> {
    const isSecure = scheme === 'https:' || proxy?.protocol === 'https:'
    const tls = {
      timeout: timeouts.connectMs ?? DEFAULT_CONNECT_MS,
      ...(isSecure && { ca: [...(await readTrustedCertificates(caFile, signal))] }),
    }
    const limits = {
      headersTimeout: timeouts.headersMs ?? DEFAULT_HEADERS_MS,
      bodyTimeout: timeouts.idleMs ?? DEFAULT_IDLE_MS,
      allowH2: false,
    }
    const { Agent, ProxyAgent } = await import('undici')
    if (!proxy) return new Agent({ ...limits, connect: tls })
    const { authorization: token } = authorization(proxy)
    const uri = withoutUserInfo(proxy).href
    return new ProxyAgent({ ...limits, uri, requestTls: tls, proxyTls: tls, ...(token !== undefined && { token }) })
  }

  function dispatcherFor(url: URL, proxy: URL | undefined): Promise<Dispatcher> {
    const key = `${url.protocol} ${proxy?.href}`
    const dispatcher = dispatchers.get(key) ?? createDispatcher(url.protocol, proxy)
    dispatchers.set(key, dispatcher)
    return dispatcher
  }

  return {
    async exchange({ method, url, headers }) {
      signal?.throwIfAborted()
      const proxy = findProxy(url, env)
      const dispatcher = await dispatcherFor(url, proxy)
      const { request } = await import('undici')
      try {
        const {
          statusCode,
          headers: answered,
          body,
        } = await request(withoutUserInfo(url), {
          method,
          dispatcher,
          headers: { ...DEFAULT_HEADERS, ...authorization(url), ...headers },
          ...(signal && { signal }),
        })
        body.on('error', () => {}) // whoever reads the body is told; nobody else need be
        return {
          status: statusCode,
          header(name) {
            const value = answered[name]
            return Array.isArray(value) ? value.at(-1) : value
          },
          body: piecesOf(body, { url, proxy, signal }),
          discard: () => body.destroy(),
        }
      } catch (error) {
        signal?.throwIfAborted()
        throw transportFailure(error, url, proxy)
      }
    },
    async [Symbol.asyncDispose]() {
      const all = await Promise.allSettled(dispatchers.values())
      for (const made of all) if (made.status === 'fulfilled') await made.value.destroy()
    },
  }
}

/** A .gz or .xz file shall arrive as it is. */
const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  'accept-encoding': 'identity',
  'user-agent': `isokit/${packageJson.version}`,
}

/** undici passes over the name and the password in a URL. */
function authorization({ username, password }: URL): { readonly authorization?: string } {
  if (username === '' && password === '') return {}
  const credentials = Buffer.concat([unescaped(username), encodeUtf8(':'), unescaped(password)])
  return { authorization: `Basic ${credentials.toString('base64')}` }
}

function unescaped(text: string): Uint8Array {
  return hasValidEscapes(text) ? decodePercentEscapes(text) : encodeUtf8(text)
}

function withoutUserInfo(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare
}

/** The pieces of a body as plain arrays: Node's own do not copy when they are sliced. */
async function* piecesOf(
  body: AsyncIterable<Uint8Array>,
  {
    url,
    proxy,
    signal,
  }: { readonly url: URL; readonly proxy: URL | undefined; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of body) {
      signal?.throwIfAborted()
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw transportFailure(error, url, proxy)
  }
}
