import type { Hash } from 'node:crypto'

/** A SHA-256 to be fed. `node:crypto` is loaded for it: that takes a third of the time that Node takes to start. */
export async function createSha256(): Promise<Hash> {
  const { createHash } = await import('node:crypto')
  return createHash('sha256')
}
