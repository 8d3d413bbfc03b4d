import { type Extent, equalBytes, type Patch, crc32 as portableCrc32 } from '../../bytes/index.ts'
import {
  type BootCustomization,
  type BootFilesystem,
  type BootPartition,
  findBootPartition,
  planBootChanges,
} from '../../coreos/index.ts'
import { FormatError } from '../../errors.ts'
import { describePartition } from '../../formats/gpt/index.ts'
import { HEAD_BYTE_LENGTH, type ImageStream } from './image-stream.ts'
import type { InstallPlan } from './install-plan.ts'
import type { InstallTarget } from './install-target.ts'
import { notKept, readBackRuns, type WrittenBody, writeBody } from './write-image.ts'

/** What an installation does at the moment. */
export type InstallPhase = 'write' | 'verify' | 'customize' | 'finish'

/** How far a phase of an installation is. */
export interface InstallProgress {
  readonly phase: InstallPhase
  /** Bytes of the image, decompressed, that are written or read back. */
  readonly bytesDone: number
  /** Absent while nobody knows. */
  readonly bytesTotal?: number
}

/** What the target has while an installation runs, and when it has failed. */
export type TargetState =
  /** What it had before. */
  | 'untouched'
  /** A part of an image under a partition table that has the saved partitions, or none: it does not boot. */
  | 'incomplete'
  /** What came first was written once more, after a failure: a table with the saved partitions, or none. */
  | 'reset'
  /** As the failure left it, on request. */
  | 'preserved'
  /** As the failure left it, since making the partition table failed as well. */
  | 'uncertain'
  /** The image, whole and customized. */
  | 'installed'

