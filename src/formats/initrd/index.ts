/**
 * initrds: newc archives back to back, each plain or compressed with gzip, xz or zstd, as the kernel unpacks them.
 *
 * Supported: reading all of these in one pass, and writing one archive of regular files, compressed with xz. Left out:
 * writing links and devices, and the compressions of older kernels (bzip2, lzma, lzo, lz4).
 */
export type { Codecs, CompressionFormat, DecompressOptions } from './codecs.ts'
export { type EncodeInitrdOptions, encodeInitrd } from './encode-initrd.ts'
export { globFilter } from './glob-filter.ts'
export { DEFAULT_INITRD_LIMITS, EMBED_AREA_LIMITS, type InitrdLimits } from './limits.ts'
export { checkMemberPath, isSafeMemberPath, normalizeMemberPath } from './member-path.ts'
export { portableCodecs } from './portable-codecs.ts'
export { type InitrdFile, listInitrd, type ReadInitrdOptions, readInitrd } from './read-initrd.ts'
export { sniffCompression } from './sniff.ts'
export {
  type InitrdArchive,
  type InitrdEntry,
  type InitrdMember,
  type WalkInitrdOptions,
  walkInitrd,
} from './walk-initrd.ts'
