import { checkRange, countLeadingZeros } from '../../bytes/index.ts'
import type { InstallTarget } from '../../operations/index.ts'
import { createFileOutput, type FileOutput } from '../output.ts'

/** Options of {@link createDiskFile}. */
export interface DiskFileOptions {
  /** Bytes of the disk; a multiple of the sector size. */
  readonly byteLength: number
  /** Bytes of its logical sectors. */
  readonly sectorSize: number
  /** Replaces a regular file of that name, once the new one is whole. */
  readonly overwrite?: boolean | undefined
}

/** A file that stands for a disk. It is gone unless it is committed before it is disposed of. */
export interface DiskFileTarget extends InstallTarget, AsyncDisposable {
  /** Gives the file its name. Nothing can be read or written afterwards. */
  commit(): Promise<void>
}

/** Zeros are left out in units of this size. No file system's blocks are larger in practice. */
const BLOCK_BYTE_LENGTH = 65_536

/**
 * Makes a file that stands for a disk. Zeros that come to lie where nothing was written take no space. Only its owner can read
 * it, since an installed system has secrets.
 *
 * @throws {IoError} `OUTPUT_EXISTS`, `DISK_FULL`, `FILE_TOO_LARGE` and what creating a file fails with otherwise.
 */
export async function createDiskFile(path: string, options: DiskFileOptions): Promise<DiskFileTarget> {
  const { byteLength, sectorSize, overwrite } = options
  const output = await createFileOutput(path, { overwrite, mode: 0o600, durable: true })
  try {
    await output.setByteLength(byteLength)
    return diskFileTarget(output, { byteLength, sectorSize })
  } catch (error) {
    await output[Symbol.asyncDispose]()
    throw error
  }
}

function diskFileTarget(
  output: FileOutput,
  { byteLength, sectorSize }: Pick<DiskFileOptions, 'byteLength' | 'sectorSize'>,
): DiskFileTarget {
  const { path: name } = output
  const isWritten = new Uint8Array(Math.ceil(byteLength / BLOCK_BYTE_LENGTH))
  const target: DiskFileTarget = {
    name,
    byteLength,
    sectorSize,
    async read(offset, length, { signal } = {}) {
      signal?.throwIfAborted()
      const bytes = new Uint8Array(length)
      await target.readBack(offset, bytes)
      return bytes
    },
    async write(offset, bytes) {
      checkRange({ name, byteLength }, offset, bytes.byteLength)
      for (const { start, end } of findRuns(isWritten, offset, bytes)) {
        await output.write(offset + start, bytes.subarray(start, end))
      }
    },
    flush: () => output.sync(),
    async readBack(offset, bytes) {
      checkRange({ name, byteLength }, offset, bytes.byteLength)
      await output.readInto(offset, bytes)
    },
    commit: () => output.commit(),
    [Symbol.asyncDispose]: () => output[Symbol.asyncDispose](),
  }
  return target
}

/** The parts of the bytes that have to be written, `[start, end)`: all but zeros in blocks that have nothing yet. */
function findRuns(
  isWritten: Uint8Array,
  offset: number,
  bytes: Uint8Array,
): readonly { readonly start: number; readonly end: number }[] {
  const runs: { start: number; end: number }[] = []
  for (let start = 0; start < bytes.byteLength; ) {
    const block = Math.floor((offset + start) / BLOCK_BYTE_LENGTH)
    const end = Math.min(bytes.byteLength, (block + 1) * BLOCK_BYTE_LENGTH - offset)
    const isHole = isWritten[block] === 0 && countLeadingZeros(bytes.subarray(start, end)) === end - start
    if (!isHole) {
      isWritten[block] = 1
      const last = runs.at(-1)
      if (last?.end === start) last.end = end
      else runs.push({ start, end })
    }
    start = end
  }
  return runs
}
