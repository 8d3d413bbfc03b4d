import { ImageError } from '../../errors.ts'
import { checksumCheck, type StreamCheck, type TrustPlan } from '../../operations/index.ts'
import type { Keyring } from '../openpgp/keyring.ts'
import { verifyDetached } from '../openpgp/verify-detached.ts'

/** Options of {@link createTrustChecks}. */
export interface TrustChecksOptions {
  /** How messages call the image. */
  readonly name: string
  /** What the signature file holds; `undefined` when there is none. */
  readonly signature: Uint8Array | undefined
  /** Called when there is a signature. */
  readonly loadKeyring: () => Promise<Keyring>
  /** The time now; that of the clock unless given. */
  readonly at?: Date | undefined
}

/** What proves an image while its bytes go by. */
export interface TrustChecks {
  readonly checks: readonly StreamCheck[]
  /** What could not be checked and need not be, in sentences. */
  readonly notices: readonly string[]
}

/**
 * Makes the checks that a plan asks for.
 *
 * @throws {FormatError} `SIGNATURE_INVALID`, whatever the plan says of signatures; `KEYRING_INVALID`.
 * @throws {ImageError} `SIGNATURE_MISSING`, `SIGNATURE_KEY_MISSING` when the signature is required.
 */
export async function createTrustChecks(plan: TrustPlan, options: TrustChecksOptions): Promise<TrustChecks> {
  const { name, signature, loadKeyring, at } = options
  const { createHash } = await import('node:crypto')
  const checks = plan.checksums.map(({ checksum, origin }) =>
    checksumCheck(checksum, { hasher: createHash(checksum.algorithm), name, origin }),
  )
  if (signature === undefined) {
    if (plan.signature !== 'required') return { checks, notices: plan.notices }
    throw new ImageError('SIGNATURE_MISSING', `Cannot verify ${name}: it has to be signed, and there is no signature`, {
      hint: 'Give the signature along with the plan that requires it',
    })
  }
  try {
    checks.unshift(await verifyDetached({ signature, keyring: await loadKeyring(), name, at }))
    return { checks, notices: plan.notices }
  } catch (error) {
    const canDoWithout = error instanceof ImageError && error.code === 'SIGNATURE_KEY_MISSING'
    if (plan.signature === 'required' || !canDoWithout) throw error
    return { checks, notices: [...plan.notices, `The signature was not used: ${error.message}`] }
  }
}
