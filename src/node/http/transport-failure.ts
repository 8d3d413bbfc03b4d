import { IoError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'

/** A failure that another attempt may not have, and how it is told when there is none. */
export class TransientFailure extends Error {
  readonly error: IoError
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined

  constructor(error: IoError, retryAfterMs?: number) {
    super(error.message)
    this.error = error
    this.retryAfterMs = retryAfterMs
  }
}

/** What codes of the network, the resolver and the client mean to a person. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  UND_ERR_SOCKET: 'the connection was lost',
  ETIMEDOUT: 'connecting took too long',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_HEADERS_TIMEOUT: 'the server did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'the server stopped sending',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
}

/** OpenSSL's reasons not to believe a certificate, and Node's. */
const IS_ABOUT_TRUST = /CERT|^SELF_SIGNED|^UNABLE_TO_|^HOSTNAME_MISMATCH|^INVALID_CA/

/** undici says in its message only what a proxy answered to CONNECT. */
const PROXY_REFUSAL = /^Proxy response \((\d{3})\)/

/**
 * Words what undici or the network threw. All of it may pass: a name server that isn't up yet while a machine boots, or a
 * certificate that isn't valid before the clock has been set.
 */
export function transportFailure(url: string, cause: unknown): TransientFailure {
  const code = codeOf(cause)
  const status = cause instanceof Error ? PROXY_REFUSAL.exec(cause.message)?.[1] : undefined
  if (status !== undefined) {
    const hint = status === '407' ? 'Give the proxy its user name and password' : 'Check the proxy'
    return failure('FETCH_FAILED', `the proxy answered with status ${status}`, hint)
  }
  if (code !== undefined && IS_ABOUT_TRUST.test(code)) {
    const hint = 'Check the clock and the host name, or give the certificate of its authority'
    return failure('TLS_UNTRUSTED', `the certificate of the server is not trusted (${code})`, hint)
  }
  const reason = REASONS[code ?? ''] ?? (cause instanceof Error && cause.message !== '' ? cause.message : String(code))
  return failure('FETCH_FAILED', reason, 'Check the network and the proxy settings, or allow more retries')

  function failure(kind: 'FETCH_FAILED' | 'TLS_UNTRUSTED', why: string, hint: string): TransientFailure {
    return new TransientFailure(new IoError(kind, `Cannot fetch ${redactUrl(url)}: ${why}`, { cause, hint }))
  }
}

/** The code of an error, or of the first of those that it stands for: all addresses of a host are tried. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}
