import type { Extent } from '../../bytes/index.ts'

/** Most bytes of directories that are kept: plenty for a live image, and no burden when an image is hostile. */
const MAX_CACHED_BYTE_LENGTH: number = 4 * 1024 * 1024

/** Directories that were read before, as bytes, so that looking up ten files reads the root once. */
export class DirectoryCache {
  readonly #directories = new Map<string, Uint8Array>()
  #byteLength = 0

  /** The bytes that were kept for this extent. */
  get(extent: Extent): Uint8Array | undefined {
    return this.#directories.get(keyOf(extent))
  }

  /** Keeps a copy of the bytes while there is room. */
  add(extent: Extent, bytes: Uint8Array): void {
    const key = keyOf(extent)
    if (this.#byteLength + bytes.byteLength > MAX_CACHED_BYTE_LENGTH || this.#directories.has(key)) return
    this.#byteLength += bytes.byteLength
    this.#directories.set(key, bytes.slice())
  }
}

function keyOf({ offset, byteLength }: Extent): string {
  return `${offset}+${byteLength}`
}
