import type { ByteReader } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { decodeXz, encodeLzma2 } from '../xz/index.ts'
import type { Codecs, CompressionFormat, DecompressOptions } from './codecs.ts'

/** Codecs that run wherever JavaScript does. They read xz only, which is what isokit writes. */
export const portableCodecs: Codecs = { decompress: decompressPortably, lzma2: encodeLzma2 }

/** Reads xz, and says what is missing for the other formats. */
function decompressPortably(
  format: CompressionFormat,
  reader: ByteReader,
  options?: DecompressOptions,
): AsyncIterable<Uint8Array> {
  if (format === 'xz') return decodeXz(reader, options)
  throw new FormatError(
    'CODEC_MISSING',
    `Cannot read the ${format} archive at offset ${reader.offset} of ${reader.name}: these codecs read xz only`,
    { hint: 'Pass nodeCodecs from isokit/node, or codecs of your own' },
  )
}
