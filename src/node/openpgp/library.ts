export type {
  KeyID,
  PublicKey as LibraryKey,
  SignaturePacket,
  Subkey as LibrarySubkey,
} from 'openpgp'

/** OpenPGP.js. */
export type Library = typeof import('openpgp')

/**
 * Loads OpenPGP.js: 50 ms that only those pay who look at a key or a signature.
 *
 * Its types stay in this folder. They name a package that it doesn't bring along, which whoever compiles against isokit
 * would miss.
 */
export async function loadLibrary(): Promise<Library> {
  return await import('openpgp')
}
