/** How far an operation has come. */
export interface Progress {
  /** Bytes that are done. */
  readonly bytesDone: number
  /** Bytes that there are; absent when nobody knows yet. */
  readonly bytesTotal?: number
}

/** Called every now and then while an operation runs. */
export type OnProgress = (progress: Progress) => void
