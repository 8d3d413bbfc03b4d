import { applyPatches, chunks, isOverlay, type Patch, type Source } from '../bytes/index.ts'
import { cloneFile, copyInKernel } from './file-copy.ts'
import { FileSource } from './file-source.ts'
import { createOutput, type Output } from './output.ts'
import type { OnProgress } from './progress.ts'
import { createSha256 } from './sha256.ts'

/** Options of {@link saveImage}. */
export interface SaveOptions {
  /** Replaces an existing regular file, in one step, once the new one is whole. */
  readonly overwrite?: boolean | undefined
  /** Exact permission bits: 0o600 for an image that carries a config. What the umask leaves of 0o666 unless given. */
  readonly mode?: number | undefined
  /** Whether to give the SHA-256 of what was written; `false` unless given. */
  readonly hash?: boolean | undefined
  /** Whether shortcuts of the system (clones, copying in the kernel) may be taken; `true` unless given. */
  readonly fastPaths?: boolean | undefined
  /** Stops; the promise rejects with the signal's reason, and nothing is left behind. */
  readonly signal?: AbortSignal | undefined
  /** Told now and then how much of the image has been written. */
  readonly onProgress?: OnProgress | undefined
}

/** What {@link saveImage} did. */
export interface SaveResult {
  /** Bytes of the image. */
  readonly byteLength: number
  /** SHA-256 of the image in lower-case hexadecimal, when it was asked for. */
  readonly sha256?: string
  /** `clone`: shares blocks with the original; `copy`: copied by the kernel; `stream`: read and written once. */
  readonly method: 'clone' | 'copy' | 'stream'
}

/**
 * Saves a source as a new file. Of an overlay on an open file, the file system clones the file if it can, the kernel
 * copies it otherwise, and only the patches are written by isokit; every other source is streamed once. The bytes are the
 * same each way. Runs of zeros take no space where they can be left out.
 *
 * With `hash`, a clone is read once, and in place of the kernel's copy the image is streamed and hashed on its way.
 *
 * @throws {IoError} `OUTPUT_EXISTS` before any work, and what {@link createOutput} throws.
 */
export async function saveImage(source: Source, path: string, options: SaveOptions = {}): Promise<SaveResult> {
  const { overwrite, mode, hash = false, fastPaths = true, signal, onProgress } = options
  signal?.throwIfAborted()
  const { file, layers } = fastPaths ? await findFile(source) : { file: undefined, layers: [] }
  let method: SaveResult['method'] = 'stream'
  const prefill = async (temporaryPath: string): Promise<boolean> => {
    if (!file) return false
    if (await cloneFile(file, temporaryPath)) method = 'clone'
    else if (!hash && (await copyInKernel(file, temporaryPath, { signal, onProgress }))) method = 'copy'
    return method !== 'stream'
  }
  await using output = await createOutput(path, { overwrite, mode, prefill }) // removed again unless committed

  let sha256: string | undefined
  if (method === 'stream') sha256 = await streamTo(output, source, { hash, signal, onProgress })
  else {
    for (const patches of layers) await applyPatches(output, patches, { signal })
    sha256 = hash ? await hashOf(source, signal) : undefined
  }
  signal?.throwIfAborted()
  await output.commit()
  onProgress?.({ bytesDone: source.byteLength, bytesTotal: source.byteLength })
  return { byteLength: source.byteLength, method, ...(sha256 !== undefined && { sha256 }) }
}

/** The open file under overlays, and the patches on it from the lowest layer up. */
async function findFile(
  source: Source,
): Promise<{ readonly file: FileSource | undefined; readonly layers: readonly (readonly Patch[])[] }> {
  const layers: (readonly Patch[])[] = []
  let base = source
  while (isOverlay(base)) {
    layers.unshift(base.patches)
    base = base.base
  }
  if (!(base instanceof FileSource) || base.isBlockDevice || !(await base.isStillAtPath()))
    return { file: undefined, layers }
  return { file: base, layers }
}

async function streamTo(
  output: Output,
  source: Source,
  options: Pick<SaveOptions, 'hash' | 'signal' | 'onProgress'>,
): Promise<string | undefined> {
  const { signal, onProgress } = options
  const hash = options.hash ? await createSha256() : undefined
  let offset = 0
  for await (const chunk of chunks(source, { signal, isTransient: true })) {
    // Where zeros can be left out they read as zeros.
    const writing = output.isSeekable && isZero(chunk) ? undefined : output.write(offset, chunk)
    writing?.catch(() => {}) // thrown two lines on, when the hash is done
    hash?.update(chunk)
    await writing
    offset += chunk.byteLength
    onProgress?.({ bytesDone: offset, bytesTotal: source.byteLength })
  }
  await output.setByteLength(source.byteLength)
  return hash?.digest('hex')
}

async function hashOf(source: Source, signal: AbortSignal | undefined): Promise<string> {
  const hash = await createSha256()
  for await (const chunk of chunks(source, { signal, isTransient: true })) hash.update(chunk)
  return hash.digest('hex')
}

function isZero(bytes: Uint8Array): boolean {
  // The native comparison of the bytes with themselves, one further: all are equal to the first, which is zero.
  return bytes[0] === 0 && Buffer.compare(bytes.subarray(1), bytes.subarray(0, -1)) === 0
}
