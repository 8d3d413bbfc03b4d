import { LzmaDecoder } from './lzma-decoder.ts'
import { createWasmLzmaDecoder } from './wasm/wasm-lzma-decoder.ts'

/** One run of LZMA data to decode. */
export interface LzmaRun {
  /** The compressed bytes, all of them; at most 64 KiB. */
  readonly input: Uint8Array
  /** Where the run starts and ends in the output. Positions modulo 16 are what the encoder counted. */
  readonly position: number
  readonly end: number
  /** First byte of the output that a match may reach back to. The byte before it is zero. */
  readonly start: number
  /** How far back a match may reach. */
  readonly dictionaryByteLength: number
}

/** Decodes runs of LZMA data, with what has been learnt kept from run to run as LZMA2 wants it. */
export interface LzmaEngine {
  /** What has been decoded so far; runs are decoded right behind it. Another array after {@link LzmaEngine.grow}. */
  readonly output: Uint8Array
  /** Makes room for this many bytes of output and keeps what is there. Throws a `RangeError` when memory is short. */
  grow(byteLength: number): void
  /** Starts over with other parameters, packed in one byte. Gives `false`, and does nothing, when they are out of range. */
  setProperties(byte: number): boolean
  /** Forgets what has been learnt. */
  reset(): void
  /** Decodes a run. Gives `false` when the input is damaged: it reaches too far, or does not end where it should. */
  decode(run: LzmaRun): boolean
}

/** WebAssembly's engine where there is WebAssembly, which takes half the time, and else JavaScript's. They decode alike. */
export function createLzmaEngine(outputByteLength: number): LzmaEngine {
  return createWasmLzmaDecoder(outputByteLength) ?? new LzmaDecoder(outputByteLength)
}
