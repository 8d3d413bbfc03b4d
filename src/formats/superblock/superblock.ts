import { decodeExtSuperblock, type ExtSuperblock } from './ext-superblock.ts'
import { decodeXfsSuperblock, type XfsSuperblock } from './xfs-superblock.ts'

/** What a superblock says. */
export type Superblock = ExtSuperblock | XfsSuperblock

/** Bytes at the start of a filesystem that have its superblock. */
export const SUPERBLOCK_BYTE_LENGTH: number = 4096

/**
 * Decodes the superblock of a filesystem that is known here.
 *
 * @param head the first {@link SUPERBLOCK_BYTE_LENGTH} bytes of a partition, or all that it has.
 */
export function decodeSuperblock(head: Uint8Array): Superblock | undefined {
  // A new ext filesystem wipes the first sector, and a new XFS leaves none of the other's superblock.
  return decodeXfsSuperblock(head) ?? decodeExtSuperblock(head)
}
