import { orderPatches, type Patch } from './patch.ts'

/** Somewhere to write bytes by offset: an image in place, a new file, memory. */
export interface Sink {
  /** Writes all of `bytes` at `offset`, extending the sink where that lies behind its end. */
  write(offset: number, bytes: Uint8Array): Promise<void>
}

/** Options of {@link applyPatches}. */
export interface ApplyOptions {
  /** Stops between two patches; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes the patches in the order of their offsets.
 *
 * This is the bare mechanism: it does not know how to undo. `isokit/node` wraps it with a journal for images in place.
 *
 * @throws {UsageError} `PATCH_INVALID` when patches overlap; nothing has been written then.
 */
export async function applyPatches(sink: Sink, patches: readonly Patch[], options: ApplyOptions = {}): Promise<void> {
  for (const patch of orderPatches(patches)) {
    options.signal?.throwIfAborted()
    await sink.write(patch.offset, patch.bytes)
  }
}
