import type { Extent } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { InstallTarget } from '../../operations/index.ts'

/** What a boot partition is changed on without being mounted. */
export type BootTarget = Omit<InstallTarget, 'readBack'>

/** What the filesystem library asks of a disk. Offsets count from the start of the filesystem. */
export interface Ext2Disk {
  /** The bytes have memory of their own. */
  read(offset: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>>
  write(offset: number, bytes: Uint8Array): Promise<void>
  flush(): Promise<void>
  /** The first failure. The library keeps no more of it than that there was one. */
  readonly failure: { readonly error: unknown } | undefined
}

/**
 * A partition as the filesystem library's disk. The library reads and writes blocks of the filesystem, which may be smaller
 * than the disk's sectors; the disk only ever sees whole sectors.
 */
export function ext2Disk(target: BootTarget, extent: Extent): Ext2Disk {
  let failure: { readonly error: unknown } | undefined
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      failure ??= { error }
      throw error
    }
  }
  return {
    get failure() {
      return failure
    },
    read: (offset, byteLength) =>
      attempt(async () => {
        const around = wholeSectors(target, extent, { offset, byteLength })
        const bytes = await target.read(around.offset, around.byteLength)
        const start = extent.offset + offset - around.offset
        return bytes.slice(start, start + byteLength)
      }),
    write: (offset, piece) =>
      attempt(async () => {
        const around = wholeSectors(target, extent, { offset, byteLength: piece.byteLength })
        if (around.byteLength === piece.byteLength) return target.write(around.offset, piece)
        const bytes = new Uint8Array(await target.read(around.offset, around.byteLength))
        bytes.set(piece, extent.offset + offset - around.offset)
        await target.write(around.offset, bytes)
      }),
    flush: () => attempt(() => target.flush()),
  }
}

/** @throws {FormatError} `BOOT_FILESYSTEM_UNSUPPORTED` for what lies outside the partition, as a damaged filesystem may ask. */
function wholeSectors({ name, sectorSize }: BootTarget, extent: Extent, { offset, byteLength }: Extent): Extent {
  if (!(offset >= 0 && offset + byteLength <= extent.byteLength)) {
    throw new FormatError(
      'BOOT_FILESYSTEM_UNSUPPORTED',
      `The filesystem of the boot partition of ${name} is damaged: it has ${byteLength} bytes at offset ${offset}, outside the ${extent.byteLength} of the partition`,
      { hint: 'Check that the image is sound' },
    )
  }
  const start = Math.floor((extent.offset + offset) / sectorSize) * sectorSize
  const end = Math.ceil((extent.offset + offset + byteLength) / sectorSize) * sectorSize
  return { offset: start, byteLength: end - start }
}
