/** What an {@link Lzma2Encoder} gives. */
export interface EncodedLzma2 {
  /** A raw LZMA2 stream: chunks and the end marker 0x00. */
  readonly data: Uint8Array
  /** Memory that a decoder has to set aside to read it, in bytes. */
  readonly dictionaryByteLength: number
}

/** Options of an {@link Lzma2Encoder}. */
export interface Lzma2EncoderOptions {
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Compresses bytes to a raw LZMA2 stream: the same input always gives the same output. */
export type Lzma2Encoder = (bytes: Uint8Array, options?: Lzma2EncoderOptions) => Promise<EncodedLzma2>
