/**
 * Bytes without meaning: where they come from (`Source`), what shall change (`Patch`, `overlay`), where they go (`Sink`),
 * and how fields are read from them (`Cursor`, `ByteReader`) and written (`FieldWriter`).
 */
export { alignUp } from './align.ts'
export { ByteReader, joinBytes } from './byte-reader.ts'
export { CHUNK_BYTE_LENGTH, type ChunkOptions, chunks, readAll } from './chunks.ts'
export { equalBytes, findDifference, findDifferenceEnd } from './compare.ts'
export { crc32 } from './crc32.ts'
export { Cursor } from './cursor.ts'
export { FieldWriter } from './field-writer.ts'
export { isOverlay, type OverlaySource, overlay, patchChunk } from './overlay.ts'
export { orderPatches, type Patch, patchedByteLength, pendingPatches } from './patch.ts'
export { type Hasher, Sha256 } from './sha256.ts'
export { type ApplyOptions, applyPatches, type Sink } from './sink.ts'
export {
  blobSource,
  checkRange,
  concatSources,
  type Extent,
  memorySource,
  type ReadOptions,
  type Source,
  sliceSource,
  zeroSource,
} from './source.ts'
export { decodeUtf8, encodeUtf8 } from './text.ts'
export { countLeadingZeros, lengthWithoutTrailingZeros } from './zeros.ts'
