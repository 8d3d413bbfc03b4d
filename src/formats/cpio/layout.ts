/** Bytes of a newc header: a magic of 6 characters and 13 fields of 8 hexadecimal digits. */
export const HEADER_BYTE_LENGTH = 110

/** The magic of newc archives. */
export const MAGIC = '070701'

/** The magic of newc archives with a sum of each file's bytes, which neither we nor the kernel's default check. */
export const MAGIC_WITH_CHECKSUM = '070702'

/** The name that ends an archive. */
export const TRAILER_NAME = 'TRAILER!!!'

/** Headers with their names, and data, are padded with zeros to a multiple of this many bytes. */
export const ALIGNMENT = 4

/** The largest value of a header field. */
export const MAX_FIELD = 0xffffffff

/** The bits of a mode that tell the type. */
const TYPE_MASK = 0o170000

/** What a member is. */
export type MemberType = 'file' | 'directory' | 'symlink' | 'block' | 'character' | 'fifo' | 'socket' | 'unknown'

const TYPES: ReadonlyMap<number, MemberType> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
  [0o060000, 'block'],
  [0o020000, 'character'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
])

/** The type that a member's mode tells. */
export function memberType(mode: number): MemberType {
  return TYPES.get(mode & TYPE_MASK) ?? 'unknown'
}

/** How many zeros follow `byteLength` bytes that started aligned. */
export function paddingByteLength(byteLength: number): number {
  return (ALIGNMENT - (byteLength % ALIGNMENT)) % ALIGNMENT
}
