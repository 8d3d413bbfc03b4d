import { chunks, countLeadingZeros } from '../../bytes/index.ts'
import { checksumCheck } from '../../operations/index.ts'
import { decompressImage } from '../codecs/decompress-image.ts'
import { openFile } from '../file-source.ts'
import { createOutput } from '../output.ts'
import type { OnProgress } from '../progress.ts'
import { createSha256 } from '../sha256.ts'

/** Options of {@link decompressFile}. */
export interface DecompressFileOptions {
  /** How messages call the compressed file. */
  readonly name: string
  /** What the result should hash to, in hexadecimal. */
  readonly sha256?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Told about the phase `decompress`, in bytes of the compressed file. */
  readonly onProgress?: OnProgress | undefined
}

/**
 * Decompresses a file into another one, which appears, or replaces an older one, when it is whole. Zeros take no space in it.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `CHECKSUM_MISMATCH` and others.
 * @throws {IoError} `DISK_FULL` and others.
 */
export async function decompressFile(from: string, to: string, options: DecompressFileOptions): Promise<void> {
  const { name, sha256, signal, onProgress } = options
  await using source = await openFile(from)
  await using output = await createOutput(to, { overwrite: true }) // removed again unless committed
  const digest = sha256 === undefined ? undefined : ({ algorithm: 'sha256', digest: sha256 } as const)
  const origin = 'the stream metadata'
  const check = digest && checksumCheck(digest, { hasher: await createSha256(), name: `What ${name} holds`, origin })

  async function* compressed(): AsyncGenerator<Uint8Array, void, undefined> {
    let bytesDone = 0
    for await (const chunk of chunks(source, { signal, isTransient: true })) {
      yield chunk
      bytesDone += chunk.byteLength
      onProgress?.({ phase: 'decompress', bytesDone, bytesTotal: source.byteLength })
    }
  }

  let offset = 0
  for await (const chunk of decompressImage(compressed(), { name, signal })) {
    signal?.throwIfAborted()
    await check?.update(chunk)
    if (countLeadingZeros(chunk) < chunk.byteLength) await output.write(offset, chunk)
    offset += chunk.byteLength
  }
  await check?.finish()
  await output.setByteLength(offset)
  await output.commit()
}
