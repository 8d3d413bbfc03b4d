import { type Extent, encodeUtf8, equalBytes } from '../../bytes/index.ts'
import type { BootFilesystem, BootPartition } from '../../coreos/index.ts'
import { ImageError, UsageError } from '../../errors.ts'
import { decodePartitionTable, type SectorSize } from '../../formats/gpt/index.ts'
import type { ImageStream, InstallTarget } from '../../operations/index.ts'
import { openExt2Boot } from '../boot-partition/open-ext2-boot.ts'
import { createDiskFile } from '../disk-file/index.ts'

/** What to install on. */
export type TargetRequest = { readonly kind: 'device'; readonly path: string } | TargetFileRequest

/** A new file that is a disk. */
export interface TargetFileRequest {
  readonly kind: 'file'
  readonly path: string
  /** Bytes of the disk; those of what is installed unless given. */
  readonly byteLength: number | undefined
  /** Replaces a regular file of that name, once the new one is whole. */
  readonly overwrite: boolean
}

/** What is installed on, open and nobody else's. */
export interface OpenedTarget extends InstallTarget, AsyncDisposable {
  readonly kind: TargetRequest['kind']
  /** Vendor and model, as far as the system knows. */
  readonly model: string | undefined
  /** What is on it, in clauses. */
  readonly contents: readonly string[]
  /** Opens the boot partition inside it. */
  openBoot(extent: Extent, filesystem: BootFilesystem): Promise<BootPartition>
  /** Lets everybody see what was installed. Afterwards nothing can be written. */
  commit(): Promise<void>
}

const GPT_MAGIC = encodeUtf8('EFI PART')
const DEFAULT_SECTOR_SIZE = 512

/** Not yet. */
export async function openTargetDevice(
  { path }: Extract<TargetRequest, { kind: 'device' }>,
  _signal: AbortSignal,
): Promise<OpenedTarget> {
  throw new ImageError('INSTALL_UNSUPPORTED', `Cannot install on ${path}: isokit only installs to files so far`, {
    hint: 'Give a new file with --to-file',
  })
}

/**
 * Makes a file that is a disk for the image, of the size that is asked for or else of the image's.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID` when nobody knows the size, or it is no number of sectors.
 * @throws {IoError} `OUTPUT_EXISTS`, `DISK_FULL`, `FILE_TOO_LARGE` and others.
 */
export async function createTargetFile(
  { path, overwrite, byteLength: wanted }: TargetFileRequest,
  image: Pick<ImageStream, 'name' | 'head'>,
  signal: AbortSignal,
): Promise<OpenedTarget> {
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
    openBoot: (extent) => openExt2Boot(file, extent, { signal }),
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
