import { crc32, joinBytes } from '../../bytes/index.ts'
import { encodeDictionaryByteLength } from './block-header.ts'
import { encodeLzma2 } from './encode-lzma2.ts'
import { CHECK_CRC32, FILTER_LZMA2, FOOTER_MAGIC, INDEX_INDICATOR, paddingByteLength, STREAM_MAGIC } from './layout.ts'
import type { Lzma2Encoder } from './lzma2-encoder.ts'
import { encodeVariableLength } from './variable-length.ts'

/** Options of {@link encodeXz}. */
export interface EncodeXzOptions {
  /** Compresses the contents; isokit's own {@link encodeLzma2} unless given. */
  readonly encoder?: Lzma2Encoder | undefined
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

const BLOCK_HEADER_BYTE_LENGTH = 12
const STREAM_FLAGS: readonly number[] = [0x00, CHECK_CRC32]

/**
 * Compresses bytes to an .xz stream of one block with CRC-32, the check that the kernel's decoder knows. The length is a
 * multiple of 4.
 *
 * Layout: The .xz File Format 1.2.0.
 */
export async function encodeXz(bytes: Uint8Array, options: EncodeXzOptions = {}): Promise<Uint8Array> {
  const { encoder = encodeLzma2, signal } = options
  const { data, dictionaryByteLength } = await encoder(bytes, { signal })

  const blockHeader = withCrc([
    BLOCK_HEADER_BYTE_LENGTH / 4 - 1,
    0, // flags: one filter, no sizes
    FILTER_LZMA2,
    1, // bytes of its properties
    encodeDictionaryByteLength(dictionaryByteLength),
    ...[0, 0, 0], // padding
  ])
  const check = u32le(crc32(bytes))
  const unpaddedByteLength = blockHeader.byteLength + data.byteLength + check.byteLength
  const records = [
    INDEX_INDICATOR,
    1,
    ...encodeVariableLength(unpaddedByteLength),
    ...encodeVariableLength(bytes.byteLength),
  ]
  const index = withCrc([...records, ...zeros(paddingByteLength(records.length))])
  const footer = [...u32le(index.byteLength / 4 - 1), ...STREAM_FLAGS]
  return joinBytes([
    Uint8Array.from(STREAM_MAGIC),
    withCrc(STREAM_FLAGS),
    blockHeader,
    data,
    zeros(paddingByteLength(data.byteLength)),
    check,
    index,
    u32le(crc32(Uint8Array.from(footer))),
    Uint8Array.from([...footer, ...FOOTER_MAGIC]),
  ])
}

function withCrc(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes, ...u32le(crc32(Uint8Array.from(bytes)))])
}

function u32le(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, value, true)
  return new Uint8Array(view.buffer)
}

function zeros(byteLength: number): Uint8Array {
  return new Uint8Array(byteLength)
}
