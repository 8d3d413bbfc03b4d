/**
 * Superblocks: which filesystem a partition has, and how it is called.
 *
 * Read: ext2, ext3 and ext4, and XFS. Left out: everything behind the superblock, and other filesystems.
 */
export { decodeExtSuperblock, type ExtSuperblock } from './ext-superblock.ts'
export { decodeSuperblock, SUPERBLOCK_BYTE_LENGTH, type Superblock } from './superblock.ts'
export { decodeXfsSuperblock, type XfsSuperblock } from './xfs-superblock.ts'
