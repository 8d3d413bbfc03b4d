import { Cursor } from '../../bytes/index.ts'
import { decodeLabel } from './label.ts'

/** What the superblock of an XFS filesystem says. */
export interface XfsSuperblock {
  readonly type: 'xfs'
  readonly label: string
}

const BYTE_LENGTH = 264
const MAGIC = 0x58465342 // XFSB
const LABEL_OFFSET = 108
const LABEL_BYTE_LENGTH = 12

/**
 * Decodes the superblock of XFS, with which the filesystem begins.
 *
 * Layout: XFS Algorithms & Data Structures, "Superblocks". Its checksum is not compared.
 *
 * @param head the first bytes of a partition.
 * @returns `undefined` when there is none.
 */
export function decodeXfsSuperblock(head: Uint8Array): XfsSuperblock | undefined {
  if (head.byteLength < BYTE_LENGTH || new Cursor(head).u32be() !== MAGIC) return undefined
  return { type: 'xfs', label: decodeLabel(head.subarray(LABEL_OFFSET, LABEL_OFFSET + LABEL_BYTE_LENGTH)) }
}
