import { ByteReader, chunks, type Hasher, type Source } from '../../bytes/index.ts'
import { type LiveInitramfs, parseStreamHash, readKernelArchitecture, readLiveInitramfs } from '../../coreos/index.ts'
import { ImageError } from '../../errors.ts'
import { compareRootfs } from '../initrd-facts.ts'
import type { CodecOptions } from '../read-customizations.ts'

/** A file of ISOLINUX. */
export interface IsolinuxFile {
  /** As in `isolinux/` of the image: `isolinux.bin`, `ldlinux.c32`. */
  readonly name: string
  readonly source: Source
}

/** What a live ISO is built from: the files that boot over the network, and boot loaders. */
export interface LiveIsoParts {
  readonly kernel: Source
  readonly initramfs: Source
  readonly rootfs: Source
  /** A FAT image with GRUB for UEFI, as `images/efiboot.img` of published images. Without it, UEFI does not boot. */
  readonly efiImage?: Source | undefined
  /**
   * `isolinux.bin` with its modules (`*.c32`): without them, BIOS does not boot. `isohdpfx.bin`, if it is there, becomes the
   * boot code for disks, when there is an EFI image. Other files are ignored. x86_64 only.
   */
  readonly isolinux?: readonly IsolinuxFile[] | undefined
}

