import { FormatError } from '../../errors.ts'
import { splitArmor } from './armor.ts'
import { type LibraryKey, loadLibrary } from './library.ts'
import type { PublicKey } from './public-key.ts'

/** The keys that are trusted, and where they were looked for. */
export interface Keyring {
  /** Each key once, with what is known of it from all places. */
  readonly keys: readonly PublicKey[]
  /** Every file and folder that was looked at, for messages. */
  readonly places: readonly string[]
}

/** GnuPG's own store begins with a block of this kind. */
const KEYBOX_MAGIC = 'KBXf'
const KEYBOX_MAGIC_OFFSET = 8

/**
 * Reads the public keys of a file: binary (`gpg --export`) or armored, several in a row.
 *
 * Keys of kinds that OpenPGP.js doesn't know are passed over, since a keyring for many purposes has such.
 *
 * @param name of the file, for messages.
 * @throws {FormatError} `KEYRING_INVALID` for anything else than public keys, private ones above all.
 */
export async function readPublicKeys(bytes: Uint8Array, name: string): Promise<readonly PublicKey[]> {
  const keys = await parseKeys(bytes, name)
  if (keys.some((key) => key.isPrivate())) {
    throw invalid(
      name,
      'it holds a private key',
      'Export the public key with gpg --export, and keep the private one apart',
    )
  }
  return keys.map(toPublicKey)
}

/**
 * Joins keys that were read from several files. A copy of a key may know what another one doesn't: that it was revoked, or
 * that it lives longer.
 */
export async function mergeKeys(keys: readonly PublicKey[]): Promise<readonly PublicKey[]> {
  const copies = new Map<string, PublicKey[]>()
  for (const key of keys) copies.set(key.fingerprint, [...(copies.get(key.fingerprint) ?? []), key])
  const merged: PublicKey[] = []
  for (const [first, ...others] of copies.values()) if (first) merged.push(await mergeCopies(first, others))
  return merged
}

async function mergeCopies(first: PublicKey, others: readonly PublicKey[]): Promise<PublicKey> {
  if (others.length === 0) return first
  const { readKey } = await loadLibrary()
  let merged = await readKey({ binaryKey: first.packets })
  for (const { packets } of others) {
    // The library drops what is not of today, unless there is no today: it reads `null` as that. A clock that is wrong
    // must not undo what the owner has said.
    merged = await merged.update(await readKey({ binaryKey: packets }), null as unknown as Date)
  }
  return toPublicKey(merged)
}

function toPublicKey(key: LibraryKey): PublicKey {
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    signerFingerprints: key.getKeys().map((signer) => signer.getFingerprint().toUpperCase()),
    userIds: key.getUserIDs(),
    packets: key.write(),
  }
}

async function parseKeys(bytes: Uint8Array, name: string): Promise<readonly LibraryKey[]> {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(KEYBOX_MAGIC_OFFSET, KEYBOX_MAGIC_OFFSET + 4))
  if (magic === KEYBOX_MAGIC) {
    throw invalid(name, 'it is a keybox, which only GnuPG reads', 'Export the keys with gpg --export')
  }
  const blocks = splitArmor(bytes)
  const strange = blocks?.find(({ kind }) => !kind.endsWith('KEY BLOCK'))
  if (strange) throw invalid(name, `it holds a PGP ${strange.kind.toLowerCase()}`, 'Give a file with public keys')
  const { readKeys } = await loadLibrary()
  try {
    if (!blocks) return await readKeys({ binaryKeys: bytes })
    const keys: LibraryKey[] = []
    for (const { text } of blocks) keys.push(...(await readKeys({ armoredKeys: text })))
    return keys
  } catch (cause) {
    throw invalid(name, 'it holds no public keys, or is damaged', 'Export the keys with gpg --export', cause)
  }
}

function invalid(name: string, reason: string, hint: string, cause?: unknown): FormatError {
  return new FormatError('KEYRING_INVALID', `Cannot use ${name} as a keyring: ${reason}`, { hint, cause })
}
