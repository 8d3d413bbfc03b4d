import type { Directory } from './directory.ts'

/** Most bytes of directories whose entries are kept: plenty for a live image, and no burden when an image is hostile. */
const MAX_CACHED_BYTE_LENGTH: number = 4 * 1024 * 1024

/** Entries of directories that were read before, so that looking up ten files reads the root once. */
export class DirectoryCache {
  readonly #directories = new Map<string, Directory>()
  #byteLength = 0

  /** The directory that was kept under this key. */
  get(key: string): Directory | undefined {
    return this.#directories.get(key)
  }

  /** Keeps the directory while there is room. */
  add(key: string, directory: Directory): void {
    if (this.#byteLength + directory.readByteLength > MAX_CACHED_BYTE_LENGTH || this.#directories.has(key)) return
    this.#byteLength += directory.readByteLength
    this.#directories.set(key, directory)
  }
}
