import type { ByteReader } from '../../bytes/index.ts'
import { copyBlockBody, type DecodeXzOptions, decodeBlockBody } from './block-body.ts'
import { type BlockRecord, readXzStream, type XzBlock } from './read-stream.ts'

/**
 * Decompresses one .xz stream and leaves the reader right behind its footer. Every check, size and CRC is verified, the
 * index included; what has been given before a check failed is not to be relied on.
 *
 * Memory: the dictionary, which grows with the data and never beyond what the stream asks for, and a chunk of 2 MiB.
 *
 * Layout: The .xz File Format 1.2.0.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `LIMIT_EXCEEDED` for the dictionary, and
 *   `XZ_UNSUPPORTED` for filters other than LZMA2 and x86 and for unknown checks.
 */
export function decodeXz(
  reader: ByteReader,
  options: DecodeXzOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return readXzStream(reader, (_, block) => {
    options.onBlock?.(block)
    return decodeToKeep(reader, block, options)
  })
}

async function* decodeToKeep(
  reader: ByteReader,
  block: XzBlock,
  options: DecodeXzOptions,
): AsyncGenerator<Uint8Array, BlockRecord, undefined> {
  const pieces = decodeBlockBody(reader, block, options)
  while (true) {
    const next = await pieces.next()
    if (next.done) return next.value
    yield next.value.slice()
  }
}

/** A piece of a block as it is in the stream, behind the block's header. */
export interface XzPiece {
  /** The same value for all pieces of a block. */
  readonly block: XzBlock
  readonly bytes: Uint8Array
}

/**
 * Takes one .xz stream apart into blocks, for others to decode with {@link decodeBlockBody}, and leaves the reader right
 * behind its footer. Everything but the blocks' contents is verified, the index included.
 *
 * @param onBlock as in {@link DecodeXzOptions}.
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `XZ_UNSUPPORTED`.
 */
export function splitXz(
  reader: ByteReader,
  { onBlock }: Pick<DecodeXzOptions, 'onBlock'> = {},
): AsyncGenerator<XzPiece, void, undefined> {
  return readXzStream(reader, async function* (_, block) {
    onBlock?.(block)
    const pieces = copyBlockBody(reader, block)
    while (true) {
      const next = await pieces.next()
      if (next.done) return next.value
      if (next.value.byteLength > 0) yield { block, bytes: next.value }
    }
  })
}
