import { type FileHandle, open } from 'node:fs/promises'
import { IsokitError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'
import type { ImageInput } from '../../operations/index.ts'
import { fetchSmall } from '../http/fetch-small.ts'
import type { HttpOptions } from '../http/http-options.ts'
import { openUrl } from '../http/open-url.ts'
import { openPipe } from '../open-pipe.ts'
import { MAX_SIGNATURE_BYTE_LENGTH } from '../openpgp/limits.ts'
import { readInput } from '../read-input.ts'
import { withIoError } from '../system-error.ts'

/** Where an OS image is. */
export type ImageLocation =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'url'
      readonly url: string
      /** Where the signature is; next to the image unless given, and nowhere with `null`. */
      readonly signatureUrl?: string | null | undefined
    }
  /** Bytes that come once, in order, such as those of standard input. They have no signature. */
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }

/** An OS image with what was published to prove it. Let go of it, also when it has not been read. */
export interface InstallImage extends ImageInput, AsyncDisposable {
  /** Its file name, by which a list of checksums knows it; `undefined` for what has none. */
  readonly fileName: string | undefined
  /** What the signature file holds, or why there is none, as a clause. */
  readonly signature: { readonly bytes: Uint8Array } | { readonly absent: string }
}

const READ_BYTE_LENGTH = 1024 * 1024

/**
 * Opens an OS image, and reads its signature. A signature that can't be read counts as absent.
 *
 * @throws {IoError} `FILE_NOT_FOUND`, `PERMISSION_DENIED`, `IS_A_DIRECTORY`, and what fetching throws.
 */
export async function openInstallImage(location: ImageLocation, options: HttpOptions): Promise<InstallImage> {
  switch (location.kind) {
    case 'file':
      return openImageFile(location.path, options.signal)
    case 'url':
      return openImageUrl(location, options)
    case 'bytes':
      return {
        name: location.name,
        fileName: undefined,
        byteLength: undefined,
        bytes: location.bytes,
        signature: { absent: `${location.name} has no signature` },
        async [Symbol.asyncDispose]() {},
      }
  }
}

async function openImageFile(path: string, signal: AbortSignal | undefined): Promise<InstallImage> {
  const pipe = await openPipe(path, signal)
  if (pipe) return openImagePipe(path, pipe, signal)
  const handle = await withIoError(`open ${path}`, () => open(path, 'r'))
  try {
    const stats = await withIoError(`look at ${path}`, () => handle.stat())
    return {
      ...(await describeImageFile(path, signal)),
      byteLength: stats.isFile() ? stats.size : undefined,
      bytes: readInOrder(handle, path, signal),
      [Symbol.asyncDispose]: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openImagePipe(
  path: string,
  pipe: AsyncIterable<Uint8Array> & AsyncDisposable,
  signal: AbortSignal | undefined,
): Promise<InstallImage> {
  try {
    return {
      ...(await describeImageFile(path, signal)),
      byteLength: undefined,
      bytes: pipe,
      [Symbol.asyncDispose]: () => pipe[Symbol.asyncDispose](),
    }
  } catch (error) {
    await pipe[Symbol.asyncDispose]()
    throw error
  }
}

async function describeImageFile(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Pick<InstallImage, 'name' | 'fileName' | 'signature'>> {
  const signature = await readSignature(`${path}.sig`, (place) =>
    readInput(place, { maxByteLength: MAX_SIGNATURE_BYTE_LENGTH, signal }),
  )
  return { name: path, fileName: path.replace(/^.*[\\/]/s, ''), signature }
}

async function* readInOrder(
  handle: FileHandle,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(READ_BYTE_LENGTH)
  while (true) {
    signal?.throwIfAborted()
    const { bytesRead } = await withIoError(`read ${path}`, () => handle.read(buffer, 0, buffer.byteLength, null))
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function openImageUrl(
  { url, signatureUrl = signatureUrlOf(url) }: Extract<ImageLocation, { kind: 'url' }>,
  options: HttpOptions,
): Promise<InstallImage> {
  const signature =
    signatureUrl === null
      ? { absent: 'its metadata names no signature' }
      : await readSignature(signatureUrl, (place) =>
          fetchSmall(place, { ...options, maxByteLength: MAX_SIGNATURE_BYTE_LENGTH }),
        )
  const file = await openUrl(url, options)
  return {
    name: redactUrl(url),
    fileName: withoutEscapes(file.name),
    byteLength: file.byteLength,
    bytes: file.bytes,
    signature,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  }
}

/** The URL with `.sig` behind its path; the query stays. */
export function signatureUrlOf(text: string): string {
  const url = URL.parse(text)
  if (!url) return `${text}.sig` // fetching says what is wrong with it
  url.pathname += '.sig'
  return url.href
}

/** The name of a file as people know it, from the last part of its URL. */
export function withoutEscapes(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name // a percent sign that escapes nothing
  }
}

/** Reads a signature from a path or a URL. One that can't be read counts as absent. */
export async function readSignature(
  place: string,
  read: (place: string) => Promise<Uint8Array>,
): Promise<InstallImage['signature']> {
  try {
    return { bytes: await read(place) }
  } catch (error) {
    if (!(error instanceof IsokitError)) throw error
    return { absent: `it has no signature that can be read (${error.message})` }
  }
}
