import type { Sink, Source } from '../../bytes/index.ts'

/**
 * What an image is installed on: a disk, or a file that stands for one. Reads see what was written. Nobody else writes to it
 * while it is open.
 */
export interface InstallTarget extends Source, Sink {
  /** Bytes of a logical sector. */
  readonly sectorSize: number
  /** Waits until everything written is on the medium. */
  flush(): Promise<void>
  /**
   * Fills `bytes` with what the medium itself has at `offset`, past the system's memory of it where that can be done. To be
   * called after {@link InstallTarget.flush}.
   */
  readBack(offset: number, bytes: Uint8Array): Promise<void>
}
