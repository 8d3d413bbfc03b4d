import type { Extent } from '../../bytes/index.ts'
import type { InstallTarget } from '../../operations/index.ts'

/** What a boot partition is changed on without being mounted. */
export type BootTarget = Omit<InstallTarget, 'readBack'>

/** What the filesystem library asks of a disk. Offsets count from the start of the filesystem. */
export interface Ext2Disk {
  read(buffer: Uint8Array, bufferOffset: number, byteLength: number, offset: number): Promise<void>
  write(buffer: Uint8Array, bufferOffset: number, byteLength: number, offset: number): Promise<void>
  discard(): Promise<void>
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
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failure ??= { error }
      throw error
    }
  }
  return {
    get failure() {
      return failure
    },
    read: (buffer, bufferOffset, byteLength, offset) =>
      attempt(async () => {
        const around = wholeSectors(target, extent, { offset, byteLength })
        const bytes = await target.read(around.offset, around.byteLength)
        const start = extent.offset + offset - around.offset
        buffer.set(bytes.subarray(start, start + byteLength), bufferOffset)
      }),
    write: (buffer, bufferOffset, byteLength, offset) =>
      attempt(async () => {
        const around = wholeSectors(target, extent, { offset, byteLength })
        const piece = new Uint8Array(buffer.subarray(bufferOffset, bufferOffset + byteLength)) // the library's own memory
        if (around.byteLength === byteLength) return target.write(around.offset, piece)
        const bytes = new Uint8Array(await target.read(around.offset, around.byteLength))
        bytes.set(piece, extent.offset + offset - around.offset)
        await target.write(around.offset, bytes)
      }),
    discard: async () => {}, // blocks that are free keep their bytes
    flush: () => attempt(() => target.flush()),
  }
}

/** @throws {RangeError} for what lies outside the partition, as a damaged filesystem may ask for. */
function wholeSectors({ sectorSize }: BootTarget, extent: Extent, { offset, byteLength }: Extent): Extent {
  if (!(offset >= 0 && offset + byteLength <= extent.byteLength)) {
    throw new RangeError(
      `${byteLength} bytes at offset ${offset} are not inside the ${extent.byteLength} of a partition`,
    )
  }
  const start = Math.floor((extent.offset + offset) / sectorSize) * sectorSize
  const end = Math.ceil((extent.offset + offset + byteLength) / sectorSize) * sectorSize
  return { offset: start, byteLength: end - start }
}
