import { examineSignature, formatDay, NEW_SIGNATURE_HINT, type SignatureFault } from './examine-signature.ts'
import { type KeyStanding, signerOf, standingOf } from './key-standing.ts'
import { type LibraryKey, type LibrarySubkey, loadLibrary, type SignaturePacket } from './library.ts'
import { describeKey, formatFingerprint, keyIdOf, type PublicKey } from './public-key.ts'

/** What can be said of a signature before the data has been seen. */
export type Judgement =
  /** Good, if the data is what was signed. */
  | {
      readonly state: 'usable'
      readonly signature: SignaturePacket
      readonly key: PublicKey
      /** The key or subkey that has signed. */
      readonly signerPacket: (LibraryKey | LibrarySubkey)['keyPacket']
      /** Hash by which the data was signed, as `node:crypto` calls it. */
      readonly hashName: string
      /** `good signature by …`, once it is proved. */
      readonly clause: string
    }
  /** By a key that is not among the trusted ones. */
  | { readonly state: 'unknown'; readonly keyId: string }
  /** By a known key, and worth nothing all the same. */
  | ({ readonly state: 'refused' } & SignatureFault)

/** Judges a signature by everything but the data. `at` is the time now. */
export async function judgeSignature(
  signature: SignaturePacket,
  keys: readonly PublicKey[],
  at: Date,
): Promise<Judgement> {
  const key = keys.find((candidate) => isBy(signature, candidate))
  if (!key) return { state: 'unknown', keyId: formatFingerprint(issuerOf(signature)) }
  const examination = await examineSignature(signature, at)
  if (examination.fault) return { state: 'refused', ...examination.fault }

  const { madeAt, hashName } = examination
  const standing = await standingOf(key, signature.issuerKeyID, { madeAt, at })
  if (standing.state !== 'valid') return { state: 'refused', ...explainStanding(standing, key, madeAt) }

  const { readKey } = await loadLibrary()
  const signer = signerOf(await readKey({ binaryKey: key.packets }), signature.issuerKeyID)
  const since = [
    ...(standing.expired ? [`expired on ${formatDay(standing.expired)}`] : []),
    ...(standing.retired ? [`was retired on ${formatDay(standing.retired)}`] : []),
  ]
  const note = since.length === 0 ? '' : ` (the key ${since.join(' and ')}, after that)`
  const clause = `good signature by ${describeKey(key)}, made ${formatDay(madeAt)}${note}`
  return { state: 'usable', signature, key, signerPacket: signer.keyPacket, hashName, clause }
}

function explainStanding(
  standing: Exclude<KeyStanding, { state: 'valid' }>,
  key: PublicKey,
  madeAt: Date,
): SignatureFault {
  const who = describeKey(key)
  const made = `made ${formatDay(madeAt)}`
  switch (standing.state) {
    case 'revoked': {
      const on = standing.at === undefined ? '' : ` on ${formatDay(standing.at)}`
      return {
        reason: `its key was revoked${on}, since ${standing.reason}: ${who}`,
        hint: 'Get an image with a signature by a key that is in use',
      }
    }
    case 'expired':
      return {
        reason: `its key had expired on ${formatDay(standing.at)}, and it was ${made}: ${who}`,
        hint: 'Get the key anew, since its owner may have prolonged it',
      }
    case 'newer':
      return {
        reason: `it was ${made}, before its key, which is of ${formatDay(standing.createdAt)}: ${who}`,
        hint: NEW_SIGNATURE_HINT,
      }
    case 'unfit':
      return {
        reason: `its key cannot be relied on, as it is too weak, of a kind that isokit does not know, or not for signatures: ${who}`,
        hint: NEW_SIGNATURE_HINT,
        cause: standing.cause,
      }
  }
}

/** The fingerprint, which most signatures carry, or else the key id. */
function issuerOf({ issuerFingerprint, issuerKeyID }: SignaturePacket): string {
  const hex = issuerFingerprint === null ? issuerKeyID.toHex() : Buffer.from(issuerFingerprint).toString('hex')
  return hex.toUpperCase()
}

function isBy(signature: SignaturePacket, { signerFingerprints }: PublicKey): boolean {
  const issuer = issuerOf(signature)
  return signerFingerprints.some((fingerprint) => issuer === fingerprint || issuer === keyIdOf(fingerprint))
}
