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
  UND_ERR_PRX_CONN: 'the connection was lost',
  ETIMEDOUT: 'connecting took too long',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_HEADERS_TIMEOUT: 'the server did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'the server stopped sending',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what answers there does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'what answers there does not speak TLS',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the server wants another version of TLS, perhaps one that is no longer safe',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the server speaks only versions of TLS that are no longer safe',
}

/** Why certificates are not believed, by the codes of OpenSSL and of Node. Every other one is of an unknown authority. */
const DISTRUSTS: Readonly<Record<string, { readonly reason: string; readonly hint: string }>> = {
  CERT_HAS_EXPIRED: { reason: 'has expired', hint: 'Check the clock of this machine, then ask who runs the server' },
  CERT_NOT_YET_VALID: { reason: 'is not valid yet', hint: 'Set the clock of this machine' },
  CERT_REVOKED: { reason: 'was withdrawn', hint: 'Ask who runs the server' },
  ERR_TLS_CERT_ALTNAME_INVALID: { reason: 'is that of another host', hint: 'Check the name of the host in the URL' },
  HOSTNAME_MISMATCH: { reason: 'is that of another host', hint: 'Check the name of the host in the URL' },
}
const UNKNOWN_AUTHORITY = {
  reason: 'is not vouched for by any authority that is trusted',
  hint: 'Get the certificate of its authority, and give it as --ca-file',
}
const IS_ABOUT_TRUST = /CERT|^SELF_SIGNED|^UNABLE_TO_|^HOSTNAME_MISMATCH|^INVALID_CA/

/** undici says in its messages only what a proxy answered, to CONNECT and to a request. */
const PROXY_REFUSAL = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/

const NETWORK_HINT = 'Check the network and the proxy settings, or allow more retries'

/**
 * Words what undici or the network threw. All of it may pass: a name server that isn't up yet while a machine boots, or a
 * certificate that isn't valid before the clock has been set.
 *
 * @param proxy the one that was to lead there; it may itself be what failed.
 */
export function transportFailure(cause: unknown, url: URL, proxy: URL | undefined): TransientFailure {
  const code = codeOf(cause)
  const [, ...statuses] = (cause instanceof Error && PROXY_REFUSAL.exec(cause.message)) || []
  const status = statuses.find((digits) => digits !== undefined)
  if (status !== undefined) {
    const hint = status === '407' ? 'Give the proxy its user name and password' : 'Check the proxy'
    return failure('FETCH_FAILED', `it answered with status ${status}`, hint)
  }
  if (code !== undefined && IS_ABOUT_TRUST.test(code)) {
    const known = DISTRUSTS[code]
    const { reason, hint } = known ?? UNKNOWN_AUTHORITY
    // Node advises an option of its own, by which nothing would change
    return failure('TLS_UNTRUSTED', `the certificate of the server ${reason} (${code})`, hint, known ? cause : null)
  }
  if (cause instanceof Error && cause.name === 'HTTPParserError') {
    return failure('FETCH_FAILED', 'what answers there does not speak HTTP', 'Check the host and the port')
  }
  const message = cause instanceof Error ? cause.message.trim() : ''
  const other =
    code !== undefined && /^ERR_SSL_|^EPROTO/.test(code) ? `encrypting did not come about (${code})` : message
  return failure('FETCH_FAILED', REASONS[code ?? ''] ?? (other === '' ? String(code) : other), NETWORK_HINT)

  function failure(
    kind: 'FETCH_FAILED' | 'TLS_UNTRUSTED',
    why: string,
    hint: string,
    detail = cause,
  ): TransientFailure {
    const by = proxy ? ` by the proxy ${redactUrl(proxy.origin)}` : ''
    const place = `Cannot fetch ${redactUrl(url.href)}${by}`
    return new TransientFailure(new IoError(kind, `${place}: ${why}`, { cause: detail ?? undefined, hint }))
  }
}

/** The code of an error, or of the first of those that it stands for: all addresses of a host are tried. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}
