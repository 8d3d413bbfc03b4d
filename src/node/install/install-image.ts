import { type Hash, randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { checkBootCustomization } from '../../coreos/index.ts'
import {
  type ImageStream,
  NOTHING_TO_SAVE,
  openImageStream,
  type PartitionsToSave,
  partitionFilter,
  planInstall,
  readSavedPartitions,
  runInstall,
  type TargetState,
} from '../../operations/index.ts'
import { decompressImage } from '../codecs/index.ts'
import { firstFailure } from '../first-failure.ts'
import { checkOutput } from '../output.ts'
import { createSha256 } from '../sha256.ts'
import { chooseImage } from './choose-image.ts'
import { createImageChecks } from './create-image-checks.ts'
import type { Installed, InstallOptions, InstallRequest } from './install-request.ts'
import { type InstallImage, openInstallImage } from './open-install-image.ts'
import { createTargetFile, type OpenedTarget, openTargetDevice } from './open-target.ts'
import { createPartitionBackup } from './partition-backup.ts'

/** Images for files that are to be disks are those for sectors of this size, unless the image itself says otherwise. */
const DEFAULT_SECTOR_SIZE = 512

/**
 * Installs an image on a disk, or makes a file that is a disk with it.
 *
 * Everything that can be refused is refused before the first write: a disk in use, an image without proof, partitions that
 * can't be saved. Then {@link InstallOptions.approve} decides. Filters and consoles are values of the pure entry
 * (`partitionFilter`, `parseConsoleSpec`), and an Ignition config is taken as it is: `validateIgnition` judges it.
 *
 * After a failure, and an abort is one, {@link InstallOptions.onFailure} is told what the target has, and the first error is
 * thrown.
 *
 * @returns `undefined` when it was decided not to go on.
 * @throws {UsageError} for a customization that no boot partition could take.
 * @throws {ImageError} `SIGNATURE_MISSING`, `SIGNATURE_KEY_MISSING`, `DISK_TOO_SMALL`, `PARTITION_COLLISION` and others.
 * @throws {FormatError} `SIGNATURE_INVALID`, `CHECKSUM_MISMATCH`, `UNEXPECTED_END`, and what decompressing throws.
 * @throws {IoError} `DEVICE_BUSY`, `WRITE_NOT_KEPT`, and what files, devices and the network throw.
 */
export async function installImage(
  request: InstallRequest,
  options: InstallOptions = {},
): Promise<Installed | undefined> {
  if (request.boot) checkBootCustomization(request.boot)
  const standing: Standing = {
    target: undefined,
    state: 'untouched',
    saved: NOTHING_TO_SAVE,
    partitionBackup: undefined,
  }
  try {
    return await install({ request, options, standing })
  } catch (error) {
    const { target } = standing
    if (target) options.onFailure?.({ ...standing, target })
    throw firstFailure(error)
  }
}

/** How things stand with the target: what is told when it fails. */
interface Standing {
  /** Until it is open, `undefined`. */
  target: OpenedTarget | undefined
  state: TargetState
  saved: PartitionsToSave
  partitionBackup: string | undefined
}

interface Installation {
  readonly request: InstallRequest
  readonly options: InstallOptions
  readonly standing: Standing
}

async function install(installation: Installation): Promise<Installed | undefined> {
  const { target } = installation.request
  if (target.kind === 'file') {
    await checkOutput(target.path, { overwrite: target.overwrite ?? false })
    return await withImage(installation, DEFAULT_SECTOR_SIZE, async (used) => {
      await using file = await createTargetFile(target, used.stream, installation.options.signal)
      return await installOn(file, installation, used)
    })
  }
  await using device = await openTargetDevice(target, installation.options.signal)
  installation.standing.target = device
  return await withImage(installation, device.sectorSize, (used) => installOn(device, installation, used))
}

/** An image while it is open. */
interface UsedImage {
  readonly image: InstallImage
  readonly stream: ImageStream
  /** Of the bytes that have arrived. */
  readonly hasher: Hash | undefined
  /** What is to be proved, as clauses. */
  readonly toProve: readonly string[]
}

/** Opens the image, with what has to be proved of it, for as long as it is used. */
async function withImage<Result>(
  { request, options: { onNotice, signal } }: Installation,
  sectorSize: number,
  use: (image: UsedImage) => Promise<Result>,
): Promise<Result> {
  const { trust, memoryBudget } = request
  const http = { ...request.http, signal: signal ?? request.http?.signal }
  const { location, metadata } = await chooseImage(request.image, sectorSize, http)
  await using image = await openInstallImage(location, http)
  const { checks, notices } = await createImageChecks(image, { trust, metadata, signal })
  for (const notice of notices) onNotice?.(notice)
  const decompress = (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
    decompressImage(bytes, { name: image.name, memoryBudget, signal })
  const hasher = request.hash ? await createSha256() : undefined
  const bytes = hasher ? hashing(image.bytes, hasher) : image.bytes
  const stream = await openImageStream({ ...image, bytes }, { checks, decompress, signal })
  await using _ = { [Symbol.asyncDispose]: () => stream.close() }
  return await use({ image, stream, hasher, toProve: checks.map(({ aim }) => aim) })
}

async function* hashing(bytes: AsyncIterable<Uint8Array>, hasher: Hash): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of bytes) {
    hasher.update(piece)
    yield piece
  }
}

async function installOn(
  target: OpenedTarget,
  { request, options, standing }: Installation,
  { image, stream, hasher, toProve }: UsedImage,
): Promise<Installed | undefined> {
  const { boot, skipReadBack, preserveOnError } = request
  const { signal, onNotice, onProgress } = options
  standing.target = target
  const { filter = partitionFilter({}) } = request
  const saved = await readSavedPartitions(target, filter, { signal })
  standing.saved = saved
  // A new file has no partitions, and nobody has put any of theirs there.
  const unmatched = target.kind === 'device' ? filter.findUnmatched(saved.partitions) : []
  for (const wanted of unmatched) onNotice?.(`Nothing is saved by ${wanted}: no partition of ${target.name} has it`)
  const { head, name: imageName } = stream
  const plan = planInstall({ target, head, imageName, saved, boot, diskGuid: randomUUID() })
  for (const notice of await target.foresee()) onNotice?.(notice)
  const isApproved = await (options.approve?.({ target, image, saved, plan, toProve }) ?? true)
  if (!isApproved) return undefined
  signal?.throwIfAborted()

  const backup =
    saved.partitions.length > 0 ? await createPartitionBackup(saved, target, request.partitionBackup) : undefined
  standing.partitionBackup = backup?.path
  try {
    const result = await runInstall(plan, {
      target,
      image: stream,
      boot: boot && { customization: boot, open: (extent, filesystem) => target.openBoot(extent, filesystem) },
      ...{ skipReadBack, preserveOnError, crc32, onProgress, signal },
      onState: (state) => {
        standing.state = state
      },
    })
    const notices = [...result.notices, ...(await target.commit())]
    return { target, image, saved, plan, toProve, result: { ...result, notices }, sha256: hasher?.digest('hex') }
  } catch (error) {
    await target.abandon().catch(() => {}) // the first failure says more
    throw error
  } finally {
    if (backup && isInPlace(standing.state) && (await backup.discard())) standing.partitionBackup = undefined
  }
}

/** Whether the saved partitions are in a table on the disk itself. */
function isInPlace(state: TargetState): boolean {
  return state === 'untouched' || state === 'reset' || state === 'installed'
}
