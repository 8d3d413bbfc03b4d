/** A run of bytes that the minimal image has in common with the full one: a file, mostly. */
export interface SharedRun {
  /** Where it starts in the minimal image. */
  readonly offset: number
  /** Where it starts in the full image. */
  readonly fullOffset: number
  /** Number of bytes; may be 0, and need not be a whole number of sectors. */
  readonly byteLength: number
}

/** What a miniso.dat holds. */
export interface Miniso {
  /** Version of the program that made it, for people. */
  readonly appVersion: string
  /** By `offset`, none of them over the next. At least one. */
  readonly runs: readonly SharedRun[]
  /** SHA-256 of the whole minimal image. */
  readonly sha256: Uint8Array
  /** The bytes of the minimal image outside the runs, in order, as an xz stream. */
  readonly packedRest: Uint8Array
}
