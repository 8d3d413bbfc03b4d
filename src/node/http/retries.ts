import type { HttpOptions } from './http-options.ts'
import { TransientFailure } from './transport-failure.ts'

const FIRST_DELAY_MS = 1000
const MAX_DELAY_MS = 600_000
/** Continuing a body is safe and saves what has arrived, so it is tried without being asked for. */
const MIN_CONTINUATIONS = 3

/** Decides whether one more attempt is made at one URL, and waits for it. */
export class Retries {
  readonly #options: HttpOptions
  /** Attempts in a row that brought nothing. */
  #failures = 0
  #hasBegun = false

  constructor(options: HttpOptions) {
    this.#options = options
  }

  /** From now on a body is continued. */
  beginBody(): void {
    this.#hasBegun = true
    this.#failures = 0
  }

  /** Repeats what fails with a {@link TransientFailure}, and throws its error when there are no retries left. */
  async run<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof TransientFailure)) throw error
        await this.pause(error)
      }
    }
  }

  /**
   * Waits before the next attempt: 1 s, twice that each time up to 10 min, and not less than the server asks for.
   *
   * @param hasBroughtBytes Whether the attempt got ahead before it failed.
   * @throws {IoError} that of the failure when it was the last attempt.
   */
  async pause(failure: TransientFailure, hasBroughtBytes = false): Promise<void> {
    const { retries = 0, signal, onRetry, sleep = wait } = this.#options
    const allowed = retries === 'infinite' ? Number.POSITIVE_INFINITY : retries
    if (hasBroughtBytes) this.#failures = 0
    else if (this.#failures >= Math.max(allowed, this.#hasBegun ? MIN_CONTINUATIONS : 0)) throw failure.error
    else this.#failures++
    const backoffMs = FIRST_DELAY_MS * 2 ** Math.max(this.#failures - 1, 0)
    const delayMs = Math.min(Math.max(backoffMs, failure.retryAfterMs ?? 0), MAX_DELAY_MS)
    onRetry?.({ reason: failure.message, delayMs, attempt: this.#failures })
    await sleep(delayMs, signal)
  }
}

/**
 * The pause that a `Retry-After` header asks for: seconds, or a date.
 *
 * @returns `undefined` when it is neither.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const dateMs = Date.parse(value)
  return Number.isNaN(dateMs) ? undefined : Math.max(dateMs - nowMs, 0)
}

async function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  const { setTimeout: delay } = await import('node:timers/promises')
  try {
    await delay(delayMs, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
