import { resolve } from 'node:path'
import { chunks, type Source } from '../bytes/index.ts'
import { UsageError } from '../errors.ts'
import { checkOutput, createFiles, createSha256, leadsToStdout, streamToStdout } from '../node/index.ts'
import { type MinimalIso, minimalIsoChunks } from '../operations/index.ts'
import type { CommandContext } from './context.ts'

/** Where a minimal ISO and its rootfs go. */
export interface MinimalIsoOutputs {
  /** A file to create; `undefined` when the image goes to `descriptor`. */
  readonly imagePath: string | undefined
  /** Standard output, taken. */
  readonly descriptor: number | undefined
  /** Whether what is written of the image can't be taken back: on standard output, or in a pipe. */
  readonly isFinal: boolean
  /** A file to create, if the rootfs is wanted. */
  readonly rootfsPath: string | undefined
}

/**
 * Finds out where the outputs go, and refuses what can't be written, before anything is read.
 *
 * @throws {UsageError} `STDOUT_IS_TERMINAL`, or `COMMAND_LINE_INVALID` when both outputs are one.
 * @throws {IoError} `OUTPUT_EXISTS`
 */
export async function claimOutputs(
  { image, rootfs }: { readonly image: string; readonly rootfs: string | undefined },
  context: CommandContext,
): Promise<MinimalIsoOutputs> {
  const isImageStdout = image === '-' || (await leadsToStdout(image))
  const isRootfsStdout = rootfs !== undefined && (await leadsToStdout(rootfs))
  const isOne = rootfs !== undefined && (isImageStdout ? isRootfsStdout : resolve(image) === resolve(rootfs))
  if (isOne) {
    throw new UsageError('COMMAND_LINE_INVALID', `Cannot write both the image and its rootfs to ${image}`, {
      hint: 'Give two files',
    })
  }
  const descriptor = isImageStdout || isRootfsStdout ? context.takeStdout() : undefined
  const imagePath = isImageStdout ? undefined : image
  const isFinal = imagePath === undefined || !(await checkOutput(imagePath)).isSeekable
  if (rootfs !== undefined) await checkOutput(rootfs)
  return { imagePath, descriptor: isImageStdout ? descriptor : undefined, isFinal, rootfsPath: rootfs }
}

/**
 * Writes a minimal ISO, and its rootfs if that is wanted; both are there in the end, or neither.
 *
 * A file appears when its hash has been compared, so the image is read once. What has gone to stdout can't be taken back:
 * there the image is read for its hash first, which costs less than a copy of it would.
 *
 * @throws {ImageError} `MINISO_MISMATCH`
 */
export async function writeMinimalIso(
  { minimal, rootfs }: { readonly minimal: MinimalIso; readonly rootfs: Source | undefined },
  { imagePath, descriptor, isFinal, rootfsPath }: MinimalIsoOutputs,
  { signal, onProgress, json }: CommandContext,
): Promise<{ readonly byteLength: number; readonly sha256?: string }> {
  const { byteLength } = minimal.original
  const bytesTotal = (isFinal ? 2 : 1) * byteLength + (rootfs?.byteLength ?? 0)
  let bytesDone = 0
  const advance = (chunk: Uint8Array): void => {
    bytesDone += chunk.byteLength
    onProgress({ bytesDone, bytesTotal })
  }
  const imageChunks = async () => minimalIsoChunks(minimal, { hasher: await createSha256(), signal })
  const outputHash = json ? await createSha256() : undefined
  const image = watch(await imageChunks(), (chunk) => {
    outputHash?.update(chunk)
    advance(chunk)
  })
  const files =
    rootfs && rootfsPath !== undefined
      ? [{ path: rootfsPath, content: watch(chunks(rootfs, { signal, isTransient: true }), advance) }]
      : []
  if (isFinal) for await (const chunk of await imageChunks()) advance(chunk)
  if (imagePath === undefined) {
    const toStdout = async (): Promise<void> => {
      await streamToStdout(image, { signal, ...(descriptor !== undefined && { descriptor }) })
    }
    await createFiles(files, { signal, beforeCommit: toStdout })
  } else await createFiles([{ path: imagePath, content: image }, ...files], { signal })
  return { byteLength, ...(outputHash && { sha256: outputHash.digest('hex') }) }
}

/** The chunks as they are, each shown to `look` before it is passed on. */
async function* watch(
  chunks: AsyncIterable<Uint8Array>,
  look: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    look(chunk)
    yield chunk
  }
}
