/**
 * xz: compressed data in .xz streams.
 *
 * Supported: decoding streams of any number of blocks with LZMA2, alone or behind the x86 branch filter, and every check;
 * encoding streams of one block with CRC-32, which the kernel reads. Left out: the other branch filters and delta, several
 * streams in a row (callers loop), and the older .lzma files.
 *
 * Where there is WebAssembly, decoding runs on modules that are assembled when first needed (`wasm/`), about as fast as xz
 * itself; elsewhere in JavaScript, which takes twice the time.
 */
export { type DecodeXzOptions, decodeBlockBody, MAX_DICTIONARY_BYTE_LENGTH } from './block-body.ts'
export { decodeXz, splitXz, type XzPiece } from './decode-xz.ts'
export { encodeLzma2 } from './encode-lzma2.ts'
export { type EncodeXzOptions, encodeXz } from './encode-xz.ts'
export type { EncodedLzma2, Lzma2Encoder, Lzma2EncoderOptions } from './lzma2-encoder.ts'
export type { XzBlock } from './read-stream.ts'
export { storedLzma2 } from './stored-lzma2.ts'
