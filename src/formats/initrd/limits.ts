/** Bounds on what an initrd may ask for, so that a hostile one fails soon and in little memory. */
export interface InitrdLimits {
  /** Members of all archives together. */
  readonly maxMemberCount: number
  /** Bytes of one member's name, its closing NUL included. */
  readonly maxNameByteLength: number
  /** Bytes of one file that is kept in memory. */
  readonly maxFileByteLength: number
  /** Bytes of all files that are kept in memory. */
  readonly maxTotalByteLength: number
  /** Bytes of all archives together once decompressed, kept or not. */
  readonly maxDecompressedByteLength: number
}

const MIB = 1024 * 1024

/** The limits unless the caller gives others: any real initramfs and rootfs image passes. */
export const DEFAULT_INITRD_LIMITS: InitrdLimits = {
  maxMemberCount: 1_000_000,
  maxNameByteLength: 4096, // the kernel's PATH_MAX; it skips members with longer names
  maxFileByteLength: 64 * MIB,
  maxTotalByteLength: 256 * MIB,
  maxDecompressedByteLength: 64 * 1024 * MIB,
}

/** Limits for an embed area, which holds a few configs in some hundred kilobytes. */
export const EMBED_AREA_LIMITS: InitrdLimits = {
  maxMemberCount: 10_000,
  maxNameByteLength: 4096,
  maxFileByteLength: 64 * MIB,
  maxTotalByteLength: 64 * MIB,
  maxDecompressedByteLength: 64 * MIB,
}
