import {
  type Config,
  createMessage,
  enums,
  generateKey,
  type KeyOptions,
  type PrivateKey,
  reformatKey,
  revokeKey,
  sign,
} from 'openpgp'
import { joinBytes } from '../../src/bytes/index.ts'
import { type Keyring, readPublicKeys } from '../../src/node/index.ts'

/** A moment of 2026, so that tests read as a calendar: `day(3)`. */
export function day(number: number): Date {
  return new Date(Date.UTC(2026, 0, number, 12))
}

/** A key made on the first day, with Ed25519 and the name `Test`, unless said otherwise. */
export async function makeKey(options: Partial<KeyOptions> = {}): Promise<PrivateKey> {
  const userIDs = { name: 'Test', email: 'test@example.com' }
  const { privateKey } = await generateKey({ userIDs, date: day(1), ...options, format: 'object' })
  return privateKey
}

/** What to sign with, and how. */
export interface MakeSignatureOptions {
  readonly keys: readonly PrivateKey[]
  /** When it is made; the second day unless given. */
  readonly date?: Date
  readonly config?: Partial<Config>
  /** Signs text rather than bytes. */
  readonly isText?: boolean
}

/** A detached signature, binary. */
export async function makeSignature(data: Uint8Array, options: MakeSignatureOptions): Promise<Uint8Array> {
  const { keys, date = day(2), config = {}, isText = false } = options
  const message = isText
    ? await createMessage({ text: new TextDecoder().decode(data) })
    : await createMessage({ binary: data })
  const signature = await sign({
    message: message as never,
    signingKeys: [...keys],
    detached: true,
    format: 'binary',
    date,
    config,
  })
  return signature as unknown as Uint8Array
}

/** The public key of one that is revoked; its owner gives a reason. */
export async function revoked(key: PrivateKey, reason: 'superseded' | 'compromised', date: Date): Promise<Uint8Array> {
  const flag =
    reason === 'superseded' ? enums.reasonForRevocation.keySuperseded : enums.reasonForRevocation.keyCompromised
  const { publicKey } = await revokeKey({ key, reasonForRevocation: { flag }, date, format: 'object' })
  return publicKey.write()
}

/** The key as it is when its owner signs it anew, with another end of its life, and the earlier self-signature is gone. */
export async function renewed(key: PrivateKey, date: Date, keyExpirationTime = 0): Promise<PrivateKey> {
  const userIDs = { name: 'Test', email: 'test@example.com' }
  const { privateKey } = await reformatKey({ privateKey: key, userIDs, date, keyExpirationTime, format: 'object' })
  return privateKey
}

/** A keyring as one that was read from `keys.gpg`. */
export async function keyringOf(...keys: readonly (PrivateKey | Uint8Array)[]): Promise<Keyring> {
  const bytes = joinBytes(keys.map((key) => (key instanceof Uint8Array ? key : key.toPublic().write())))
  return { keys: await readPublicKeys(bytes, 'keys.gpg'), places: ['keys.gpg'] }
}

/** What a signature of version 4 shall say instead, although nobody has signed that. */
export interface SignatureEdit {
  readonly hash?: number
  readonly date?: Date
  /** A field more, behind the date: its length, its type, its value. */
  readonly subpacket?: readonly number[]
}

/** Changes what a signature says of itself: RFC 9580, 5.2.3. */
export function editSignature(signature: Uint8Array, { hash, date, subpacket = [] }: SignatureEdit): Uint8Array {
  const body = signature.slice((signature[1] as number) < 192 ? 2 : 3) // behind the header, with its short or long length
  const fields = new DataView(body.buffer)
  const creationTime = body.findIndex(isCreationTime)
  if (hash !== undefined) fields.setUint8(3, hash)
  if (date) fields.setUint32(creationTime + 2, date.getTime() / 1000)
  fields.setUint16(4, fields.getUint16(4) + subpacket.length)

  const header = Uint8Array.of(0xc2, 0xff, 0, 0, 0, 0) // a signature, with the longest form of a length
  new DataView(header.buffer).setUint32(2, body.byteLength + subpacket.length)
  const behind = creationTime + 6
  return joinBytes([header, body.subarray(0, behind), Uint8Array.from(subpacket), body.subarray(behind)])
}

function isCreationTime(byte: number, index: number, bytes: Uint8Array): boolean {
  return index >= 6 && byte === 5 && ((bytes[index + 1] as number) & 0x7f) === 2
}
