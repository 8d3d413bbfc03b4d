import { loadLibrary, type SignaturePacket } from './library.ts'

/** Why a signature is worth nothing, and what to do about it. */
export interface SignatureFault {
  /** A clause about `it`, the signature. */
  readonly reason: string
  readonly hint: string
  readonly cause?: unknown
}

/** What a signature says of itself, or what is wrong with that. */
export type Examination =
  | { readonly fault: SignatureFault }
  | {
      readonly fault: undefined
      readonly madeAt: Date
      /** Hash by which the data was signed, as `node:crypto` calls it. */
      readonly hashName: string
    }

/** A hash with which data may be signed. */
interface MessageHash {
  /** As `node:crypto` calls it. */
  readonly name: string
  readonly saltByteLength: number
}

/** By their numbers: RFC 9580, 9.5. */
const HASHES: ReadonlyMap<number, MessageHash> = new Map([
  [8, { name: 'sha256', saltByteLength: 16 }],
  [9, { name: 'sha384', saltByteLength: 24 }],
  [10, { name: 'sha512', saltByteLength: 32 }],
  [11, { name: 'sha224', saltByteLength: 16 }],
  [12, { name: 'sha3-256', saltByteLength: 16 }],
  [14, { name: 'sha3-512', saltByteLength: 32 }],
])

/** Two files with the same hash can be made, or soon will be. */
const BROKEN_HASH_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'MD5'],
  [2, 'SHA-1'],
  [3, 'RIPEMD-160'],
])

/** What helps against a signature that is worth nothing in itself. */
export const NEW_SIGNATURE_HINT = 'Ask who signs the image for a new signature'

/** Looks at a signature by itself, whoever made it. `at` is the time now. */
export async function examineSignature(signature: SignaturePacket, at: Date): Promise<Examination> {
  const { enums } = await loadLibrary()
  const { created: madeAt, hashAlgorithm, signatureType } = signature
  const faulty = (reason: string, hint = NEW_SIGNATURE_HINT): Examination => ({ fault: { reason, hint } })
  const hash = HASHES.get(hashAlgorithm ?? 0)
  if (!hash) {
    const broken = BROKEN_HASH_NAMES.get(hashAlgorithm ?? 0)
    return faulty(`it is made with ${broken ? `${broken}, which can be forged` : 'an unknown hash'}`)
  }
  const salt = saltOf(signature)
  if (salt && salt.byteLength !== hash.saltByteLength) return faulty('its salt has the wrong length')
  if (madeAt === null || signatureType !== enums.signature.binary) {
    return faulty('it does not cover the bytes of a file, but a text or something else')
  }
  const expiration = signature.getExpirationTime()
  if (!isTime(madeAt) || !(expiration === Number.POSITIVE_INFINITY || isTime(expiration))) {
    return faulty('it is of a time that no calendar has')
  }
  if (hasUnknownConditions(signature)) return faulty('it sets conditions that isokit does not know')
  if (madeAt > at) {
    const times = `made ${formatTime(madeAt)}, and it is ${formatTime(at)} by the clock of this machine`
    return faulty(`it is from the future: ${times}`, 'Set the clock of this machine')
  }
  if (isTime(expiration) && expiration <= at) return faulty(`it expired on ${formatDay(expiration)}`)
  return { fault: undefined, madeAt, hashName: hash.name }
}

/** What is hashed in front of the data, since version 6; the library's types don't mention it. */
export function saltOf(signature: SignaturePacket): Uint8Array | undefined {
  return (signature as { readonly salt?: Uint8Array | null }).salt ?? undefined
}

/** Whoever makes a part critical wants the signature refused by those who don't know it. */
function hasUnknownConditions({ unknownSubpackets, rawNotations, revocationKeyClass }: SignaturePacket): boolean {
  return (
    unknownSubpackets.some(({ critical }) => critical) ||
    rawNotations.some(({ critical }) => critical) ||
    revocationKeyClass !== null
  )
}

/** A field that is longer than it may be gives a date that compares with nothing. */
function isTime(value: Date | number): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}

/** `2026-01-31`, in UTC. */
export function formatDay(date: Date): string {
  return isTime(date) ? date.toISOString().slice(0, 10) : 'a day that no calendar has'
}

function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
