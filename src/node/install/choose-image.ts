import { findArtifacts, type StreamArtifact } from '../../coreos/index.ts'
import { FormatError } from '../../errors.ts'
import type { TrustFacts } from '../../operations/index.ts'
import { fetchStream } from '../fetch-stream.ts'
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
  const { baseUrl, architecture } = request
  const stream = await fetchStream(request.stream, { ...options, baseUrl })
  const format = FORMATS[sectorSize] ?? 'raw.xz'
  const artifacts = findArtifacts(stream, { architecture, platform: 'metal', format })
  const { location, signature, sha256 } = onlyOne(artifacts, stream.name)
  return {
    location: { kind: 'url', url: location, signatureUrl: signature ?? null },
    metadata: {
      sha256: sha256 === undefined ? undefined : { algorithm: 'sha256', digest: sha256 },
      isSecure: stream.isSecure,
    },
  }
}

function onlyOne(artifacts: readonly StreamArtifact[], name: string): StreamArtifact {
  const [artifact] = artifacts
  if (artifact && artifacts.length === 1) return artifact
  const types = artifacts.map(({ type }) => type).join(', ')
  throw new FormatError('METADATA_INVALID', `${name} has an image for metal in ${artifacts.length} parts: ${types}`, {
    hint: 'Give the URL of one image with --image-url',
  })
}
