import type { PublicKey } from './library.ts'

/** `36F6 12DC F27F 7D1A 48A8 35E4 DBFC F71C 6D9F 90A6`: a fingerprint or a key id, as people compare it. */
export function formatFingerprint(hex: string): string {
  return (hex.toUpperCase().match(/.{1,4}/g) ?? []).join(' ')
}

/** `Fedora (44) <fedora-44-primary@fedoraproject.org>`: whose key it is, by its own word. */
export function ownerOf(key: PublicKey): string {
  return key.getUserIDs()[0] ?? 'somebody without a name'
}

/** `Fedora (44) <…>, key 36F6 12DC …` */
export function describeKey(key: PublicKey): string {
  return `${ownerOf(key)}, key ${formatFingerprint(key.getFingerprint())}`
}

/** `2026-01-31`, in UTC. */
export function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10)
}
