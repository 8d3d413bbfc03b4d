import type { Extent } from '../../bytes/index.ts'
import type { BootPartition } from '../../coreos/index.ts'
import { ImageError } from '../../errors.ts'
import { decodeSuperblock, SUPERBLOCK_BYTE_LENGTH, type Superblock } from '../../formats/superblock/index.ts'
import { bootPartition } from './boot-partition.ts'
import { type BootTarget, ext2Disk } from './ext2-disk.ts'
import { openExt2Tree } from './ext2-tree.ts'

/** Options of {@link openExt2Boot} and `mountBoot`. */
export interface OpenBootOptions {
  /** Stops, where nothing is mounted also inside a change, which leaves the filesystem damaged. */
  readonly signal?: AbortSignal | undefined
}

/** Options of {@link openExt2Boot}. */
export interface OpenExt2BootOptions extends OpenBootOptions {
  /** Most time to compute without getting ahead, apart from what the target takes: 10 s unless given. */
  readonly patienceMs?: number | undefined
}

const LOOP_HINT =
  "Attach a file of the disk's size to a loop device (losetup --find --show), and install on that as root, where the kernel changes it"

/** Every step takes milliseconds, on slow machines too. */
const PATIENCE_MS = 10_000

/**
 * File types in directories, meta block groups, extents, 64 bits, flexible block groups, a seed for checksums, large
 * directories. Not data in inodes: the library writes new files well, and loses what goes into one that is there.
 */
const KNOWN_INCOMPATIBLE = 0x2 | 0x10 | 0x40 | 0x80 | 0x200 | 0x2000 | 0x4000
/** Sparse superblocks, large and huge files, directories as B-trees, checksums, many links, larger inodes. */
const KNOWN_READ_ONLY_COMPATIBLE = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x400

/**
 * Opens a boot partition with an ext2, ext3 or ext4 filesystem, without mounting it and without being root. Times in the
 * filesystem are those of the clock; everything else follows from the changes. All of it happens in a thread, which a damaged
 * filesystem can't keep busy for longer than it may take.
 *
 * @throws {ImageError} `BOOT_FILESYSTEM_UNSUPPORTED` when the filesystem is damaged, in use, or has features that are not
 *   known to survive. Nothing has been written then.
 * @throws {FormatError} `BOOT_FILESYSTEM_UNSUPPORTED`, `LIMIT_EXCEEDED` when the filesystem turns out to be damaged.
 * @throws {IoError} `IO_FAILED` where no thread can be started, `DISK_FULL`, and what the target throws.
 */
export async function openExt2Boot(
  target: BootTarget,
  extent: Extent,
  { signal, patienceMs = PATIENCE_MS }: OpenExt2BootOptions = {},
): Promise<BootPartition> {
  signal?.throwIfAborted()
  const name = `the boot partition of ${target.name}`
  const head = await target.read(extent.offset, Math.min(extent.byteLength, SUPERBLOCK_BYTE_LENGTH))
  const superblock = decodeSuperblock(head)
  const problem = findProblem(superblock, extent)
  if (superblock === undefined || superblock.type === 'xfs' || problem !== undefined) {
    throw new ImageError('BOOT_FILESYSTEM_UNSUPPORTED', `Cannot change ${name}: it ${problem}`, {
      hint: LOOP_HINT,
    })
  }
  const tree = await openExt2Tree({
    disk: ext2Disk(target, extent),
    name,
    patienceMs,
    signal,
    freeByteLength: superblock.freeByteLength,
  })
  return bootPartition(tree, signal)
}

function findProblem(superblock: Superblock | undefined, extent: Extent): string | undefined {
  if (!superblock) return 'has no filesystem that isokit knows'
  if (superblock.type === 'xfs') return 'has an XFS filesystem, which only a kernel can change'
  const { type, needsRecovery, isClean, byteLength, incompatible, readOnlyCompatible } = superblock
  if (needsRecovery) return 'was not unmounted cleanly: its journal has changes that would undo others'
  if (!isClean) return `has an ${type} filesystem with errors, or one that was not unmounted`
  if (byteLength > extent.byteLength) {
    return `has an ${type} filesystem of ${byteLength} bytes, which is larger than the partition (${extent.byteLength})`
  }
  const unknown = [incompatible & ~KNOWN_INCOMPATIBLE, readOnlyCompatible & ~KNOWN_READ_ONLY_COMPATIBLE]
  if (unknown.every((flags) => flags === 0)) return undefined
  const flags = unknown.map((value) => `0x${(value >>> 0).toString(16)}`).join(' and ')
  return `has an ${type} filesystem with features that isokit does not know (incompatible and read-only flags ${flags})`
}
