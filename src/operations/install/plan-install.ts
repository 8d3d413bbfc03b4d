import type { Extent, Patch } from '../../bytes/index.ts'
import { type BootCustomization, bootContentsByteLength } from '../../coreos/index.ts'
import { FormatError, ImageError } from '../../errors.ts'
import {
  decodePartitionTable,
  describePartition,
  type GptPartition,
  type PartitionTable,
} from '../../formats/gpt/index.ts'
import { HEAD_BYTE_LENGTH } from './image-stream.ts'
import type { InstallPlan, SavedPartition } from './install-plan.ts'
import {
  outside,
  planMergedTable,
  planTableReset,
  planWipe,
  type TableTarget,
  type WriteSteps,
} from './partition-tables.ts'
import { NOTHING_TO_SAVE, type PartitionsToSave } from './partitions-to-save.ts'
import { IMAGE_HINT, requireDiskImage } from './recognize-image.ts'
import { renumberPartitions } from './renumber-partitions.ts'
import { requireSectorSize } from './sector-size.ts'

/** What an installation is planned from. */
export interface PlanInstallOptions {
  readonly target: TableTarget
  /** The first {@link HEAD_BYTE_LENGTH} bytes of the image. */
  readonly head: Uint8Array
  /** How messages call the image; `the image` unless given. */
  readonly imageName?: string | undefined
  /** What `readSavedPartitions` found; nothing is saved without. */
  readonly saved?: PartitionsToSave | undefined
  /** What is to change on the boot partition, so that there has to be one with room for it. */
  readonly boot?: BootCustomization | undefined
  /** A random GUID, for the table that the disk has while the image is being written. */
  readonly diskGuid: string
}

/** What is known of the image. */
interface ImageFacts {
  readonly name: string
  readonly table: PartitionTable | undefined
  /** Bytes that it has, or has at least. */
  readonly byteLength: number
}

const BOOT_PARTITION_NAME = 'boot'

const COLLISION_HINT = 'Do not save that partition, or move it further back'

/**
 * Plans an installation, and refuses whatever can be known to fail before anything is written.
 *
 * @throws {ImageError} `NOT_A_DISK_IMAGE`; `BOOT_PARTITION_NOT_FOUND` when it is needed and the image has no table,
 *   `INPUT_TOO_LARGE` when it is too small for what goes there;
 *   `SECTOR_SIZE_MISMATCH`; `DISK_TOO_SMALL`; `PARTITION_COLLISION` when a saved partition is where the
 *   image has to be; `PARTITIONS_UNSAVABLE` when the image has no table that could take the saved ones;
 *   `PARTITIONS_INVALID` when the partitions of both can't be in one table.
 * @throws {FormatError} `GPT_CORRUPT` when the image's table is damaged.
 */
export function planInstall(options: PlanInstallOptions): InstallPlan {
  const { target, head, saved = NOTHING_TO_SAVE, diskGuid, imageName = 'the image', boot } = options
  requireDiskImage(head, imageName)
  const sectorSize = requireSectorSize(target)
  const table = decodePartitionTable(head, { sectorSize, name: imageName })
  if (table) checkBackupPlace(table, imageName)
  else if (boot) throw noBootPartition(imageName)
  const image = { name: imageName, table, byteLength: Math.max(HEAD_BYTE_LENGTH, table ? endOf(table.otherHeader) : 0) }
  checkRoom(image, target, saved.partitions)
  if (table && boot) checkBootRoom(table.partitions, boot, imageName)

  const renumbered = renumberPartitions(table?.partitions ?? [], saved.partitions)
  return {
    imagePartitions: table?.partitions,
    imageByteLength: table && image.byteLength,
    saved: renumbered,
    // An image without a table has no use for ours, which would stay behind at the disk's end.
    reset: table || saved.partitions.length > 0 ? planTableReset(saved, target, diskGuid) : [planWipe(target, [])],
    withheld: [{ offset: 0, byteLength: HEAD_BYTE_LENGTH }, ...backupExtents(table)],
    limit: findLimit(saved.partitions),
    finish: planFinish(head, { target, image, saved, renumbered }),
  }
}

function noBootPartition(imageName: string): ImageError {
  return new ImageError(
    'BOOT_PARTITION_NOT_FOUND',
    `${imageName} has no partition table, so there is no boot partition that could be customized`,
    { hint: IMAGE_HINT },
  )
}

/** By the name that boot partitions have; where there is none of that name, it can be any. */
function checkBootRoom(partitions: readonly GptPartition[], boot: BootCustomization, imageName: string): void {
  const named = partitions.filter(({ name }) => name === BOOT_PARTITION_NAME)
  const [largest] = (named.length > 0 ? named : partitions).toSorted(
    (a, b) => b.extent.byteLength - a.extent.byteLength,
  )
  const byteLength = bootContentsByteLength(boot)
  if (!largest || byteLength <= largest.extent.byteLength) return
  throw new ImageError(
    'INPUT_TOO_LARGE',
    `The Ignition config and network settings have ${byteLength} bytes, more than the ${largest.extent.byteLength} of ${imageName}'s ${describePartition(largest)}`,
    { hint: 'Let the config fetch what is large from the network' },
  )
}

