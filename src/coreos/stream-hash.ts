import { type Hasher, Sha256, type Source } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'

/** What coreos-installer accepts. */
const MAX_CHUNK_BYTE_LENGTH = 64 * 1024 * 1024

/** The hashes of a file's chunks, so that it can be verified while it comes in. */
export interface StreamHash {
  /** Bytes of every chunk but the last, which may have fewer. */
  readonly chunkByteLength: number
  /** SHA-256 of each chunk, in lower-case hexadecimal. */
  readonly digests: readonly string[]
}

/** Options of {@link verifyStreamHash}. */
export interface VerifyStreamHashOptions {
  /** Gives a fresh SHA-256, such as one of `node:crypto`, which is ten times as fast as isokit's own. */
  readonly createHasher?: (() => Hasher | Promise<Hasher>) | undefined
  /** Told after each chunk how much has been read. */
  readonly onProgress?: ((progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void) | undefined
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Parses a stream-hash file, by which a live initramfs knows its rootfs: a header that names SHA-256 and the chunks' size,
 * and one digest a line.
 *
 * @param where what the text is, for the message.
 * @throws {FormatError} `STREAM_HASH_INVALID`
 */
export function parseStreamHash(text: string, where: string): StreamHash {
  const [header = '', ...digests] = text.replace(/\n$/, '').split('\n')
  const [, algorithm, size = ''] = /^stream-hash (\S+) ([0-9]{1,15})$/.exec(header) ?? []
  const chunkByteLength = Number(size)
  const problem =
    algorithm === undefined
      ? `its first line is not a header`
      : algorithm !== 'sha256'
        ? `it uses ${algorithm}, and not sha256`
        : chunkByteLength < 1 || chunkByteLength > MAX_CHUNK_BYTE_LENGTH
          ? `chunks of ${size} bytes are not allowed`
          : invalidDigest(digests)
  if (problem === undefined) return { chunkByteLength, digests }
  throw new FormatError('STREAM_HASH_INVALID', `Cannot read ${where}: ${problem}`)
}

function invalidDigest(digests: readonly string[]): string | undefined {
  if (digests.length === 0) return 'it has no digests'
  const index = digests.findIndex((digest) => !/^[0-9a-f]{64}$/.test(digest))
  return index < 0 ? undefined : `line ${index + 2} is not a SHA-256 digest`
}

/**
 * Compares a file with its stream hash; it is read once, up to the first chunk that differs.
 *
 * @returns what is wrong, as a clause; `undefined` when it is the file that was hashed.
 */
export async function verifyStreamHash(
  source: Source,
  { chunkByteLength, digests }: StreamHash,
  options: VerifyStreamHashOptions = {},
): Promise<string | undefined> {
  const { createHasher = () => new Sha256(), onProgress, signal } = options
  const chunkCount = Math.ceil(source.byteLength / chunkByteLength)
  if (chunkCount !== digests.length) {
    return `it has ${source.byteLength} bytes, which are ${chunkCount} chunks in place of ${digests.length}`
  }
  for (const [index, digest] of digests.entries()) {
    signal?.throwIfAborted()
    const offset = index * chunkByteLength
    const byteLength = Math.min(chunkByteLength, source.byteLength - offset)
    const hasher = await createHasher()
    hasher.update(await source.read(offset, byteLength, { signal }))
    if (toHex(hasher.digest()) !== digest) return `its bytes from offset ${offset} are not those that were hashed`
    onProgress?.({ bytesDone: offset + byteLength, bytesTotal: source.byteLength })
  }
  return undefined
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
