import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { chunks } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { StreamCheck } from '../../operations/index.ts'
import { openFile } from '../file-source.ts'
import type { OnProgress } from '../progress.ts'
import { createSha256 } from '../sha256.ts'
import { ioError, systemErrorCode } from '../system-error.ts'

/** Several checks as one, and a hash beside them. */
export interface Proof {
  update(bytes: Uint8Array): Promise<void>
  /**
   * @returns what was proved, as clauses.
   * @throws {FormatError} `SIGNATURE_INVALID`, `CHECKSUM_MISMATCH`
   */
  finish(): Promise<readonly string[]>
  /** The SHA-256 of all bytes in hexadecimal, when it was asked for. Asked for once they are proved. */
  sha256(): string | undefined
}

/** @param hash Whether to compute the SHA-256 as well. */
export async function createProof(checks: readonly StreamCheck[], hash: boolean): Promise<Proof> {
  const hasher = hash ? await createSha256() : undefined
  return {
    async update(bytes) {
      for (const check of checks) await check.update(bytes)
      hasher?.update(bytes)
    },
    async finish() {
      const proofs: string[] = []
      for (const check of checks) proofs.push(await check.finish())
      return proofs
    },
    sha256: () => hasher?.digest('hex'),
  }
}

/** Options of {@link feedFile} and {@link proveFile}. */
export interface FeedFileOptions {
  readonly signal?: AbortSignal | undefined
  /** Told about the phase `check`. */
  readonly onProgress?: OnProgress | undefined
}

/** Sends a file through a proof. */
export async function feedFile(proof: Proof, path: string, options: FeedFileOptions): Promise<void> {
  const { signal, onProgress } = options
  await using source = await openFile(path)
  let bytesDone = 0
  for await (const chunk of chunks(source, { signal, isTransient: true })) {
    await proof.update(chunk)
    bytesDone += chunk.byteLength
    onProgress?.({ phase: 'check', bytesDone, bytesTotal: source.byteLength })
  }
}

/**
 * Finds out whether a file is what it should be.
 *
 * @param byteLength what it should have, if that is known.
 * @returns what was proved, or `undefined` when there is no such file.
 */
export async function proveFile(
  proof: Proof,
  path: string,
  { byteLength, ...options }: FeedFileOptions & { readonly byteLength: number | undefined },
): Promise<readonly string[] | undefined> {
  const stats = await statFile(path)
  if (!stats?.isFile() || stats.size !== (byteLength ?? stats.size)) return undefined
  try {
    await feedFile(proof, path, options)
    return await proof.finish()
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

async function statFile(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw ioError(error, `look at ${path}`)
  }
}
