import { Cursor } from '../../bytes/index.ts'
import { decodeLabel } from './label.ts'

/** What the superblock of an ext2, ext3 or ext4 filesystem says. */
export interface ExtSuperblock {
  readonly type: 'ext2' | 'ext3' | 'ext4'
  readonly label: string
  /** Bytes of the filesystem. */
  readonly byteLength: number
  readonly blockByteLength: number
  /** Bytes that no file has, those for root among them. */
  readonly freeByteLength: number
  /** Whether the journal has changes that are not yet where they belong. */
  readonly needsRecovery: boolean
  /** Whether the kernel has seen errors, or the filesystem was not unmounted. */
  readonly isClean: boolean
  /** Features that have to be known for reading, as flags. */
  readonly incompatible: number
  /** Features that have to be known for writing, as flags. */
  readonly readOnlyCompatible: number
}

const OFFSET = 1024
const BYTE_LENGTH = 1024
const MAGIC = 0xef53
const MIN_BLOCK_BYTE_LENGTH = 1024
const MAX_LOG_BLOCK_SIZE = 6 // 64 KiB
const LABEL_BYTE_LENGTH = 16

const STATE_VALID = 0x1
const STATE_ERRORS = 0x2

const COMPAT_HAS_JOURNAL = 0x4
const INCOMPAT_RECOVER = 0x4
const INCOMPAT_JOURNAL_DEVICE = 0x8
const INCOMPAT_64BIT = 0x80
/** What ext3 may have: file types in directories, a journal to be recovered, meta block groups. */
const INCOMPAT_EXT3 = 0x2 | INCOMPAT_RECOVER | 0x10
/** What ext3 may have: sparse superblocks, large files, directories as B-trees. */
const RO_COMPAT_EXT3 = 0x1 | 0x2 | 0x4

/**
 * Decodes the superblock of the ext family, which stands 1024 bytes behind the start of the filesystem.
 *
 * Layout: Documentation/filesystems/ext4/super.rst of Linux. Its checksum is not compared.
 *
 * @param head the first bytes of a partition.
 * @returns `undefined` when there is none, when it belongs to the device of a journal, and when its blocks are more bytes than
 *   can be counted.
 */
export function decodeExtSuperblock(head: Uint8Array): ExtSuperblock | undefined {
  if (head.byteLength < OFFSET + BYTE_LENGTH) return undefined
  const field = (offset: number): Cursor => new Cursor(head.subarray(OFFSET + offset, OFFSET + BYTE_LENGTH))
  if (field(0x38).u16le() !== MAGIC) return undefined

  const logBlockSize = field(0x18).u32le()
  const state = field(0x3a).u16le()
  const features = field(0x5c)
  const [compatible, incompatible, readOnlyCompatible] = [features.u32le(), features.u32le(), features.u32le()]
  if (logBlockSize > MAX_LOG_BLOCK_SIZE || incompatible & INCOMPAT_JOURNAL_DEVICE) return undefined

  const highBlockCount = incompatible & INCOMPAT_64BIT ? field(0x150).u32le() : 0
  const highFreeBlockCount = incompatible & INCOMPAT_64BIT ? field(0x158).u32le() : 0
  const freeBlockCount = field(0xc).u32le() + highFreeBlockCount * 2 ** 32
  const blockCount = field(0x4).u32le() + highBlockCount * 2 ** 32
  const blockByteLength = MIN_BLOCK_BYTE_LENGTH * 2 ** logBlockSize
  const byteLength = blockCount * blockByteLength
  const freeByteLength = freeBlockCount * blockByteLength
  if (!Number.isSafeInteger(byteLength) || !Number.isSafeInteger(freeByteLength)) return undefined

  const isExt4 = (incompatible & ~INCOMPAT_EXT3) !== 0 || (readOnlyCompatible & ~RO_COMPAT_EXT3) !== 0
  const isExt3 = (compatible & COMPAT_HAS_JOURNAL) !== 0
  return {
    type: isExt4 ? 'ext4' : isExt3 ? 'ext3' : 'ext2',
    label: decodeLabel(field(0x78).take(LABEL_BYTE_LENGTH)),
    byteLength,
    blockByteLength,
    freeByteLength,
    needsRecovery: (incompatible & INCOMPAT_RECOVER) !== 0,
    isClean: (state & (STATE_VALID | STATE_ERRORS)) === STATE_VALID,
    incompatible,
    readOnlyCompatible,
  }
}
