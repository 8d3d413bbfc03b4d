import type { Hash } from 'node:crypto'
import { FormatError, ImageError, type IsokitError } from '../../errors.ts'
import type { StreamCheck } from '../../operations/index.ts'
import { saltOf } from './examine-signature.ts'
import { type Judgement, judgeSignature } from './judge-signature.ts'
import type { Keyring } from './keyring.ts'
import type { SignaturePacket } from './library.ts'
import { describeKey, ownerOf } from './public-key.ts'
import { readSignatures } from './signatures.ts'

/** Options of {@link verifyDetached}. */
export interface VerifyDetachedOptions {
  /** What the signature file holds. */
  readonly signature: Uint8Array
  readonly keyring: Keyring
  /** How messages call what is signed. */
  readonly name: string
  /** The time now; that of the clock unless given. */
  readonly at?: Date | undefined
}

/** So many fit into a message. */
const MAX_NAMED_KEYS = 10

const NOTHING = new Uint8Array(0)

type Usable = Extract<Judgement, { state: 'usable' }>

/**
 * Verifies a detached OpenPGP signature (RFC 9580, and RFC 4880 before it) over bytes that go by.
 *
 * All that can be said without the data is said at once, before the promise settles: an unknown, revoked or expired key, an
 * expired signature, a weak hash. What is left to the end is whether the data is what was signed.
 *
 * Of several signatures, one must be good. One by an unknown key, or one that is worth nothing any more, does no harm
 * beside it, and the clause names it; but data that disagrees with any signature by a usable key is refused.
 *
 * Per chunk nothing happens but hashing, once for each hash that is used, and no reference to the chunk is kept. A check
 * that is never finished holds nothing open.
 *
 * @throws {FormatError} `SIGNATURE_INVALID`
 * @throws {ImageError} `SIGNATURE_KEY_MISSING`
 */
export async function verifyDetached(options: VerifyDetachedOptions): Promise<StreamCheck> {
  const { keyring, name, at = new Date() } = options
  const signatures = await readSignatures(options.signature, name)
  const judgements: Judgement[] = []
  for (const signature of signatures) judgements.push(await judgeSignature(signature, keyring.keys, at))
  const usable = judgements.filter((judgement) => judgement.state === 'usable')
  if (usable.length === 0) throw explainNone(judgements, keyring, name)

  const { createHash } = await import('node:crypto')
  const hashes = new Map<string, Hash>() // a salted signature has a hash of its own
  const hashed = usable.map((judgement) => {
    const { signature, hashName } = judgement
    const id = hashId(signature, hashName)
    const hash = hashes.get(id) ?? createHash(hashName).update(saltOf(signature) ?? NOTHING)
    hashes.set(id, hash)
    return { judgement, hash }
  })

  return {
    aim: usable.map(({ key }) => `signature by ${describeKey(key)}`).join('; '),
    update(bytes) {
      for (const hash of hashes.values()) hash.update(bytes)
    },
    async finish() {
      for (const { judgement, hash } of hashed) await verifyDigest(judgement, hash.copy(), name)
      const others = judgements.filter(({ state }) => state !== 'usable').map(describeOther)
      return [...usable.map(({ clause }) => clause), ...others].join('; ')
    },
  }
}

async function verifyDigest({ signature, key, signerPacket }: Usable, hash: Hash, name: string): Promise<void> {
  const digest = new Uint8Array(hash.update(trailerOf(signature)).digest())
  // The library takes data as a stream only in ways that copy every chunk several times and keep waiting when nobody
  // finishes. It keeps the digest of signed messages in `hashed`, and so do we. A version that no longer looked there would
  // ask for the data, and refuse every signature.
  Object.assign(signature, { hashed: digest })
  const noData = {
    text: null,
    getBytes() {
      throw new Error('OpenPGP.js did not use the digest')
    },
  }
  try {
    // No time is given, since times have been judged; the library reads `null` as that.
    await signature.verify(signerPacket, 0, noData, null as unknown as Date, true)
  } catch (cause) {
    throw new FormatError(
      'SIGNATURE_INVALID',
      `${name} is not what was signed: its bytes and the signature by ${describeKey(key)} disagree`,
      { hint: 'Get the image and its signature again, and compare where they come from', cause },
    )
  }
}

/** What is hashed behind the data: RFC 9580, 5.2.4. */
function trailerOf({ version, signatureData }: SignaturePacket): Uint8Array {
  const fields = signatureData ?? NOTHING
  const trailer = new Uint8Array(fields.byteLength + 6)
  trailer.set(fields)
  trailer.set([version, 0xff], fields.byteLength)
  new DataView(trailer.buffer).setUint32(fields.byteLength + 2, fields.byteLength)
  return trailer
}

function hashId(signature: SignaturePacket, hashName: string): string {
  return `${hashName}:${Buffer.from(saltOf(signature) ?? NOTHING).toString('hex')}`
}

/** Why none of the signatures is worth anything. A known key says more than an unknown one. */
function explainNone(judgements: readonly Judgement[], keyring: Keyring, name: string): IsokitError {
  for (const judgement of judgements) {
    if (judgement.state !== 'refused') continue
    const { reason, hint, cause } = judgement
    return new FormatError('SIGNATURE_INVALID', `The signature of ${name} cannot be trusted: ${reason}`, {
      hint,
      cause,
    })
  }
  const ids = judgements.flatMap((judgement) => (judgement.state === 'unknown' ? [judgement.keyId] : []))
  return new ImageError(
    'SIGNATURE_KEY_MISSING',
    `Cannot verify ${name}: it is signed by a key that is not here (${ids.join('; ')}); looked at ${keyring.places.join(', ')}; ${describeKeys(keyring)}`,
    { hint: 'Get the key from who signs the image, compare its fingerprint, and give its file as --keyring' },
  )
}

function describeKeys({ keys }: Keyring): string {
  if (keys.length === 0) return 'no keys are there'
  const rest = keys.length - MAX_NAMED_KEYS
  const owners = keys.slice(0, MAX_NAMED_KEYS).map(ownerOf).join(', ')
  return `the keys there are of ${owners}${rest > 0 ? ` and ${rest} more` : ''}`
}

function describeOther(judgement: Judgement): string {
  switch (judgement.state) {
    case 'unknown':
      return `not used: a signature by the unknown key ${judgement.keyId}`
    case 'refused':
      return `not used: a signature, since ${judgement.reason}`
    case 'usable':
      return judgement.clause
  }
}
