export type { Key, KeyID, PublicKey, SignaturePacket, Subkey } from 'openpgp'

/** OpenPGP.js. */
export type Library = typeof import('openpgp')

/** Loads OpenPGP.js: 50 ms that only those pay who look at a key or a signature. */
export async function loadLibrary(): Promise<Library> {
  return await import('openpgp')
}
