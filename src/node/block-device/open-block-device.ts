import { constants, type FileHandle, open } from 'node:fs/promises'
import { checkRange } from '../../bytes/index.ts'
import { ImageError, IoError } from '../../errors.ts'
import type { InstallTarget } from '../../operations/index.ts'
import { systemErrorCode, withIoError } from '../system-error.ts'
import { type DiskDescription, describeDisk } from './describe-disk.ts'
import { type DeviceUse, findUses } from './find-uses.ts'
import { formatUses } from './format-uses.ts'
import { rereadPartitions } from './reread-partitions.ts'
import { type RunProgram, runProgram } from './run-program.ts'
import { SectorIo } from './sector-io.ts'
import { formatDeviceNumber, readKernelName, systemFiles } from './system-files.ts'

/** Options of {@link openBlockDevice}. */
export interface OpenBlockDeviceOptions {
  /** Whether to go past the page cache where the device can do that; `true` unless given. The bytes are the same. */
  readonly fastPaths?: boolean | undefined
}

/** A disk that nobody else uses. */
export interface BlockDevice extends InstallTarget, AsyncDisposable, DiskDescription {
  /** Whether reads and writes go to the device itself, past the system's memory of it. */
  readonly isDirect: boolean
  /**
   * Closes the disk, and has the system look at its partition table again. Nothing can be read or written afterwards.
   *
   * @returns what people have to do, where the system did not take the new partitions over: a sentence. The disk itself has
   *   all that was written.
   */
  rereadPartitions(): Promise<string | undefined>
}

/** Most bytes that wait in the system's memory: with more, waiting for the disk at the end takes minutes. */
const MAX_DIRTY_BYTE_LENGTH = 256 * 1024 * 1024

/**
 * Opens a disk to install on it. Nobody else can mount it or open it in this way until it is closed.
 *
 * What uses the disk is looked for before it is opened, since the system would only say that it is busy. Linux only.
 *
 * @throws {IoError} `DEVICE_BUSY` with every use; `NOT_A_DISK`, `READ_ONLY`, `FILE_NOT_FOUND`, `PERMISSION_DENIED`.
 * @throws {ImageError} `INSTALL_UNSUPPORTED` for DASDs, and on other systems than Linux.
 */
export async function openBlockDevice(path: string, options: OpenBlockDeviceOptions = {}): Promise<BlockDevice> {
  if (process.platform !== 'linux') {
    throw new ImageError('INSTALL_UNSUPPORTED', `Cannot install on ${path}: isokit writes disks on Linux only`, {
      hint: 'Make a new image file with --to-file',
    })
  }
  const files = systemFiles()
  const disk = await describeDisk(path, files)
  const use = await findUses(files, disk.kernelName)
  if (use) throw busy(path, use)
  const handle = await openExclusively(path)
  try {
    await checkSameDisk(handle, path, disk)
    // By the descriptor, since the name may have become another disk's.
    const direct = (options.fastPaths ?? true) ? await openDirect(handle) : undefined
    return new OpenBlockDevice(path, disk, { handle, direct, run: runProgram })
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** The error for a disk that is in use: a tree of the uses, which its details have as data. */
export function busy(path: string, use: DeviceUse): IoError {
  const tree = formatUses(use)
    .map((line) => `\n  ${line}`)
    .join('')
  const details = { use }
  if (use.on.some(({ kind }) => kind === 'multipath')) {
    const whole = use.on.find(({ kind }) => kind === 'multipath')?.path
    return new IoError('DEVICE_BUSY', `Cannot install on ${path}: it is one path of several to a disk${tree}`, {
      hint: `Install on ${whole}`,
      details,
    })
  }
  if (use.isSystem) {
    return new IoError('DEVICE_BUSY', `Cannot install on ${path}: the running system is on it${tree}`, {
      hint: 'Choose another disk, or start this machine from a live image first',
      details,
    })
  }
  return new IoError('DEVICE_BUSY', `Cannot install on ${path}: it is in use${tree}`, {
    hint: 'Unmount its filesystems, and stop what else is listed, or choose another disk',
    details,
  })
}

async function openExclusively(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_EXCL)
  } catch (error) {
    const errno = systemErrorCode(error)
    if (errno === 'EACCES' || errno === 'EPERM') {
      const hint = 'Run this as root, or make a new image file with --to-file'
      throw new IoError('PERMISSION_DENIED', `Cannot open ${path}: Permission denied`, { hint, cause: error })
    }
    if (errno !== 'EBUSY') return await withIoError(`open ${path}`, () => Promise.reject(error))
    throw new IoError('DEVICE_BUSY', `Cannot install on ${path}: something uses it that cannot be seen from here`, {
      hint: 'Look for containers, ZFS pools or other programs that use it',
      cause: error,
    })
  }
}

