import type { Extent } from '../../bytes/index.ts'

/** What something in a filesystem is. */
export interface BootNode {
  readonly kind: 'file' | 'directory' | 'symbolic-link' | 'other'
  readonly byteLength: number
  /** Permission bits. */
  readonly mode: number
}

/**
 * The files of a boot partition, however they are reached. Paths are relative to its root, `''` is the root itself, and no
 * part of a path is a symbolic link: {@link resolveBootPath} sees to that.
 */
export interface BootTree {
  /** How messages call it. */
  readonly name: string
  /** Bytes that new files can have, about. */
  freeByteLength(): Promise<number>
  /** What there is at a path, without following a link; `undefined` when there is nothing. */
  examine(path: string): Promise<BootNode | undefined>
  readLink(path: string): Promise<string>
  /** Names in a directory, in any order, without `.` and `..`. */
  list(path: string): Promise<readonly string[]>
  /** What a file has at a place, fewer bytes when it ends before. */
  read(path: string, extent: Extent): Promise<Uint8Array>
  createDirectory(path: string, mode: number): Promise<void>
  /** Creates a file that isn't there, with exactly these permission bits. */
  createFile(path: string, mode: number, bytes: Uint8Array): Promise<void>
  /** Gives a file other contents; it stays the same file. */
  replaceContents(path: string, bytes: Uint8Array): Promise<void>
  /** Writes bytes into a file that is there, from an offset on, and gives it exactly these permission bits. */
  writeAt(path: string, mode: number, offset: number, bytes: Uint8Array): Promise<void>
  /** Writes what has not been written yet, and lets go. */
  close(): Promise<void>
}

const PERMISSIONS = 0o7777

/** What a stat says, whoever has made it. */
export function nodeOf(stats: {
  readonly size: number
  readonly mode: number
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}): BootNode {
  const common = { byteLength: stats.size, mode: stats.mode & PERMISSIONS }
  if (stats.isFile()) return { kind: 'file', ...common }
  if (stats.isDirectory()) return { kind: 'directory', ...common }
  return { kind: stats.isSymbolicLink() ? 'symbolic-link' : 'other', ...common }
}
