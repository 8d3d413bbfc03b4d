import type { Disk, DiskFile } from '../../src/node/index.ts'

/** One change to a disk, as it was made. */
export type DiskOperation =
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'resize'; readonly path: string; readonly byteLength: number }
  | { readonly kind: 'create' | 'remove' | 'sync' | 'sync-directory'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }

/** Thrown by whatever is asked of a disk after its crash. */
export class CrashError extends Error {}

/** A disk that stands between an edit and the real one. */
export interface WatchedDisk extends Disk {
  /** What has been done so far. */
  readonly operations: readonly DiskOperation[]
}

/**
 * Passes everything on to `disk` and remembers it. Before each change, `decide` may throw in its place, or say how many
 * bytes of a write get through before the crash.
 */
export function watchedDisk(
  disk: Disk,
  decide: (operation: DiskOperation, index: number) => number | undefined | Promise<number | undefined>,
): WatchedDisk {
  const operations: DiskOperation[] = []
  const perform = async (operation: DiskOperation, change: () => Promise<void>): Promise<void> => {
    await decide(operation, operations.length)
    operations.push(operation)
    await change()
  }
  const watchFile = (path: string, file: DiskFile): DiskFile => ({
    stat: () => file.stat(),
    read: (offset, byteLength) => file.read(offset, byteLength),
    async write(offset, bytes) {
      const getThrough = await decide({ kind: 'write', path, offset, bytes }, operations.length)
      const written = bytes.slice(0, getThrough)
      operations.push({ kind: 'write', path, offset, bytes: written })
      await file.write(offset, written)
      if (getThrough !== undefined) throw new CrashError()
    },
    setByteLength: (byteLength) => perform({ kind: 'resize', path, byteLength }, () => file.setByteLength(byteLength)),
    sync: () => perform({ kind: 'sync', path }, () => file.sync()),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  })
  return {
    operations,
    open: async (path, access) => watchFile(path, await disk.open(path, access)),
    async create(path) {
      await decide({ kind: 'create', path }, operations.length)
      operations.push({ kind: 'create', path })
      return watchFile(path, await disk.create(path))
    },
    rename: (from, to) => perform({ kind: 'rename', path: from, to }, () => disk.rename(from, to)),
    remove: (path) => perform({ kind: 'remove', path }, () => disk.remove(path)),
    syncDirectoryOf: (path) => perform({ kind: 'sync-directory', path }, () => disk.syncDirectoryOf(path)),
  }
}

/** A disk that dies at its `atOperation`-th change (from 0), which is not made, and answers nothing afterwards. */
export function crashingDisk(disk: Disk, atOperation: number, tornByteLength?: number): WatchedDisk {
  let isDead = false
  return watchedDisk(disk, (operation, index) => {
    if (!isDead && index < atOperation) return undefined
    const isTorn = !isDead && operation.kind === 'write' && tornByteLength !== undefined
    isDead = true
    if (isTorn) return Math.min(tornByteLength, operation.bytes.byteLength)
    throw new CrashError()
  })
}
