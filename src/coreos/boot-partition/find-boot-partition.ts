import type { Extent, Source } from '../../bytes/index.ts'
import { ImageError } from '../../errors.ts'
import { decodeSuperblock, SUPERBLOCK_BYTE_LENGTH, type Superblock } from '../../formats/superblock/index.ts'

/** A filesystem that a boot partition can have. */
export type BootFilesystem = Superblock['type']

/** Where the files of `/boot` are. */
export interface BootPartitionPlace {
  readonly extent: Extent
  readonly filesystem: BootFilesystem
}

/** By which an installed system finds it, too. */
const LABEL = 'boot'

/**
 * Finds the partition whose filesystem has the label `boot`.
 *
 * @param extents the partitions, in the order of their numbers.
 * @throws {ImageError} `BOOT_PARTITION_NOT_FOUND` when there is none, or several.
 */
export async function findBootPartition(source: Source, extents: readonly Extent[]): Promise<BootPartitionPlace> {
  const found: { readonly extent: Extent; readonly superblock: Superblock | undefined }[] = []
  for (const extent of extents) {
    const head = await source.read(extent.offset, Math.min(extent.byteLength, SUPERBLOCK_BYTE_LENGTH))
    found.push({ extent, superblock: decodeSuperblock(head) })
  }
  const places = found.flatMap(({ extent, superblock }) =>
    superblock?.label === LABEL ? [{ extent, filesystem: superblock.type }] : [],
  )
  const [place] = places
  if (place && places.length === 1) return place

  const count = place ? `${places.length} filesystems` : 'no filesystem'
  const list = found.map(({ extent, superblock }) => `at offset ${extent.offset} ${describe(superblock)}`).join('; ')
  throw new ImageError(
    'BOOT_PARTITION_NOT_FOUND',
    `${source.name} has ${count} with the label ${LABEL}, and one is needed for the boot partition. Partitions: ${list || 'none'}`,
    { hint: 'Use an image of CoreOS for metal' },
  )
}

function describe(superblock: Superblock | undefined): string {
  return superblock
    ? `${superblock.type} with the label ${JSON.stringify(superblock.label)}`
    : 'neither ext2, ext3, ext4 nor XFS'
}
