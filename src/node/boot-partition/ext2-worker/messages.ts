import type { BootTree } from '../boot-tree.ts'

/** What the library is asked for. */
export type TreeMethod = Exclude<keyof BootTree, 'name' | 'freeByteLength'>

/** A filesystem as the library has it. */
export type LibraryTree = Pick<BootTree, TreeMethod>

/** What the thread is told: to open the filesystem, then one thing after the other, and what the disk says in between. */
export type ToExt2Worker =
  | { readonly kind: 'open' }
  | { readonly kind: 'call'; readonly method: TreeMethod; readonly values: readonly unknown[] }
  | DiskAnswer

/** With bytes for a read. */
export type DiskAnswer =
  | { readonly kind: 'disk-done'; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'disk-failed' }

/** What the thread tells: that it is there, what it wants of the disk, that a part is done, and how it ended. */
export type FromExt2Worker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'disk'; readonly request: DiskRequest }
  | { readonly kind: 'progress' }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly reason: string; readonly isFull: boolean }

/** Offsets count from the start of the filesystem. */
export type DiskRequest =
  | { readonly kind: 'read'; readonly offset: number; readonly byteLength: number }
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'flush' }
