import { joinBytes } from '../../bytes/index.ts'
import { IoError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'
import { MAX_INPUT_BYTE_LENGTH } from '../read-input.ts'
import type { HttpOptions } from './http-options.ts'
import { openUrl, type RemoteFile } from './open-url.ts'

/** Options of {@link fetchSmall}. */
export interface FetchSmallOptions extends HttpOptions {
  /** The most bytes to accept; 64 MiB unless given. */
  readonly maxByteLength?: number | undefined
}

/**
 * Fetches a config, a signature or another small file wholly.
 *
 * @throws {IoError} `INPUT_TOO_LARGE` beyond the limit, and what {@link openUrl} throws.
 */
export async function fetchSmall(url: string, options: FetchSmallOptions = {}): Promise<Uint8Array> {
  const { maxByteLength = MAX_INPUT_BYTE_LENGTH } = options
  await using file = await openUrl(url, options)
  if ((file.byteLength ?? 0) > maxByteLength) throw tooLarge(file, maxByteLength)
  const pieces: Uint8Array[] = []
  let byteLength = 0
  for await (const piece of file.bytes) {
    pieces.push(piece)
    byteLength += piece.byteLength
    if (byteLength > maxByteLength) throw tooLarge(file, maxByteLength)
  }
  return joinBytes(pieces)
}

function tooLarge({ url }: RemoteFile, maxByteLength: number): IoError {
  return new IoError('INPUT_TOO_LARGE', `Cannot use ${redactUrl(url)}: it has more than ${maxByteLength} bytes`, {
    hint: 'Check that it is the file that you meant',
  })
}
