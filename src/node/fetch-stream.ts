import {
  decodeStreamMetadata,
  MAX_STREAM_METADATA_BYTE_LENGTH,
  type StreamMetadata,
  streamUrl,
} from '../coreos/index.ts'
import { redactUrl } from '../formats/url/index.ts'
import { fetchSmall } from './http/fetch-small.ts'
import type { HttpOptions } from './http/http-options.ts'

/** Options of {@link fetchStream}. */
export interface FetchStreamOptions extends HttpOptions {
  /** Where the metadata of streams is; that of Fedora CoreOS unless given. A slash at its end may be left out. */
  readonly baseUrl?: string | undefined
}

/** The metadata of a stream, as it was fetched. */
export interface FetchedStream extends StreamMetadata {
  /** Whether nobody on the way could have changed it: it came over https. */
  readonly isSecure: boolean
}

/**
 * Fetches the metadata of a stream.
 *
 * @throws {FormatError} `METADATA_INVALID`, `TEXT_NOT_UTF8`
 * @throws {IoError} what {@link fetchSmall} throws.
 * @throws {UsageError} `URL_INVALID`
 */
export async function fetchStream(stream: string, options: FetchStreamOptions = {}): Promise<FetchedStream> {
  const url = streamUrl(stream, options.baseUrl)
  const bytes = await fetchSmall(url, { ...options, maxByteLength: MAX_STREAM_METADATA_BYTE_LENGTH })
  return { ...decodeStreamMetadata(bytes, redactUrl(url)), isSecure: /^https:/i.test(url) }
}