/** Options of {@link runInstall}. */
export interface RunInstallOptions {
  readonly target: InstallTarget
  readonly image: ImageStream
  /** What changes on the boot partition, and how to open it. Nothing changes there without. */
  readonly boot?:
    | {
        readonly customization: BootCustomization
        readonly open: (extent: Extent, filesystem: BootFilesystem) => Promise<BootPartition>
      }
    | undefined
  /** Leaves out reading back what was written. */
  readonly skipReadBack?: boolean | undefined
  /** Leaves the target as it is after a failure. */
  readonly preserveOnError?: boolean | undefined
  /** A faster CRC-32 than the portable one. */
  readonly crc32?: ((bytes: Uint8Array) => number) | undefined
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined
  /** Told whenever the target's state changes. */
  readonly onState?: ((state: TargetState) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What an installation has done. */
export interface InstallResult {
  /** Bytes of the image, decompressed. */
  readonly imageByteLength: number
  /** What was proved about the image, as clauses. */
  readonly proofs: readonly string[]
  /** Paths that changed on the boot partition, in order. */
  readonly bootPaths: readonly string[]
  /** What may not be meant, in sentences. */
  readonly notices: readonly string[]
}

/**
 * Installs an image as planned. The order is what makes it safe to be killed at any time: a table without the image's
 * partitions comes first; then the image from its first MiB on; then everything is proved and read back; then the boot
 * partition is customized; and only then does the disk get the table by which it boots.
 *
 * After a failure the table is made once more as at the start, and the failure is thrown; `onState` has said what the
 * target has then. An abort is a failure, too.
 *
 * @throws {ImageError} `PARTITION_COLLISION`, `DISK_TOO_SMALL`, what customizing the boot partition throws.
 * @throws {FormatError} what the image's checks and decompressing it throw; `UNEXPECTED_END` when partitions of the image
 *   are missing.
 * @throws {IoError} `WRITE_NOT_KEPT`, and what the target throws.
 */
export async function runInstall(plan: InstallPlan, options: RunInstallOptions): Promise<InstallResult> {
  const { target, onState, preserveOnError = false } = options
  onState?.('incomplete')
  try {
    const result = await writeEverything(plan, options)
    onState?.('installed')
    return result
  } catch (error) {
    if (preserveOnError) onState?.('preserved')
    else onState?.(await reset(plan, target))
    throw error
  }
}

async function writeEverything(plan: InstallPlan, options: RunInstallOptions): Promise<InstallResult> {
  const { target, image, skipReadBack = false, crc32 = portableCrc32, onProgress, signal } = options
  const inPhase = (phase: InstallPhase, bytesTotal?: number) => (bytesDone: number) =>
    onProgress?.({ phase, bytesDone, ...(bytesTotal === undefined ? {} : { bytesTotal }) })

  await writeSteps(target, plan.reset)
  signal?.throwIfAborted()

  const withheldByteLength = plan.withheld.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const bodyByteLength = plan.imageByteLength === undefined ? undefined : plan.imageByteLength - withheldByteLength
  const writing = { start: HEAD_BYTE_LENGTH, plan, crc32, onBytes: inPhase('write', bodyByteLength), signal }
  const body = await writeBody(target, image.body, writing)
  const proofs = await image.finish()
  checkEnd(plan, image, body)
  await target.flush()

  if (!skipReadBack) {
    const byteLength = body.runs.reduce((sum, run) => sum + run.byteLength, 0)
    await readBackRuns(target, body.runs, { crc32, onBytes: inPhase('verify', byteLength), signal })
  }
  signal?.throwIfAborted()

  inPhase('customize')(0)
  const { paths, notices } = await customizeBoot(plan, options)
  signal?.throwIfAborted()

  inPhase('finish')(0)
  await finish(plan, target, body, { skipReadBack })
  return { imageByteLength: body.end, proofs, bootPaths: paths, notices }
}

/** An image that isn't compressed can break off anywhere, in a pipe for instance, and nothing in it tells. */
function checkEnd({ imagePartitions = [] }: InstallPlan, { name }: ImageStream, { end }: WrittenBody): void {
  const cut = imagePartitions.find(({ extent }) => extent.offset + extent.byteLength > end)
  if (!cut) return
  throw new FormatError(
    'UNEXPECTED_END',
    `${name} ended after ${end} bytes, before the end of its ${describePartition(cut)}`,
    { hint: 'Check that the image is complete' },
  )
}

async function customizeBoot(
  { imagePartitions = [] }: InstallPlan,
  { target, boot }: RunInstallOptions,
): Promise<{ readonly paths: readonly string[]; readonly notices: readonly string[] }> {
  if (!boot) return { paths: [], notices: [] }
  const { extent, filesystem } = await findBootPartition(
    target,
    imagePartitions.map((partition) => partition.extent),
  )
  const partition = await boot.open(extent, filesystem)
  let changed: { readonly paths: readonly string[]; readonly notices: readonly string[] }
  try {
    const { changes, notices } = await planBootChanges(partition, boot.customization)
    await partition.apply(changes)
    changed = { paths: changes.map(({ path }) => path), notices }
  } catch (error) {
    await partition.close().catch(() => {}) // the first failure says more
    throw error
  }
  await partition.close()
  return changed
}

/** Gives the disk what makes it bootable, the header of the partition table last. */
async function finish(
  plan: InstallPlan,
  target: InstallTarget,
  body: WrittenBody,
  { skipReadBack }: { readonly skipReadBack: boolean },
): Promise<void> {
  // An image may go on behind what its table says, up to where the plan would tidy the disk's end.
  const isOutside = ({ offset }: Patch): boolean => offset < HEAD_BYTE_LENGTH || offset >= body.end
  const steps = plan.finish.map((step) => step.filter(isOutside))
  await writeSteps(target, [body.withheld, ...steps])
  if (skipReadBack) return
  for (const { offset, bytes } of [...body.withheld, ...steps.flat()]) {
    const kept = new Uint8Array(bytes.byteLength)
    await target.readBack(offset, kept)
    if (!equalBytes(kept, bytes)) throw notKept(target, { offset, byteLength: bytes.byteLength })
  }
}

/** Writes the steps one after the other, each of them on the medium before the next begins. */
async function writeSteps(target: InstallTarget, steps: readonly (readonly Patch[])[]): Promise<void> {
  for (const step of steps) {
    for (const { offset, bytes } of step) await target.write(offset, bytes)
    await target.flush()
  }
}

async function reset(plan: InstallPlan, target: InstallTarget): Promise<TargetState> {
  try {
    await writeSteps(target, plan.reset)
    return 'reset'
  } catch {
    return 'uncertain' // the failure that led here is what people need to know
  }
}
