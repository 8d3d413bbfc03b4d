import { ByteReader, joinBytes } from '../../../bytes/index.ts'
import { FormatError } from '../../../errors.ts'
import { decodeDataUrl } from '../../../formats/data-url/index.ts'
import type { Codecs } from '../../../formats/initrd/index.ts'

/** How {@link readContents} decompresses. */
export interface ContentsOptions {
  readonly codecs: Pick<Codecs, 'decompress'>
  /** Contents that decompress to more are not looked at; 256 MiB unless given. */
  readonly maxByteLength?: number
  readonly signal?: AbortSignal | undefined
}

/** Contents of a data URL, why they can't be had on any machine, or why nobody knows here. */
export type ContentsReading =
  | { readonly bytes: Uint8Array; readonly failure?: undefined; readonly gap?: undefined }
  | { readonly failure: string; readonly bytes?: undefined; readonly gap?: undefined }
  | { readonly gap: string; readonly bytes?: undefined; readonly failure?: undefined }

const MAX_CONTENTS_BYTE_LENGTH = 256 * 1024 * 1024

const GZIP_MAGIC = [0x1f, 0x8b]

/**
 * The contents that a data URL carries, decompressed as strictly as Ignition does: members of gzip one behind the other,
 * and nothing else.
 */
export async function readContents(
  source: string,
  compression: string,
  options: ContentsOptions,
): Promise<ContentsReading> {
  try {
    const bytes = decodeDataUrl(source)
    return compression === '' ? { bytes } : await gunzip(bytes, options)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    switch (error.code) {
      case 'DATA_URL_INVALID':
        return { failure: 'its data URL cannot be decoded' }
      case 'COMPRESSED_DATA_CORRUPT':
        return { failure: 'its gzip data is damaged' }
      case 'UNEXPECTED_END':
        return { failure: 'its gzip data ends too early' }
      default:
        return { gap: 'gzip data cannot be read here, so that its contents are not known' }
    }
  }
}

async function gunzip(bytes: Uint8Array, options: ContentsOptions): Promise<ContentsReading> {
  const { codecs, maxByteLength = MAX_CONTENTS_BYTE_LENGTH, signal } = options
  if (bytes.byteLength === 0) return { failure: 'gzip data is wanted, and there are no contents' }
  const reader = new ByteReader([bytes], 'the contents of a data URL')
  const pieces: Uint8Array[] = []
  let byteLength = 0
  for (let head = await reader.peek(2); head.byteLength > 0; head = await reader.peek(2)) {
    if (GZIP_MAGIC.some((byte, index) => head[index] !== byte)) {
      return {
        failure: reader.offset === 0 ? 'its contents are no gzip data' : 'more follows the end of its gzip data',
      }
    }
    for await (const piece of codecs.decompress('gzip', reader, { signal })) {
      byteLength += piece.byteLength
      if (byteLength > maxByteLength) {
        return { gap: `it decompresses to over ${maxByteLength} bytes, which were not looked at` }
      }
      pieces.push(piece)
    }
  }
  return { bytes: joinBytes(pieces) }
}