/** Options of {@link checkLiveIsoParts}. */
export interface CheckLiveIsoPartsOptions extends CodecOptions {
  /** Gives a fresh SHA-256, such as one of `node:crypto`, which is ten times as fast as isokit's own. */
  readonly createHasher?: (() => Hasher | Promise<Hasher>) | undefined
  /** Told now and then how much of the rootfs has been verified. */
  readonly onProgress?: ((progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void) | undefined
}

/** What was learned of the parts. */
export interface CheckedLiveIsoParts {
  readonly architecture: string
  readonly initramfs: LiveInitramfs
}

/** isokit lays out images for these; the others boot in ways of their own. */
const ARCHITECTURES: readonly string[] = ['x86_64', 'aarch64']

/** Where the live system looks for the root file system inside the rootfs, without reading the archive. */
const ROOT_OFFSET = 124
const ROOTFS_HEAD_BYTE_LENGTH = 2048
const EROFS_SUPERBLOCK_OFFSET = 1024
const CPIO_MAGIC = '070701'
const SQUASHFS_MAGIC = 'hsqs'
const EROFS_MAGIC = '\xe2\xe1\xf5\xe0'

const BOOT_SECTOR_BYTE_LENGTH = 512
const BOOT_SECTOR_SIGNATURE = '\x55\xaa'

/** Bytes of boot code that a master boot record has room for, in front of isohybrid's own field. */
const MAX_BOOT_CODE_BYTE_LENGTH = 432
const MIN_ISOLINUX_BYTE_LENGTH = 64

/** ISOLINUX itself. */
export const ISOLINUX_NAME = 'isolinux.bin'

/** Boot code for disks, which goes into the master boot record. */
export const BOOT_CODE_NAME = 'isohdpfx.bin'

const NEEDED_ISOLINUX_NAMES: readonly string[] = [ISOLINUX_NAME, 'ldlinux.c32']

/**
 * Checks that files are what a live ISO is made from, and that they belong together: the first bytes of each, then the whole
 * initramfs, then its rootfs by version and by hash where it knows them.
 *
 * @throws {ImageError} `LIVE_PARTS_INVALID`; `ALREADY_EMBEDDED` when the initramfs carries customizations.
 * @throws {FormatError} `NOT_A_LIVE_INITRAMFS`, and what reading a damaged initrd throws.
 */
export async function checkLiveIsoParts(
  parts: LiveIsoParts,
  options: CheckLiveIsoPartsOptions,
): Promise<CheckedLiveIsoParts> {
  const architecture = await readKernelArchitecture(parts.kernel, options)
  const problems = [
    ...findKernelProblems(parts.kernel, architecture),
    ...(await findRootfsProblems(parts.rootfs, options)),
    ...(await findEfiProblems(parts.efiImage, options)),
    ...findIsolinuxProblems(parts.isolinux, architecture),
  ]
  if (architecture === undefined || problems.length > 0) throw invalid(problems)
  const initramfs = await readLiveInitramfs(parts.initramfs, options)
  if (initramfs.customizations.length > 0) {
    throw new ImageError(
      'ALREADY_EMBEDDED',
      `Cannot build from ${initramfs.name}: it carries a config or network settings, which every machine would get for good`,
      { hint: 'Run `isokit pxe reset` on it, and customize the new image instead' },
    )
  }
  const problem = await findMismatch(parts.rootfs, initramfs, options)
  if (problem !== undefined) throw invalid([problem])
  return { architecture, initramfs }
}

function findKernelProblems(kernel: Source, architecture: string | undefined): readonly string[] {
  if (architecture === undefined) return [`${kernel.name} is not a kernel of a CoreOS architecture`]
  if (ARCHITECTURES.includes(architecture)) return []
  return [`${kernel.name} is for ${architecture}, and isokit builds images for ${ARCHITECTURES.join(' and ')}`]
}

async function findRootfsProblems(rootfs: Source, options: CodecOptions): Promise<readonly string[]> {
  const head = latin1(await rootfs.read(0, Math.min(rootfs.byteLength, ROOTFS_HEAD_BYTE_LENGTH), options))
  const hasRoot =
    head.startsWith(SQUASHFS_MAGIC, ROOT_OFFSET) || head.startsWith(EROFS_MAGIC, ROOT_OFFSET + EROFS_SUPERBLOCK_OFFSET)
  if (head.startsWith(CPIO_MAGIC) && hasRoot) return []
  return [`${rootfs.name} is not a rootfs: it does not begin with root.squashfs or root.erofs`]
}

async function findEfiProblems(efiImage: Source | undefined, options: CodecOptions): Promise<readonly string[]> {
  if (!efiImage) return []
  const sector = latin1(await efiImage.read(0, Math.min(efiImage.byteLength, BOOT_SECTOR_BYTE_LENGTH), options))
  return sector.endsWith(BOOT_SECTOR_SIGNATURE) && sector.length === BOOT_SECTOR_BYTE_LENGTH
    ? []
    : [`${efiImage.name} is not a FAT image`]
}

function findIsolinuxProblems(
  files: readonly IsolinuxFile[] | undefined,
  architecture: string | undefined,
): readonly string[] {
  if (!files) return []
  if (architecture !== undefined && architecture !== 'x86_64') return [`ISOLINUX does not boot ${architecture}`]
  const missing = NEEDED_ISOLINUX_NAMES.filter((name) => !files.some((file) => file.name === name))
  const problems = missing.map((name) => `there is no ${name} among the files of ISOLINUX`)
  for (const { name, source } of files) {
    if (name === ISOLINUX_NAME && source.byteLength < MIN_ISOLINUX_BYTE_LENGTH) {
      problems.push(`${source.name} is too short to be ISOLINUX`)
    }
    if (name === BOOT_CODE_NAME && source.byteLength > MAX_BOOT_CODE_BYTE_LENGTH) {
      problems.push(`${source.name} has ${source.byteLength} bytes, and boot code has ${MAX_BOOT_CODE_BYTE_LENGTH}`)
    }
  }
  return problems
}

/** What tells that a rootfs is of another build than the initramfs, as a clause. Old builds may not tell. */
async function findMismatch(
  rootfs: Source,
  { name, version, rootfsHashes }: LiveInitramfs,
  { onProgress, ...options }: CheckLiveIsoPartsOptions,
): Promise<string | undefined> {
  const wantedRootfs =
    rootfsHashes === undefined ? undefined : parseStreamHash(rootfsHashes, `the hashes of the rootfs in ${name}`)
  const reader = new ByteReader(chunks(rootfs, options), rootfs.name)
  try {
    const { mismatch } = await compareRootfs(
      reader,
      { name, version, wantedRootfs },
      { ...options, onBytes: (bytesDone) => onProgress?.({ bytesDone, bytesTotal: rootfs.byteLength }) },
    )
    return mismatch && `${rootfs.name} ${mismatch}`
  } finally {
    await reader.close()
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function invalid(problems: readonly string[]): ImageError {
  return new ImageError('LIVE_PARTS_INVALID', `Cannot build a live ISO: ${problems.join('; ')}`, {
    hint: 'Give the files of one build, for x86_64 or aarch64',
  })
}
