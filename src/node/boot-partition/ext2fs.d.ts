/** What isokit uses of the library, which comes without types. */
declare module 'ext2fs' {
  /** What an inode says. */
  export interface Stats {
    readonly mode: number
    readonly size: number
    isFile(): boolean
    isDirectory(): boolean
    isSymbolicLink(): boolean
  }

  /** Much of what `node:fs/promises` has. */
  export interface Files {
    /** The handle's own `close` does not wait; {@link Files.close} does. */
    open(path: string, flags: string, mode?: number): Promise<{ readonly fd: number }>
    close(fd: number): Promise<void>
    read(
      fd: number,
      buffer: Buffer,
      offset: number,
      byteLength: number,
      position: number,
    ): Promise<{ bytesRead: number }>
    write(
      fd: number,
      buffer: Buffer,
      offset: number,
      byteLength: number,
      position: number,
    ): Promise<{ bytesWritten: number }>
    chmod(path: string, mode: number): Promise<void>
    mkdir(path: string, mode: number): Promise<void>
    readdir(path: string): Promise<string[]>
    readlink(path: string): Promise<string>
    lstat(path: string): Promise<Stats>
  }

  /** An open filesystem. */
  export interface MountedFilesystem {
    readonly promises: Files
  }

  /** Where its bytes are. */
  export interface Disk {
    read(buffer: Buffer, bufferOffset: number, byteLength: number, offset: number): Promise<unknown>
    write(buffer: Buffer, bufferOffset: number, byteLength: number, offset: number): Promise<unknown>
    discard(offset: number, byteLength: number): Promise<void>
    flush(): Promise<void>
  }

  /** Opens the filesystem of a disk. */
  export function mount(disk: Disk): Promise<MountedFilesystem>
  /** Writes what is left to be written. */
  export function umount(filesystem: MountedFilesystem): Promise<void>
}
