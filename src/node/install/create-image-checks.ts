import { homedir } from 'node:os'
import { planTrust, type TrustAnchor, type TrustFacts } from '../../operations/index.ts'
import { createTrustChecks, type TrustChecks } from '../trust/create-trust-checks.ts'
import { keyringPlaces } from '../trust/keyring-places.ts'
import { loadKeyring } from '../trust/load-keyring.ts'
import { readChecksum } from '../trust/read-checksum.ts'
import type { InstallImage } from './open-install-image.ts'

/** Whom the user trusts about an image. */
export interface ImageTrust {
  /** `signature` unless given. */
  readonly anchor?: TrustAnchor | undefined
  /** What the image hashes to, as `sha256:HEX`, or a file that says so. */
  readonly checksum?: string | undefined
  /** Do without a proof. */
  readonly insecure?: boolean | undefined
  /** Files with keys, in the place of those that are found. */
  readonly keyrings?: readonly string[] | undefined
  /** Where `ISOKIT_KEYRING` and the user's folders are looked up; `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
}

/** What an image is checked against. */
export interface ImageEvidence {
  readonly trust?: ImageTrust | undefined
  /** What the stream metadata has, for an image from there. */
  readonly metadata?: TrustFacts['metadata']
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes the checks that an image has to stand while its bytes go by.
 *
 * @throws {ImageError} `SIGNATURE_MISSING`, `SIGNATURE_KEY_MISSING`
 * @throws {FormatError} `SIGNATURE_INVALID`, `CHECKSUM_INVALID`, `KEYRING_INVALID`
 */
export async function createImageChecks(
  image: Pick<InstallImage, 'name' | 'fileName' | 'signature'>,
  evidence: ImageEvidence,
): Promise<TrustChecks> {
  const { trust = {}, metadata, signal } = evidence
  const { name, fileName, signature } = image
  const isSigned = 'bytes' in signature
  const plan = planTrust({
    name,
    signature: isSigned ? 'present' : signature,
    metadata,
    checksum: trust.checksum === undefined ? undefined : await readChecksum(trust.checksum, { name: fileName, signal }),
    trust: trust.anchor ?? 'signature',
    insecure: trust.insecure ?? false,
  })
  return await createTrustChecks(plan, {
    name,
    signature: isSigned ? signature.bytes : undefined,
    loadKeyring: () => {
      const { keyrings: files, environment = process.env } = trust
      return loadKeyring(keyringPlaces({ files, environment, platform: process.platform, home: homedir() }), { signal })
    },
  })
}
