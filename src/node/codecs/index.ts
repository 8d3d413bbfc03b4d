/**
 * What early rooms need for compression, supplied by Node ({@link nodeCodecs}, {@link encodeGzip}), and images that are
 * decompressed as they come in ({@link decompressImage}).
 */
export { type DecompressImageOptions, decompressImage } from './decompress-image.ts'
export { encodeGzip } from './encode-gzip.ts'
export { nodeCodecs } from './node-codecs.ts'
