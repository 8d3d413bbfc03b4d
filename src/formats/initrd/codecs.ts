import type { ByteReader } from '../../bytes/index.ts'
import type { Lzma2Encoder } from '../xz/index.ts'

/** The compression formats that archives of an initrd come in. */
export type CompressionFormat = 'gzip' | 'xz' | 'zstd'

/** Options of {@link Codecs.decompress}. */
export interface DecompressOptions {
  /** Stops the work; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What initrds need from the outside: `nodeCodecs` has everything, `portableCodecs` what runs without Node. */
export interface Codecs {
  /**
   * Decompresses exactly one compressed stream and leaves the reader right behind it: one gzip member, one xz stream, or
   * a run of consecutive zstd frames. A consumer that leaves early releases whatever the decompressor holds.
   *
   * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `LIMIT_EXCEEDED`, `XZ_UNSUPPORTED`, or
   *   `CODEC_MISSING` when this set of codecs can't read the format.
   */
  decompress(format: CompressionFormat, reader: ByteReader, options?: DecompressOptions): AsyncIterable<Uint8Array>
  /** Compresses the archives that isokit writes. */
  readonly lzma2: Lzma2Encoder
}
