import { open } from 'node:fs/promises'
import type { InstallTarget } from '../../src/operations/index.ts'

/** A file as a disk that takes whole sectors only, as real ones do that are opened past the system's memory of them. */
export async function openFileTarget(path: string, sectorSize = 512): Promise<InstallTarget & AsyncDisposable> {
  const handle = await open(path, 'r+')
  const { size } = await handle.stat()
  const check = (offset: number, byteLength: number): void => {
    if (offset % sectorSize !== 0 || byteLength % sectorSize !== 0) {
      throw new Error(`${byteLength} bytes at offset ${offset} are not whole sectors of ${sectorSize}`)
    }
  }
  return {
    name: 'disk',
    byteLength: size,
    sectorSize,
    async read(offset, byteLength) {
      check(offset, byteLength)
      const { buffer } = await handle.read(new Uint8Array(byteLength), 0, byteLength, offset)
      return buffer
    },
    async write(offset, bytes) {
      check(offset, bytes.byteLength)
      await handle.write(bytes, 0, bytes.byteLength, offset)
    },
    flush: () => handle.datasync(),
    async readBack(offset, bytes) {
      await handle.read(bytes, 0, bytes.byteLength, offset)
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
