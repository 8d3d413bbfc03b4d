import { FormatError, ImageError } from '../../errors.ts'
import type { Checksum } from '../../formats/checksum/index.ts'

/** Whom to believe about an image: who signed it, or the server that publishes the metadata. */
export type TrustAnchor = 'signature' | 'metadata'

/** What is there to prove an image with. */
export interface TrustFacts {
  /** How messages call the image. */
  readonly name: string
  /** Whether a detached signature was found, and if not, why: `https://…sig answers 404`. */
  readonly signature: 'present' | { readonly absent: string }
  /** What the stream metadata has, for an image that comes from there. */
  readonly metadata?:
    | {
        /** Of the image as it is downloaded. */
        readonly sha256: Checksum | undefined
        /** It was read over https. */
        readonly isSecure: boolean
      }
    | undefined
  /** What the user says that the image should hash to. */
  readonly checksum?: Checksum | undefined
  readonly trust: TrustAnchor
  /** The user does without a proof. */
  readonly insecure: boolean
}

/** A checksum that an image has to have. */
export interface WantedChecksum {
  readonly checksum: Checksum
  /** Who says so, for messages. */
  readonly origin: string
}

/** What shall be proved of an image. */
export interface TrustPlan {
  /**
   * - `required`: nothing else proves the image.
   * - `if-key-is-known`: it is verified if that is possible, and its key may be missing.
   * - `absent`: there is none.
   */
  readonly signature: 'required' | 'if-key-is-known' | 'absent'
  readonly checksums: readonly WantedChecksum[]
  /** What the user should know, in sentences. */
  readonly notices: readonly string[]
}

/**
 * Decides what proves an image.
 *
 * What is there is always checked: the user's checksum, the metadata's SHA-256, and a signature, which is fatal when it is
 * bad, whatever else was asked for. The rest is about what has to be there. A *proof* is
 *
 * - the user's checksum (`--checksum`), or
 * - the metadata's SHA-256, if asked for by `--trust metadata` and the metadata came over https.
 *
 * | signature | proof | `--insecure` | |
 * |---|---|---|---|
 * | there | no  | no  | the signature is required: its key has to be known |
 * | there | no  | yes | it is verified if its key is known |
 * | there | yes | any | it is verified if its key is known |
 * | absent | yes | any | the proof is enough |
 * | absent | no | yes | a notice |
 * | absent | no | no | `SIGNATURE_MISSING` |
 *
 * Whoever can change an image on its way can also take its signature away, so with `--insecure` an unknown key is no worse
 * than none.
 *
 * @throws {ImageError} `SIGNATURE_MISSING`
 * @throws {FormatError} `CHECKSUM_MISMATCH` when the user and the metadata contradict each other.
 */
export function planTrust(facts: TrustFacts): TrustPlan {
  const { name, signature, metadata, checksum, trust, insecure } = facts
  const checksums = wantedChecksums(facts)
  const isProved =
    checksum !== undefined || (trust === 'metadata' && metadata?.sha256 !== undefined && metadata.isSecure)

  if (signature === 'present') {
    return { signature: isProved || insecure ? 'if-key-is-known' : 'required', checksums, notices: [] }
  }
  if (isProved) return { signature: 'absent', checksums, notices: [] }
  if (!insecure) {
    throw new ImageError(
      'SIGNATURE_MISSING',
      `Nothing proves that ${name} is genuine: ${signature.absent}${excuse(facts)}`,
      {
        hint: hint(facts),
      },
    )
  }
  return { signature: 'absent', checksums, notices: [`${name} is used without proof: ${signature.absent}`] }
}

/** Each checksum once. Two that contradict each other can't both be found in the image. */
function wantedChecksums({ name, checksum, metadata }: TrustFacts): readonly WantedChecksum[] {
  const given = checksum && { checksum, origin: 'the given checksum' }
  const published = metadata?.sha256 && { checksum: metadata.sha256, origin: 'the stream metadata' }
  if (given && published && given.checksum.algorithm === published.checksum.algorithm) {
    if (given.checksum.digest === published.checksum.digest) return [given]
    throw new FormatError(
      'CHECKSUM_MISMATCH',
      `The given checksum of ${name} is ${given.checksum.digest}, but the stream metadata says ${published.checksum.digest}`,
      { hint: 'Check that the checksum is of this release, and of the image as it is downloaded' },
    )
  }
  return [given, published].filter((wanted) => wanted !== undefined)
}

/** Why the metadata does not stand in, for those who have asked for it. */
function excuse({ trust, metadata }: TrustFacts): string {
  if (trust === 'signature') return ''
  if (!metadata) return ', and it does not come from stream metadata'
  return metadata.sha256
    ? ', and the stream metadata did not come over https'
    : ', and the stream metadata has no sha256'
}

function hint({ trust, metadata }: TrustFacts): string {
  const canAsk = trust === 'signature' && metadata?.sha256 !== undefined && metadata.isSecure
  return canAsk
    ? 'Give --trust metadata to believe the server, --checksum with a value from elsewhere, or --insecure to do without'
    : 'Give --checksum with a value that you trust, or --insecure to do without'
}
