import { chunks, equalBytes, type Hasher, type Patch, patchChunk, Sha256, type Source } from '../bytes/index.ts'
import { ImageError } from '../errors.ts'

/** A live ISO without its rootfs, as it can be cut out of the full one. */
export interface MinimalIso {
  /** The minimal image as it was built, over the full one. Nobody has compared its hash yet. */
  readonly original: Source
  /** The SHA-256 that `original` has to have. */
  readonly sha256: Uint8Array
  /** What makes it boot without a rootfs of its own: kernel arguments, and the defaults in `coreos/kargs.json`. */
  readonly patches: readonly Patch[]
  /** The kernel arguments that it has with the patches. */
  readonly kargs: string
}

/** Options of {@link minimalIsoChunks} and {@link verifyMinimalIso}. */
export interface MinimalIsoOptions {
  /** A fresh SHA-256, such as one of `node:crypto`, which is ten times as fast as isokit's own. */
  readonly hasher?: Hasher | undefined
  /** Told now and then how much of the image has been read. */
  readonly onProgress?: ((progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void) | undefined
  /** Stops the work; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The bytes of a minimal ISO, in order and with its patches; the full image is read once. The hash of what was built is
 * known at the end: nothing of it is to be relied on before the iteration has ended, so write to a file that appears then,
 * or call {@link verifyMinimalIso} first. A chunk holds its bytes until the next one is asked for.
 *
 * @throws {ImageError} `MINISO_MISMATCH` behind the last chunk.
 */
export async function* minimalIsoChunks(
  minimal: MinimalIso,
  options: MinimalIsoOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { hasher = new Sha256(), onProgress, signal } = options
  const { original, sha256, patches } = minimal
  const bytesTotal = original.byteLength
  let offset = 0
  for await (const chunk of chunks(original, { signal, isTransient: true })) {
    hasher.update(chunk)
    yield patchChunk(chunk, offset, patches)
    offset += chunk.byteLength
    onProgress?.({ bytesDone: offset, bytesTotal })
  }
  if (equalBytes(hasher.digest(), sha256)) return
  throw new ImageError(
    'MINISO_MISMATCH',
    `Cannot extract ${original.name}: wrong final digest. A file of the image is not what was published`,
    { hint: 'Get the image again from its publisher, or undo what changed it' },
  )
}

/**
 * Reads a minimal ISO to its end, for the sake of its hash.
 *
 * @throws {ImageError} `MINISO_MISMATCH` when it is not what was built.
 */
export async function verifyMinimalIso(
  { original, sha256 }: Pick<MinimalIso, 'original' | 'sha256'>,
  options: MinimalIsoOptions = {},
): Promise<void> {
  for await (const _chunk of minimalIsoChunks({ original, sha256, patches: [], kargs: '' }, options)) {
    // its bytes have been hashed
  }
}
