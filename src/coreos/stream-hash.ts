import { type Hasher, Sha256 } from '../bytes/index.ts'
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
  const problem = algorithm === undefined ? 'its first line is not a header' : findProblem(algorithm, size, digests)
  if (problem === undefined) return { chunkByteLength: Number(size), digests }
  throw new FormatError('STREAM_HASH_INVALID', `Cannot read ${where}: ${problem}`)
}

function findProblem(algorithm: string, size: string, digests: readonly string[]): string | undefined {
  if (algorithm !== 'sha256') return `it uses ${algorithm}, and not sha256`
  if (Number(size) < 1 || Number(size) > MAX_CHUNK_BYTE_LENGTH) return `chunks of ${size} bytes are not allowed`
  if (digests.length === 0) return 'it has no digests'
  const index = digests.findIndex((digest) => !/^[0-9a-f]{64}$/.test(digest))
  return index < 0 ? undefined : `line ${index + 2} is not a SHA-256 digest`
}

/** Compares a file with its stream hash while its bytes come in, in order. */
export class StreamHashComparison {
  readonly #wanted: StreamHash
  readonly #createHasher: () => Hasher | Promise<Hasher>
  #hasher: Hasher | undefined
  #byteLength = 0
  #hashedByteLength = 0
  #chunkCount = 0
  #firstDifference: number | undefined

  /** @param createHasher gives a fresh SHA-256; isokit's own takes ten times as long as that of `node:crypto`. */
  constructor(wanted: StreamHash, createHasher: () => Hasher | Promise<Hasher> = () => new Sha256()) {
    this.#wanted = wanted
    this.#createHasher = createHasher
  }

  /** Takes the next bytes. They may change once the promise settles. */
  async update(bytes: Uint8Array): Promise<void> {
    this.#byteLength += bytes.byteLength
    let rest = bytes
    while (rest.byteLength > 0 && !this.#isDecided) {
      this.#hasher ??= await this.#createHasher()
      const piece = rest.subarray(0, this.#wanted.chunkByteLength - this.#hashedByteLength)
      this.#hasher.update(piece)
      this.#hashedByteLength += piece.byteLength
      rest = rest.subarray(piece.byteLength)
      if (this.#hashedByteLength === this.#wanted.chunkByteLength) this.#endChunk()
    }
  }

  /**
   * Ends the file.
   *
   * @returns what is wrong, as a clause; `undefined` when it is the file that was hashed.
   */
  finish(): string | undefined {
    if (this.#hasher && !this.#isDecided) this.#endChunk()
    const chunkCount = Math.ceil(this.#byteLength / this.#wanted.chunkByteLength)
    const { length: wantedCount } = this.#wanted.digests
    if (chunkCount !== wantedCount) {
      return `it has ${this.#byteLength} bytes, which are ${chunkCount} chunks in place of ${wantedCount}`
    }
    if (this.#firstDifference === undefined) return undefined
    return `its bytes from offset ${this.#firstDifference} are not those that were hashed`
  }

  /** Whether more bytes can only be counted: something differs, or there are more chunks than there should be. */
  get #isDecided(): boolean {
    return this.#firstDifference !== undefined || this.#chunkCount === this.#wanted.digests.length
  }

  #endChunk(): void {
    const { chunkByteLength, digests } = this.#wanted
    const digest = this.#hasher && toHex(this.#hasher.digest())
    if (digest !== digests[this.#chunkCount]) this.#firstDifference = this.#chunkCount * chunkByteLength
    this.#chunkCount++
    this.#hasher = undefined
    this.#hashedByteLength = 0
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
