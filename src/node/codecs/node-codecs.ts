import type { ByteReader } from '../../bytes/index.ts'
import type { Codecs, CompressionFormat, DecompressOptions } from '../../formats/initrd/index.ts'
import { decodeXz, encodeLzma2 } from '../../formats/xz/index.ts'
import { decodeGzip } from './decode-gzip.ts'
import { decodeZstd } from './decode-zstd.ts'

/** Every codec of initrds: gzip and zstd by Node, xz by isokit itself. */
export const nodeCodecs: Codecs = { decompress: decompressInNode, lzma2: encodeLzma2 }

const DECODERS: Readonly<
  Record<CompressionFormat, (reader: ByteReader, options?: DecompressOptions) => AsyncIterable<Uint8Array>>
> = { gzip: decodeGzip, xz: decodeXz, zstd: decodeZstd }

function decompressInNode(
  format: CompressionFormat,
  reader: ByteReader,
  options?: DecompressOptions,
): AsyncIterable<Uint8Array> {
  return DECODERS[format](reader, options)
}
