const GATHERED_BYTE_LENGTH: number = 256 * 1024

/**
 * Gives the same bytes in chunks of 256 KiB, which decoders are faster with; only the last one may have fewer. Each is a
 * copy, so that the input may use its memory again.
 *
 * An abort ends the wait for input that does not come; the input is told to close, and is not waited for either.
 */
export async function* gatherInput(
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const chunks = input[Symbol.asyncIterator]()
  let isWaiting = false
  let gathered = new Uint8Array(GATHERED_BYTE_LENGTH)
  let byteLength = 0
  try {
    while (true) {
      isWaiting = true
      const next = await unlessAborted(chunks.next(), signal)
      isWaiting = false
      if (next.done) break
      let rest = next.value
      while (rest.byteLength > 0) {
        const part = rest.subarray(0, GATHERED_BYTE_LENGTH - byteLength)
        gathered.set(part, byteLength)
        byteLength += part.byteLength
        rest = rest.subarray(part.byteLength)
        if (byteLength < GATHERED_BYTE_LENGTH) continue
        yield gathered
        gathered = new Uint8Array(GATHERED_BYTE_LENGTH)
        byteLength = 0
      }
    }
    if (byteLength > 0) yield gathered.subarray(0, byteLength)
  } finally {
    const closing = Promise.resolve(chunks.return?.())
    if (isWaiting) closing.catch(() => {})
    else await closing
  }
}

/** Settles as the promise does, or rejects with the signal's reason when that comes first. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let onAbort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