/** The path may have become another disk's since that was looked at, as links in /dev/disk do. */
async function checkSameDisk(handle: FileHandle, path: string, { kernelName }: DiskDescription): Promise<void> {
  const { rdev } = await withIoError(`look at ${path}`, () => handle.stat({ bigint: true }))
  if ((await readKernelName(systemFiles(), formatDeviceNumber(rdev))) === kernelName) return
  throw new IoError('DEVICE_BUSY', `Cannot install on ${path}: it has just become another disk than ${kernelName}`, {
    hint: 'Check the disk, and try again',
  })
}

/** The same device past the page cache; `undefined` where that can't be done. */
async function openDirect(handle: FileHandle): Promise<FileHandle | undefined> {
  return await open(`/proc/self/fd/${handle.fd}`, constants.O_RDWR | constants.O_DIRECT).catch(() => undefined)
}

interface Opened {
  readonly handle: FileHandle
  readonly direct: FileHandle | undefined
  readonly run: RunProgram
}

class OpenBlockDevice implements BlockDevice {
  readonly name: string
  readonly byteLength: number
  readonly sectorSize: number
  readonly kernelName: string
  readonly model: string | undefined
  readonly serial: string | undefined
  readonly isDirect: boolean
  readonly #opened: Opened
  readonly #io: SectorIo
  #dirtyByteLength = 0
  #isCached = false
  #isClosed = false

  constructor(name: string, disk: DiskDescription, opened: Opened) {
    this.name = name
    this.byteLength = disk.byteLength
    this.sectorSize = disk.sectorSize
    this.kernelName = disk.kernelName
    this.model = disk.model
    this.serial = disk.serial
    this.isDirect = opened.direct !== undefined
    this.#opened = opened
    this.#io = new SectorIo(opened.direct ?? opened.handle, { name, sectorSize: disk.sectorSize })
  }

  async read(
    offset: number,
    byteLength: number,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Uint8Array> {
    signal?.throwIfAborted()
    checkRange(this, offset, byteLength)
    const bytes = new Uint8Array(byteLength)
    await this.#io.readInto(offset, bytes, signal)
    return bytes
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    checkRange(this, offset, bytes.byteLength)
    await this.#io.write(offset, bytes)
    if (this.isDirect) return
    this.#isCached = true
    this.#dirtyByteLength += bytes.byteLength
    if (this.#dirtyByteLength >= MAX_DIRTY_BYTE_LENGTH) await this.flush()
  }

  async flush(): Promise<void> {
    await this.#io.settle()
    await withIoError(`write ${this.name}`, () => this.#opened.handle.sync())
    this.#dirtyByteLength = 0
  }

  async readBack(offset: number, bytes: Uint8Array): Promise<void> {
    checkRange(this, offset, bytes.byteLength)
    // Without this, the page cache would answer. Where it fails, that is what is left.
    if (this.#isCached) await this.#opened.run('blockdev', ['--flushbufs', this.name])
    this.#isCached = false
    await this.#io.readInto(offset, bytes)
  }

  async rereadPartitions(): Promise<string | undefined> {
    const { name, kernelName, sectorSize } = this
    const head = await this.read(0, Math.min(this.byteLength, 1024 * 1024))
    // The system looks at the whole disk only when nobody holds it.
    await this[Symbol.asyncDispose]()
    return await rereadPartitions(
      { name, kernelName, sectorSize, head },
      { run: this.#opened.run, files: systemFiles() },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const { direct, handle } = this.#opened
    await this.#io.settle()
    try {
      await direct?.close()
    } finally {
      await handle.close()
    }
  }
}
