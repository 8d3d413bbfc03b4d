/** What a boot partition has. Paths are relative to its root, with slashes: `loader/entries/ostree-1.conf`. */
export interface BootFiles {
  /** Names in a directory, sorted by code units; `undefined` when there is no such directory. */
  list(path: string): Promise<readonly string[] | undefined>
  /** A regular file's bytes, symbolic links followed; `undefined` when there is none. Files over 16 MiB are an error. */
  read(path: string): Promise<Uint8Array | undefined>
  /** Whether a path leads to a regular file, of whatever size. */
  isFile(path: string): Promise<boolean>
}

/** One change to a boot partition. A list of them is what an installation does there, however the partition is reached. */
export type BootChange =
  /** Does nothing where the directory is there already. */
  | { readonly kind: 'create-directory'; readonly path: string; readonly mode: number }
  /** The file must not be there. */
  | { readonly kind: 'create-file'; readonly path: string; readonly mode: number; readonly bytes: Uint8Array }
  /** The file is there, and keeps its mode and owner. */
  | { readonly kind: 'replace-contents'; readonly path: string; readonly bytes: Uint8Array }
  /** The file is there. Zeros fill it up to a multiple of the alignment, the bytes follow, and it gets these permissions. */
  | {
      readonly kind: 'append-to-file'
      readonly path: string
      readonly mode: number
      readonly alignment: number
      readonly bytes: Uint8Array
    }

/** A boot partition that is open for changes. */
export interface BootPartition extends BootFiles {
  /** Makes the changes in order, and reads each file again to compare. */
  apply(changes: readonly BootChange[]): Promise<void>
  /** Lets go of the partition, with everything written. Always called, also after a failure. */
  close(): Promise<void>
}
