/** The bytes that start the file: `MINISO` and two NULs. */
export const MINISO_MAGIC: readonly number[] = [0x4d, 0x49, 0x4e, 0x49, 0x53, 0x4f, 0x00, 0x00]

/** The version that is read and written. */
export const MINISO_VERSION = 1

/** Bytes that the table's numbers of sectors count. */
export const MINISO_SECTOR_SIZE = 2048

/** Bytes of a SHA-256. */
export const SHA256_BYTE_LENGTH = 32

/** The most that the whole file may have; real ones have a slot of 16 KiB. */
export const MAX_MINISO_BYTE_LENGTH: number = 1024 * 1024

/** The most that the rest of a minimal image, which is held in memory, may have once it is decompressed. */
export const MAX_REST_BYTE_LENGTH: number = 64 * 1024 * 1024

/** More runs than any image has, which are as many as its files. */
export const MAX_RUN_COUNT = 65_536

/** More than any program has that calls itself by its version. */
export const MAX_APP_VERSION_BYTE_LENGTH = 256
