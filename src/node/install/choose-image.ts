import {
  decodeStreamMetadata,
  findArtifacts,
  MAX_STREAM_METADATA_BYTE_LENGTH,
  type StreamArtifact,
  streamUrl,
} from '../../coreos/index.ts'
import { FormatError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'
import type { TrustFacts } from '../../operations/index.ts'
import { fetchSmall } from '../http/fetch-small.ts'
import type { HttpOptions } from '../http/http-options.ts'
import type { ImageLocation } from './open-install-image.ts'

/** Which image of a stream is wanted. */
export interface StreamChoice {
  readonly kind: 'stream'
  readonly stream: string
  /** Where the metadata of streams is; that of Fedora CoreOS unless given. */
  readonly baseUrl?: string | undefined
  readonly architecture: string
}

/** An image as somebody asks for it. */
export type ImageRequest = ImageLocation | StreamChoice

/** Where an image turned out to be. */
export interface ChosenImage {
  readonly location: ImageLocation
  /** What the stream metadata has to prove it with. */
  readonly metadata?: NonNullable<TrustFacts['metadata']>
}

/** Images of streams are for sectors of one size, which their format tells. */
const FORMATS: Readonly<Record<number, string>> = { 512: 'raw.xz', 4096: '4k.raw.xz' }

/**
 * Finds out where an image is; for one of a stream, from its metadata.
 *
 * @param sectorSize of the disk that it is for.
 * @throws {FormatError} `METADATA_INVALID`
 * @throws {IoError} `ARTIFACT_NOT_FOUND`, and what fetching throws.
 * @throws {UsageError} `URL_INVALID`
 */
export async function chooseImage(
  request: ImageRequest,
  sectorSize: number,
  options: HttpOptions,
): Promise<ChosenImage> {
  if (request.kind !== 'stream') return { location: request }
  const { stream, baseUrl, architecture } = request
  const url = streamUrl(stream, baseUrl)
  const name = redactUrl(url)
  const bytes = await fetchSmall(url, { ...options, maxByteLength: MAX_STREAM_METADATA_BYTE_LENGTH })
  const format = FORMATS[sectorSize] ?? 'raw.xz'
  const artifacts = findArtifacts(decodeStreamMetadata(bytes, name), { architecture, platform: 'metal', format })
  const { location, signature, sha256 } = onlyOne(artifacts, name)
  return {
    location: { kind: 'url', url: location, signatureUrl: signature ?? null },
    metadata: {
      sha256: sha256 === undefined ? undefined : { algorithm: 'sha256', digest: sha256 },
      isSecure: url.startsWith('https:'),
    },
  }
}

function onlyOne(artifacts: readonly StreamArtifact[], name: string): StreamArtifact {
  const [artifact] = artifacts
  if (artifact && artifacts.length === 1) return artifact
  const types = artifacts.map(({ type }) => type).join(', ')
  throw new FormatError('METADATA_INVALID', `${name} has an image for metal in ${artifacts.length} parts: ${types}`)
}
