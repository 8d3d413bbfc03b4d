/** A public OpenPGP key with its subkeys, as plain data. */
export interface PublicKey {
  /** Hexadecimal, in upper case. */
  readonly fingerprint: string
  /** Of the key and its subkeys, any of which may sign. */
  readonly signerFingerprints: readonly string[]
  /** Whose it is, by its own word. */
  readonly userIds: readonly string[]
  /** The key itself in binary form, with everything that its owner has said of it. */
  readonly packets: Uint8Array
}

/** The id by which old signatures name a key: the end of its fingerprint, and since version 6 the beginning. */
export function keyIdOf(fingerprint: string): string {
  const isVersion4 = fingerprint.length === 40
  return isVersion4 ? fingerprint.slice(-16) : fingerprint.slice(0, 16)
}

/** `36F6 12DC F27F 7D1A 48A8 35E4 DBFC F71C 6D9F 90A6`: a fingerprint or a key id, as people compare it. */
export function formatFingerprint(hex: string): string {
  return (hex.match(/.{1,4}/g) ?? []).join(' ')
}

/** `Fedora (44) <fedora-44-primary@fedoraproject.org>` */
export function ownerOf({ userIds }: PublicKey): string {
  return userIds[0] ?? 'somebody without a name'
}

/** `Fedora (44) <…>, key 36F6 12DC …` */
export function describeKey(key: PublicKey): string {
  return `${ownerOf(key)}, key ${formatFingerprint(key.fingerprint)}`
}
