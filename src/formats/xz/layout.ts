/** The bytes that start a stream. */
export const STREAM_MAGIC: readonly number[] = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]

/** The bytes that end a stream. */
export const FOOTER_MAGIC: readonly number[] = [0x59, 0x5a]

/** Bytes of a stream's header, and of its footer. */
export const STREAM_HEADER_BYTE_LENGTH = 12

/** Blocks, the index and whole streams take a multiple of this many bytes. */
export const ALIGNMENT = 4

/** Check types of a stream, by their number in its flags. */
export const CHECK_NONE = 0x00
export const CHECK_CRC32 = 0x01
export const CHECK_CRC64 = 0x04
export const CHECK_SHA256 = 0x0a

/** Filters that are supported, by their identifier. */
export const FILTER_X86 = 0x04
export const FILTER_LZMA2 = 0x21

/** The first byte of the index, where a block would have its header's size. */
export const INDEX_INDICATOR = 0x00

/** Bits of a block's flags. */
export const BLOCK_FILTER_COUNT_MASK = 0x03
export const BLOCK_RESERVED_MASK = 0x3c
export const BLOCK_HAS_COMPRESSED_SIZE = 0x40
export const BLOCK_HAS_UNCOMPRESSED_SIZE = 0x80

/** How many zeros follow `byteLength` bytes that started aligned. */
export function paddingByteLength(byteLength: number): number {
  return (ALIGNMENT - (byteLength % ALIGNMENT)) % ALIGNMENT
}
