/** A request that failed and will be sent again. */
export interface RetryNotice {
  /** What went wrong, as a sentence that names the URL. */
  readonly reason: string
  /** The pause before the next attempt. */
  readonly delayMs: number
  /** How many attempts in a row have brought nothing; 0 when the last one brought some bytes. */
  readonly attempt: number
}

/** How long the client waits before an attempt counts as failed. None of them limits a download that goes on. */
export interface HttpTimeouts {
  /** For a connection, TLS included; 30 s unless given. */
  readonly connectMs?: number
  /** For the beginning of an answer; 60 s unless given. */
  readonly headersMs?: number
  /** Between two pieces of a body; 60 s unless given. */
  readonly idleMs?: number
}

/** Options of everything that fetches. */
export interface HttpOptions {
  /**
   * How many attempts in a row may bring nothing before it counts as failed, beside the first one; 0 unless given. Where a
   * connection breaks that has brought some bytes, the count starts anew, and at least 3 attempts are made to go on.
   */
  readonly retries?: number | 'infinite' | undefined
  /** A PEM file of certificate authorities to trust beside those of Node and of the system. */
  readonly caFile?: string | undefined
  readonly timeouts?: HttpTimeouts | undefined
  /** Stops; what waits rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Told before each pause. */
  readonly onRetry?: ((notice: RetryNotice) => void) | undefined
  /** Where `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` are looked up, lower case first; `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Waits; a test passes its own. */
  readonly sleep?: ((delayMs: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
}
