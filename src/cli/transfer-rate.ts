/** How fast something goes. */
export interface TransferRate {
  readonly bytesPerSecond: number
  /** Until all is done, at this rate; absent when nobody knows how much there is. */
  readonly secondsLeft?: number
}

interface Sample {
  readonly ms: number
  readonly bytesDone: number
}

/** What came before is forgotten: a disk whose cache is full is slower than it was. */
const WINDOW_MS = 5000

/** No rate is told of less time than this. */
const SHORTEST_MS = 200

/** Tells how fast the last seconds were, from the bytes that were done at some times. */
export class RateMeter {
  #samples: readonly Sample[] = []

  /** @returns `undefined` as long as too little time has passed, or nothing has been done. */
  measure(ms: number, bytesDone: number, bytesTotal?: number): TransferRate | undefined {
    const firstRecent = this.#samples.findIndex((sample) => sample.ms > ms - WINDOW_MS)
    // the last one before the window is its beginning
    this.#samples = [...this.#samples.slice(firstRecent === -1 ? -1 : Math.max(0, firstRecent - 1)), { ms, bytesDone }]
    const [first = { ms, bytesDone }] = this.#samples
    const elapsedMs = ms - first.ms
    if (elapsedMs < SHORTEST_MS || bytesDone <= first.bytesDone) return undefined
    const bytesPerSecond = Math.ceil(((bytesDone - first.bytesDone) / elapsedMs) * 1000)
    if (bytesTotal === undefined) return { bytesPerSecond }
    return { bytesPerSecond, secondsLeft: Math.ceil(Math.max(0, bytesTotal - bytesDone) / bytesPerSecond) }
  }
}
