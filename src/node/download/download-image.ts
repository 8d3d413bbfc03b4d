import { realpath } from 'node:fs/promises'
import { FormatError, ImageError, IoError, type IsokitError, UsageError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'
import { decompressedName } from '../../operations/index.ts'
import { createFile } from '../create-file.ts'
import { firstFailure } from '../first-failure.ts'
import { fetchSmall } from '../http/fetch-small.ts'
import type { HttpOptions } from '../http/http-options.ts'
import { openUrl, type RemoteFile } from '../http/open-url.ts'
import { createImageChecks, type ImageEvidence } from '../install/create-image-checks.ts'
import { type InstallImage, readSignature, signatureUrlOf, withoutEscapes } from '../install/open-install-image.ts'
import { MAX_SIGNATURE_BYTE_LENGTH } from '../openpgp/limits.ts'
import { checkOutput } from '../output.ts'
import { pathInside } from '../path-inside.ts'
import type { OnProgress } from '../progress.ts'
import { systemErrorCode } from '../system-error.ts'
import { decompressFile } from './decompress-file.ts'
import { PartialFile } from './partial-file.ts'
import { createProof, feedFile, type Proof, proveFile } from './proof.ts'

/** A file that is published. */
export interface ImageToDownload {
  readonly url: string
  /** Where its signature is; next to it unless given, and nowhere with `null`. */
  readonly signatureUrl?: string | null | undefined
  /** SHA-256 of what it holds, for one that is compressed. */
  readonly uncompressedSha256?: string | undefined
}

/** Options of {@link downloadImage}. */
export interface DownloadImageOptions extends ImageEvidence {
  /** Where the file is to be; it has to exist. */
  readonly directory: string
  readonly http: HttpOptions
  /** Whether to store what a .gz, .xz or .zst file holds, and no signature. Archives are stored as they are. */
  readonly decompress?: boolean | undefined
  /** Whether to give the SHA-256 of the file as it is published. */
  readonly hash?: boolean | undefined
  readonly onProgress?: OnProgress | undefined
  /** Told what the user should know, in sentences. */
  readonly onNotice?: ((notice: string) => void) | undefined
}

/** A file that is there now. */
export interface DownloadedImage {
  readonly path: string
  /** Where its signature is, if that was stored. */
  readonly signaturePath: string | undefined
  /** `present`: it was there already; `resumed`: a part of it was. */
  readonly method: 'downloaded' | 'resumed' | 'present'
  /** SHA-256 of the file as it is published, in lower-case hexadecimal, when it was asked for. */
  readonly sha256: string | undefined
  /** What was proved, as clauses. */
  readonly proofs: readonly string[]
}

/**
 * Downloads a file, under the name that the last URL gives it, with its signature as `NAME.sig`. It appears, or replaces
 * another one, when it is whole and proved; a file that is there already and proves itself stays.
 *
 * Until then it is `NAME.part`, where a later run goes on after an interruption: see {@link PartialFile}. What is at hand is
 * proved together with the rest. Nothing is left of a file that isn't what it should be.
 *
 * Where going on is not possible, since the file on the server has changed or the server knows no ranges, the download starts
 * over as often as there are retries. It does so in any case, and once, where what an earlier run had left was not right.
 *
 * @throws {FormatError} `SIGNATURE_INVALID`, `CHECKSUM_MISMATCH`, `COMPRESSED_DATA_CORRUPT` and others.
 * @throws {ImageError} `SIGNATURE_MISSING`, `SIGNATURE_KEY_MISSING`, before any byte is stored.
 * @throws {IoError} what {@link openUrl} and {@link PartialFile.open} throw; `NOT_A_FILE`, `IS_A_DIRECTORY`, `DISK_FULL`.
 * @throws {UsageError} `URL_INVALID`, also when the URL gives the file no name.
 */
export async function downloadImage(image: ImageToDownload, options: DownloadImageOptions): Promise<DownloadedImage> {
  try {
    return await download(image, options)
  } catch (error) {
    throw firstFailure(error)
  }
}

async function download(image: ImageToDownload, options: DownloadImageOptions): Promise<DownloadedImage> {
  const { http, onNotice } = options
  const allowed = http.retries === 'infinite' ? Number.POSITIVE_INFINITY : (http.retries ?? 0)
  for (let restarts = 0; ; ) {
    const outcome = await downloadOnce(image, options)
    if (!('error' in outcome)) return outcome
    const { error, isOfEarlierRun } = outcome
    if (!isOfEarlierRun && restarts++ >= allowed) throw error
    const reason = isOfEarlierRun ? `What an earlier run left is of no use (${error.message})` : error.message
    onNotice?.(`${reason}; starting again from the beginning`)
  }
}

/** Why the beginning of a file is of no use, and whether an earlier run had left it. */
interface UselessPart {
  readonly error: IsokitError
  readonly isOfEarlierRun: boolean
}

async function downloadOnce(
  image: ImageToDownload,
  options: DownloadImageOptions,
): Promise<DownloadedImage | UselessPart> {
  const { directory, http, decompress = false, hash = false, signal, onNotice = () => {} } = options
  const signature = await findSignature(image, http)
  await using whole = await openUrl(image.url, http)
  const name = nameOf(whole)
  const stem = decompress ? decompressedName(name) : undefined
  const path = pathInside(directory, stem ?? name)
  const target = await checkTarget(path)

  const facts = { name: redactUrl(image.url), fileName: withoutEscapes(name), signature }
  const { checks, notices } = await createImageChecks(facts, options)
  for (const notice of notices) onNotice(notice)
  const isProvable = checks.length > 0
  const signatureBytes = !decompress && 'bytes' in signature ? signature.bytes : undefined
  const signaturePath = signatureBytes && `${path}.sig`

  if (isProvable && stem === undefined) {
    const proof = await createProof(checks, hash)
    const proofs = await proveFile(proof, path, { ...options, byteLength: whole.byteLength })
    if (proofs) {
      await saveSignature(signaturePath, signatureBytes)
      return { path, signaturePath, method: 'present', sha256: proof.sha256(), proofs }
    }
  }

  await using part = await PartialFile.open(
    stem === undefined ? `${target}.part` : `${pathInside(directory, name)}.part`,
  )
  let isDoubtful = false // bytes of an earlier run are among those that are not proved yet
  try {
    const proof = await createProof((await createImageChecks(facts, options)).checks, hash) // a check is of use once
    const isResumed = await fetchInto(part, whole, { ...options, proof, isProvable, originUrl: image.url })
    isDoubtful = isResumed
    const proofs = await proof.finish()
    isDoubtful = false
    if (stem === undefined) await part.publish(target)
    else {
      const expected = image.uncompressedSha256
      await decompressFile(part.path, target, { ...options, name: facts.name, sha256: expected })
      part.discard()
    }
    await saveSignature(signaturePath, signatureBytes)
    const method = isResumed ? 'resumed' : 'downloaded'
    return { path, signaturePath, method, sha256: proof.sha256(), proofs }
  } catch (error) {
    const isWrong = error instanceof FormatError || error instanceof ImageError
    const isUseless = isWrong ? isDoubtful : isNotToBeContinued(error)
    if (isWrong || isUseless) part.discard()
    if (isUseless) return { error: error as IsokitError, isOfEarlierRun: isWrong }
    if (part.isKept) onNotice(`What has arrived is kept in ${part.path}: the same command goes on from there`)
    signal?.throwIfAborted()
    throw error
  }
}

async function findSignature(
  { url, signatureUrl = signatureUrlOf(url) }: ImageToDownload,
  http: HttpOptions,
): Promise<InstallImage['signature']> {
  if (signatureUrl === null) return { absent: 'its metadata names no signature' }
  return await readSignature(signatureUrl, (place) =>
    fetchSmall(place, { ...http, maxByteLength: MAX_SIGNATURE_BYTE_LENGTH }),
  )
}

function nameOf({ name, url }: RemoteFile): string {
  if (name !== '') return name
  throw new UsageError(
    'URL_INVALID',
    `Cannot name the file at ${redactUrl(url)}: the path of its URL ends with a slash`,
    {
      hint: 'Give the URL of the file itself',
    },
  )
}

/** The path of the file that will be replaced, behind symbolic links. */
async function checkTarget(path: string): Promise<string> {
  const { isSeekable } = await checkOutput(path, { overwrite: true })
  if (!isSeekable) {
    throw new IoError('NOT_A_FILE', `Cannot replace ${path}: it is not a regular file`, {
      hint: 'Remove it, or download to another directory',
    })
  }
  try {
    return await realpath(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return path
    throw error
  }
}

/**
 * Completes the part, with every byte going through the proof.
 *
 * @returns whether some of the bytes were there already.
 */
async function fetchInto(
  part: PartialFile,
  whole: RemoteFile,
  options: DownloadImageOptions & { readonly proof: Proof; readonly isProvable: boolean; readonly originUrl: string },
): Promise<boolean> {
  const { proof, isProvable, originUrl, http, signal, onProgress } = options
  await using rest = isProvable ? await openRest(part, whole, { ...http, originUrl }) : undefined
  if (rest) {
    await whole[Symbol.asyncDispose]() // a server need not keep a connection for it
    await feedFile(proof, part.path, options)
  } else await part.restart(redactUrl(whole.url), whole.version, isProvable)

  const bytesTotal = whole.byteLength
  const report = (): void =>
    onProgress?.({ phase: 'download', bytesDone: part.byteLength, ...(bytesTotal !== undefined && { bytesTotal }) })
  report()
  for await (const bytes of (rest ?? whole).bytes) {
    signal?.throwIfAborted()
    await proof.update(bytes)
    await part.append(bytes)
    report()
  }
  return rest !== undefined
}

/** What is missing of a part that is of the same version; `undefined` when it has to be fetched from its beginning. */
async function openRest(
  part: PartialFile,
  whole: RemoteFile,
  options: HttpOptions & { readonly originUrl: string },
): Promise<RemoteFile | undefined> {
  const from = await part.positionIn(redactUrl(whole.url), whole.version)
  if (!from) return undefined
  try {
    return await openUrl(whole.url, { ...options, from })
  } catch (error) {
    if (isNotToBeContinued(error)) return undefined
    throw error
  }
}

function isNotToBeContinued(error: unknown): boolean {
  return error instanceof IoError && (error.code === 'REMOTE_CHANGED' || error.code === 'RANGE_UNSUPPORTED')
}

async function saveSignature(path: string | undefined, bytes: Uint8Array | undefined): Promise<void> {
  if (path === undefined || bytes === undefined) return
  await createFile(path, bytes, { overwrite: true })
}
