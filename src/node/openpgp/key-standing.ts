import { type KeyID, type LibraryKey, type LibrarySubkey, loadLibrary, type SignaturePacket } from './library.ts'
import type { PublicKey } from './public-key.ts'

/** What a key was worth when it made a signature. */
export type KeyStanding =
  /** It could sign. `expired` and `retired` say what has happened to it since, which leaves the signature good. */
  | { readonly state: 'valid'; readonly expired?: Date; readonly retired?: Date }
  /** Its owner has withdrawn it, for good or before the signature. */
  | { readonly state: 'revoked'; readonly at: Date | undefined; readonly reason: string }
  | { readonly state: 'expired'; readonly at: Date }
  /** The signature claims a time when the key didn't exist. */
  | { readonly state: 'newer'; readonly createdAt: Date }
  /** It cannot sign: too weak, for encryption only, or without the self-signature that says what it is for. */
  | { readonly state: 'unfit'; readonly cause: unknown }

/**
 * Finds out what a key was worth when it made a signature, as RFC 9580 has it: a key that expired or was retired
 * *afterwards* leaves the signature good, and a key that is known or may be presumed to be in other hands never does.
 *
 * @param key the key, or one of which a subkey has signed.
 * @param signerId the key or the subkey that has signed.
 */
export async function standingOf(
  key: PublicKey,
  signerId: KeyID,
  { madeAt, at }: { readonly madeAt: Date; readonly at: Date },
): Promise<KeyStanding> {
  const then = await lookAt(key, signerId, madeAt)
  if (madeAt < then.createdAt) return { state: 'newer', createdAt: then.createdAt }
  if (then.revocation) return { state: 'revoked', ...then.revocation }

  const now = await lookAt(key, signerId, at)
  const expired = await expirationOf(key, signerId, at)
  // When a key's life is extended, its self-signature is made anew, and the earlier one may be gone. What is valid now,
  // and existed then, was valid then.
  if (then.unfitness !== undefined && now.unfitness !== undefined) {
    return expired !== undefined && expired <= madeAt
      ? { state: 'expired', at: expired }
      : { state: 'unfit', cause: then.unfitness }
  }
  return {
    state: 'valid',
    ...(expired !== undefined && expired <= at ? { expired } : {}),
    ...(now.revocation?.at === undefined ? {} : { retired: now.revocation.at }),
  }
}

interface Look {
  readonly createdAt: Date
  readonly revocation: { readonly at: Date | undefined; readonly reason: string } | undefined
  /** What the library says against the key as a signer. */
  readonly unfitness: unknown
}

async function lookAt(key: PublicKey, signerId: KeyID, date: Date): Promise<Look> {
  const { readKey } = await loadLibrary()
  // The library keeps what it finds out in the key, as if it held for all dates. Each look has a key of its own.
  const copy = await readKey({ binaryKey: key.packets })
  const signer = signerOf(copy, signerId)
  const revocations = [...copy.revocationSignatures]
  let isRevoked = await copy.isRevoked(undefined, undefined, date)
  if (isSubkey(signer)) {
    const [binding] = signer.bindingSignatures
    isRevoked ||= binding !== undefined && (await signer.isRevoked(binding, copy.keyPacket, date))
    revocations.push(...signer.revocationSignatures)
  }
  return {
    createdAt: signer.getCreationTime(),
    revocation: isRevoked ? await reasonOf(revocations, date) : undefined,
    unfitness: await copy.getSigningKey(signerId, date).then(
      () => undefined,
      (error: unknown) => error,
    ),
  }
}

async function reasonOf(
  revocations: readonly SignaturePacket[],
  date: Date,
): Promise<{ readonly at: Date | undefined; readonly reason: string }> {
  const { enums } = await loadLibrary()
  const { keySuperseded, keyCompromised, keyRetired } = enums.reasonForRevocation
  const reasons = new Map([
    [keySuperseded, 'another key takes its place'],
    [keyCompromised, 'it is in other hands'],
    [keyRetired, 'it is no longer used'],
  ])
  const isSoft = (flag: number | null): boolean => flag === keySuperseded || flag === keyRetired
  const counts = ({ reasonForRevocationFlag: flag, created }: SignaturePacket): boolean =>
    !isSoft(flag) || (created !== null && created <= date)
  const revocation = revocations.find(counts)
  const known = reasons.get(revocation?.reasonForRevocationFlag ?? 0)
  return { at: revocation?.created ?? undefined, reason: known ?? 'no reason is given' }
}

/** The end of a subkey's life is that of its key, if that is earlier. */
async function expirationOf(key: PublicKey, signerId: KeyID, at: Date): Promise<Date | undefined> {
  const { readKey } = await loadLibrary()
  const copy = await readKey({ binaryKey: key.packets })
  const signer = signerOf(copy, signerId)
  const ends = [await copy.getExpirationTime(), isSubkey(signer) ? await signer.getExpirationTime(at) : null]
  const dates = ends.filter((end) => end instanceof Date)
  return dates.sort((a, b) => a.getTime() - b.getTime())[0]
}

/** The key or the subkey of that id, which is there. */
export function signerOf(key: LibraryKey, signerId: KeyID): ReturnType<LibraryKey['getKeys']>[number] {
  return key.getKeys(signerId)[0] ?? key
}

function isSubkey(signer: object): signer is LibrarySubkey {
  return 'mainKey' in signer
}
