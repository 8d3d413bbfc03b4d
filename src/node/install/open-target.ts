import { realpath } from 'node:fs/promises'
import { type Extent, encodeUtf8, equalBytes } from '../../bytes/index.ts'
import type { BootFilesystem, BootPartition } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { decodePartitionTable, type SectorSize } from '../../formats/gpt/index.ts'
import { type ImageStream, type InstallTarget, requireDiskImage } from '../../operations/index.ts'
import {
  type FoundContent,
  findContents,
  findFilesystems,
  openBlockDevice,
  otherBootFilesystems,
  runProgram,
} from '../block-device/index.ts'
import { mountBoot } from '../boot-partition/mount-boot.ts'
import { openExt2Boot } from '../boot-partition/open-ext2-boot.ts'
import { createDiskFile } from '../disk-file/index.ts'

/** What to install on. */
export type TargetRequest = TargetDeviceRequest | TargetFileRequest

/** A disk of this machine. */
export interface TargetDeviceRequest {
  readonly kind: 'device'
  readonly path: string
  /** Whether to go past the page cache where that can be done; `true` unless given. */
  readonly fastPaths?: boolean | undefined
}

/** A new file that is a disk. */
export interface TargetFileRequest {
  readonly kind: 'file'
  readonly path: string
  /** Bytes of the disk; those of what is installed unless given. */
  readonly byteLength?: number | undefined
  /** Replaces a regular file of that name, once the new one is whole. */
  readonly overwrite?: boolean | undefined
}

/** What is installed on, open and nobody else's. */
export interface OpenedTarget extends InstallTarget, AsyncDisposable {
  readonly kind: TargetRequest['kind']
  /** Vendor and model, as far as the system knows. */
  readonly model: string | undefined
  /** What is on it, and will be lost unless it is saved. */
  readonly contents: readonly FoundContent[]
  /** What people should know before it is written to, in sentences: what they could still change. */
  foresee(): Promise<readonly string[]>
  /** Opens the boot partition inside it. */
  openBoot(extent: Extent, filesystem: BootFilesystem): Promise<BootPartition>
  /**
   * Lets everybody see what was installed. Afterwards nothing can be written.
   *
   * @returns what people should know, in sentences.
   */
  commit(): Promise<readonly string[]>
  /** Lets everybody see what a failure has left. Afterwards nothing can be written. */
  abandon(): Promise<void>
}

const GPT_MAGIC = encodeUtf8('EFI PART')
const DEFAULT_SECTOR_SIZE = 512

/**
 * Opens a disk, so that nobody else can use it, and looks at what is on it.
 *
 * @throws {IoError} `DEVICE_BUSY` with everything that uses it, `NOT_A_DISK`, `READ_ONLY`, `PERMISSION_DENIED` and others.
 * @throws {ImageError} `INSTALL_UNSUPPORTED`
 */
export async function openTargetDevice(
  { path, fastPaths }: TargetDeviceRequest,
  signal: AbortSignal | undefined,
): Promise<OpenedTarget> {
  const device = await openBlockDevice(path, { fastPaths })
  // Links such as those in /dev/disk/by-uuid go when what they are named after does.
  const node = await realpath(path).catch(() => path)
  const contents = await findContents(runProgram, node).catch(async (error: unknown) => {
    await device[Symbol.asyncDispose]()
    throw error
  })
  return {
    kind: 'device',
    name: path,
    byteLength: device.byteLength,
    sectorSize: device.sectorSize,
    model: device.model,
    contents,
    read: (offset, byteLength, options) => device.read(offset, byteLength, options),
    write: (offset, bytes) => device.write(offset, bytes),
    flush: () => device.flush(),
    readBack: (offset, bytes) => device.readBack(offset, bytes),
    foresee: () => findOtherBoots(node),
    openBoot: (extent, filesystem) => mountBoot(node, extent, filesystem, { signal }),
    async commit() {
      const notice = await device.rereadPartitions()
      return [...(notice === undefined ? [] : [notice]), ...(await findOtherBoots(node))]
    },
    async abandon() {
      await device.rereadPartitions()
    },
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
}

/** A system finds its boot filesystem by its label when it starts for the first time. */
async function findOtherBoots(path: string): Promise<readonly string[]> {
  const others = otherBootFilesystems(await findFilesystems(runProgram), await findFilesystems(runProgram, path))
  if (others.length === 0) return []
  const places = others.map((other) => other.path).join(', ')
  return [
    `Other disks have a filesystem with the label boot, too (${places}): remove them, or the machine may take theirs`,
  ]
}

/**
 * Makes a file that is a disk for the image, of the size that is asked for or else of the image's.
 *
 * @throws {ImageError} `NOT_A_DISK_IMAGE`.
 * @throws {UsageError} `COMMAND_LINE_INVALID` when nobody knows the size, or it is no number of sectors.
 * @throws {IoError} `OUTPUT_EXISTS`, `DISK_FULL`, `FILE_TOO_LARGE` and others.
 */
export async function createTargetFile(
  { path, overwrite, byteLength: wanted }: TargetFileRequest,
  image: Pick<ImageStream, 'name' | 'head'>,
  signal: AbortSignal | undefined,
): Promise<OpenedTarget> {
  // Before its size is asked for, which only the image of a disk could tell.
  requireDiskImage(image.head, image.name)
  const sectorSize = imageSectorSize(image.head) ?? DEFAULT_SECTOR_SIZE
  const byteLength = wanted ?? imageByteLength(image, sectorSize)
  if (byteLength === undefined || byteLength % sectorSize !== 0) {
    const problem =
      byteLength === undefined ? `${image.name} does not tell its size` : `${byteLength} bytes are no number of sectors`
    throw new UsageError('COMMAND_LINE_INVALID', `Cannot create ${path}: ${problem}`, {
      hint: `Give a size with --size, in multiples of ${sectorSize} bytes`,
    })
  }
  const file = await createDiskFile(path, { byteLength, sectorSize, overwrite })
  return {
    ...file,
    kind: 'file',
    model: undefined,
    contents: [],
    foresee: async () => [],
    openBoot: (extent) => openExt2Boot(file, extent, { signal }),
    async commit() {
      await file.commit()
      return []
    },
    async abandon() {}, // it is removed when it is disposed of
  }
}

/** By where the header of its partition table is. */
function imageSectorSize(head: Uint8Array): SectorSize | undefined {
  const isHeaderAt = (offset: number): boolean =>
    equalBytes(head.subarray(offset, offset + GPT_MAGIC.byteLength), GPT_MAGIC)
  return ([512, 4096] as const).find(isHeaderAt)
}

function imageByteLength(
  { name, head }: Pick<ImageStream, 'name' | 'head'>,
  sectorSize: SectorSize,
): number | undefined {
  const table = decodePartitionTable(head, { sectorSize, name })
  return table && table.otherHeader.offset + table.otherHeader.byteLength
}
