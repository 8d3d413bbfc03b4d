import { joinBytes } from '../../bytes/index.ts'
import type { EncodedLzma2, Lzma2EncoderOptions } from './lzma2-encoder.ts'

const MAX_CHUNK_BYTE_LENGTH = 0x10000
const CHUNK_HEADER_BYTE_LENGTH = 3
const CONTROL_END = 0x00
const CONTROL_STORED_AFTER_RESET = 0x01
const CONTROL_STORED = 0x02

/** Nothing is copied from a dictionary, so the smallest one does. */
const DICTIONARY_BYTE_LENGTH = 4096

/** Wraps bytes in LZMA2 chunks as they are, for bytes that don't get smaller: 3 bytes more for each 64 KiB, and one. */
export async function storedLzma2(bytes: Uint8Array, options: Lzma2EncoderOptions = {}): Promise<EncodedLzma2> {
  options.signal?.throwIfAborted()
  const data = joinBytes([storedLzma2Chunks(bytes, true), Uint8Array.of(CONTROL_END)])
  return { data, dictionaryByteLength: DICTIONARY_BYTE_LENGTH }
}

/** The chunks alone, without the end marker. The first chunk of a stream resets the dictionary. */
export function storedLzma2Chunks(bytes: Uint8Array, isStreamStart: boolean): Uint8Array {
  const chunkCount = Math.ceil(bytes.byteLength / MAX_CHUNK_BYTE_LENGTH)
  const data = new Uint8Array(bytes.byteLength + chunkCount * CHUNK_HEADER_BYTE_LENGTH)
  let position = 0
  for (let start = 0; start < bytes.byteLength; start += MAX_CHUNK_BYTE_LENGTH) {
    const chunk = bytes.subarray(start, start + MAX_CHUNK_BYTE_LENGTH)
    const control = start === 0 && isStreamStart ? CONTROL_STORED_AFTER_RESET : CONTROL_STORED
    const size = chunk.byteLength - 1
    data.set([control, size >>> 8, size & 0xff], position)
    data.set(chunk, position + CHUNK_HEADER_BYTE_LENGTH)
    position += CHUNK_HEADER_BYTE_LENGTH + chunk.byteLength
  }
  return data
}