/** A backup in the midst of partitions can't be kept back from them. */
function checkBackupPlace({ partitions, otherHeader }: PartitionTable, imageName: string): void {
  const inside = partitions.find(({ extent }) => endOf(extent) > otherHeader.offset)
  if (!inside) return
  throw new FormatError(
    'GPT_CORRUPT',
    `The partition table of ${imageName} says that its backup is at offset ${otherHeader.offset}, before the end of ${describePartition(inside)}`,
    { hint: 'Use an image that nobody has tampered with' },
  )
}

function checkRoom(image: ImageFacts, target: TableTarget, saved: readonly GptPartition[]): void {
  const what = `Cannot install ${image.name} on ${target.name}`
  if (image.byteLength > target.byteLength) {
    const sizes = `it has ${image.byteLength} bytes, and the disk ${target.byteLength}`
    throw new ImageError('DISK_TOO_SMALL', `${what}: ${sizes}`, { hint: 'Use a larger disk' })
  }
  const limit = findLimit(saved)
  if (!limit) return
  if (!image.table) {
    throw new ImageError('PARTITIONS_UNSAVABLE', `${what}: it has no GPT that partitions could be saved in`, {
      hint: 'Save no partitions, or use an image with a GPT',
    })
  }
  const pairs = saved.flatMap((kept) => (image.table?.partitions ?? []).map((own) => ({ own, kept })))
  const overlap = pairs.find(({ own, kept }) => overlaps(own.extent, kept.extent))
  if (overlap) {
    const { own, kept } = overlap
    throw new ImageError(
      'PARTITION_COLLISION',
      `${what}: invalid partition boundaries, its ${describePartition(own)} is in collision with ${describePartition(kept)} at offset ${kept.extent.offset}, which is to be saved`,
      { hint: COLLISION_HINT },
    )
  }
  if (image.byteLength > limit.offset) {
    throw new ImageError(
      'PARTITION_COLLISION',
      `${what}: its ${image.byteLength} bytes are in collision with ${describePartition(limit.partition)} at offset ${limit.offset}, which is to be saved`,
      { hint: COLLISION_HINT },
    )
  }
}

function findLimit(saved: readonly GptPartition[]): InstallPlan['limit'] {
  const [partition] = [...saved].sort((a, b) => a.extent.offset - b.extent.offset)
  return partition && { offset: partition.extent.offset, partition }
}

/** Where the image's backup table is, as far as that is behind the head. The entries stand right before the header. */
function backupExtents(table: PartitionTable | undefined): readonly Extent[] {
  if (!table) return []
  const end = endOf(table.otherHeader)
  const lastPartitionEnd = Math.max(...table.partitions.map(({ extent }) => endOf(extent)), HEAD_BYTE_LENGTH)
  const offset = Math.max(lastPartitionEnd, table.otherHeader.offset - table.entriesByteLength)
  return end > offset ? [{ offset, byteLength: end - offset }] : []
}

interface FinishFacts {
  readonly target: TableTarget
  readonly image: ImageFacts
  readonly saved: PartitionsToSave
  readonly renumbered: readonly SavedPartition[]
}

function planFinish(head: Uint8Array, { target, image, saved, renumbered }: FinishFacts): WriteSteps {
  const { table } = image
  if (!table) return [[{ offset: 0, bytes: head, label: 'first MiB' }]]
  if (renumbered.length > 0) {
    const moved = renumbered.map(({ partition, newNumber }) => ({ ...partition, number: newNumber }))
    const contents = { diskGuid: table.diskGuid, partitions: [...table.partitions, ...moved] }
    return planMergedTable(head, target, { contents, soundCopy: saved.copy })
  }

  const headers = [{ offset: table.sectorSize, byteLength: table.sectorSize }, table.otherHeader]
  const whole = { offset: 0, byteLength: HEAD_BYTE_LENGTH }
  const rest = outside(whole, headers)
  const last = outside(whole, rest)
  return [
    [...rest.map((extent) => cut(head, extent, 'first MiB')), ...planBackupRemoval(target, image, table)],
    last.map((extent) => cut(head, extent, 'GPT header')),
  ]
}

/** Takes the header of the empty table's backup away, unless the image has come to lie there: the image has its own. */
function planBackupRemoval(target: TableTarget, image: ImageFacts, { sectorSize }: PartitionTable): readonly Patch[] {
  const offset = target.byteLength - (target.byteLength % sectorSize) - sectorSize
  return offset < image.byteLength ? [] : [{ offset, bytes: new Uint8Array(sectorSize), label: 'zeros' }]
}

function cut(head: Uint8Array, { offset, byteLength }: Extent, label: string): Patch {
  return { offset, bytes: head.subarray(offset, offset + byteLength), label }
}

function overlaps(a: Extent, b: Extent): boolean {
  return a.offset < endOf(b) && b.offset < endOf(a)
}

function endOf({ offset, byteLength }: Extent): number {
  return offset + byteLength
}
