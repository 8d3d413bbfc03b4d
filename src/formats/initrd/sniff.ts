import type { ByteReader } from '../../bytes/index.ts'
import type { CompressionFormat } from './codecs.ts'

const MAGICS: readonly { readonly format: CompressionFormat; readonly magic: readonly number[] }[] = [
  { format: 'gzip', magic: [0x1f, 0x8b] },
  { format: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { format: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
]

const MAX_MAGIC_BYTE_LENGTH = 6

/** The compression that the next bytes show, `undefined` when they show none. Takes nothing. */
export async function sniffCompression(reader: ByteReader): Promise<CompressionFormat | undefined> {
  const bytes = await reader.peek(MAX_MAGIC_BYTE_LENGTH)
  const known = MAGICS.find(({ magic }) => magic.every((byte, index) => bytes[index] === byte))
  return known?.format ?? (isSkippableFrame(bytes) ? 'zstd' : undefined)
}

/** A zstd stream may open with frames that carry no data: 0x184D2A50 to 0x184D2A5F, little-endian. */
function isSkippableFrame([a = 0, b, c, d]: Uint8Array): boolean {
  return (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18
}
