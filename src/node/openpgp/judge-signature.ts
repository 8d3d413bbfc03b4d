import { signerOf, standingOf } from './key-standing.ts'
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
  | { readonly state: 'refused'; readonly reason: string; readonly hint: string; readonly cause?: unknown }

/** Hashes with which data may be signed, by their numbers in RFC 9580, 9.5. */
const HASH_NAMES: ReadonlyMap<number, string> = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
  [12, 'sha3-256'],
  [14, 'sha3-512'],
])

/** Two files with the same hash can be made, or soon will be. */
const BROKEN_HASH_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'MD5'],
  [2, 'SHA-1'],
  [3, 'RIPEMD-160'],
])

const NEW_SIGNATURE = 'Ask who signs the image for a new signature'

/** Judges a signature by everything but the data. `at` is the time now. */
export async function judgeSignature(
  signature: SignaturePacket,
  keys: readonly PublicKey[],
  at: Date,
): Promise<Judgement> {
  const keyId = formatFingerprint(issuerOf(signature))
  const key = keys.find((candidate) => isBy(signature, candidate))
  if (!key) return { state: 'unknown', keyId }

  const refuse = (reason: string, hint: string, cause?: unknown): Judgement => ({
    state: 'refused',
    reason,
    hint,
    cause,
  })
  const { enums, readKey } = await loadLibrary()
  const { created: madeAt, hashAlgorithm, signatureType } = signature
  const hashName = HASH_NAMES.get(hashAlgorithm ?? 0)
  if (hashName === undefined) {
    const broken = BROKEN_HASH_NAMES.get(hashAlgorithm ?? 0)
    const hash =
      broken === undefined
        ? `hash number ${hashAlgorithm}, which isokit does not know`
        : `${broken}, which can be forged`
    return refuse(`it is made with ${hash}`, NEW_SIGNATURE)
  }
  if (madeAt === null || signatureType !== enums.signature.binary) {
    return refuse('it does not cover the bytes of a file, but a text or something else', NEW_SIGNATURE)
  }
  if (hasUnknownConditions(signature)) return refuse('it sets conditions that isokit does not know', NEW_SIGNATURE)
  if (madeAt > at) {
    return refuse(
      `it is from the future: made ${formatTime(madeAt)}, and it is ${formatTime(at)} by the clock of this machine`,
      'Set the clock of this machine',
    )
  }
  const expiration = signature.getExpirationTime()
  if (expiration instanceof Date && expiration <= at) {
    return refuse(`it expired on ${formatDay(expiration)}`, NEW_SIGNATURE)
  }

  const standing = await standingOf(key, signature.issuerKeyID, { madeAt, at })
  const who = describeKey(key)
  const made = `made ${formatDay(madeAt)}`
  switch (standing.state) {
    case 'valid': {
      const since = [
        ...(standing.expired ? [`expired on ${formatDay(standing.expired)}`] : []),
        ...(standing.retired ? [`was retired on ${formatDay(standing.retired)}`] : []),
      ]
      const note = since.length === 0 ? '' : ` (the key ${since.join(' and ')}, after that)`
      const clause = `good signature by ${who}, ${made}${note}`
      const signer = signerOf(await readKey({ binaryKey: key.packets }), signature.issuerKeyID)
      return { state: 'usable', signature, key, signerPacket: signer.keyPacket, hashName, clause }
    }
    case 'revoked': {
      const on = standing.at === undefined ? '' : ` on ${formatDay(standing.at)}`
      return refuse(
        `its key was revoked${on}, since ${standing.reason}: ${who}`,
        'Get an image with a signature by a key that is in use',
      )
    }
    case 'expired':
      return refuse(
        `its key had expired on ${formatDay(standing.at)}, and it was ${made}: ${who}`,
        'Get the key anew, since its owner may have prolonged it',
      )
    case 'newer':
      return refuse(
        `it was ${made}, before its key, which is of ${formatDay(standing.createdAt)}: ${who}`,
        NEW_SIGNATURE,
      )
    case 'unfit':
      return refuse(
        `its key cannot be relied on, as it is too weak, of a kind that isokit does not know, or not for signatures: ${who}`,
        NEW_SIGNATURE,
        standing.cause,
      )
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

/** Whoever makes a part critical wants the signature refused by those who don't know it. */
function hasUnknownConditions({ unknownSubpackets, rawNotations, revocationKeyClass }: SignaturePacket): boolean {
  return (
    unknownSubpackets.some(({ critical }) => critical) ||
    rawNotations.some(({ critical }) => critical) ||
    revocationKeyClass !== null
  )
}

function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `2026-01-31`, in UTC. */
function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10)
}
