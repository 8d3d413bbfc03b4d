/** How far an operation has come. */
export interface Progress {
  /** Bytes that are done. */
  readonly bytesDone: number
  /** Bytes that there are; absent when nobody knows yet. */
  readonly bytesTotal?: number
  /** What is being done, where one thing follows another: a word such as `write`. */
  readonly phase?: string
}

/** Called every now and then while an operation runs. */
export type OnProgress = (progress: Progress) => void
