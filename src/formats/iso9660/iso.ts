import { Cursor, type ReadOptions, type Source } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { DirectoryCache } from './directory-cache.ts'
import { decodeDirectoryRecord } from './directory-record.ts'
import { ROOT_RECORD_BYTE_LENGTH, SECTOR_SIZE, SYSTEM_AREA_BYTE_LENGTH } from './layout.ts'
import { decodeSystemUseSkip } from './system-use.ts'
import {
  decodeVolumeDescriptor,
  hasStandardIdentifier,
  type JolietVolumeDescriptor,
  type PrimaryVolumeDescriptor,
  type VolumeDescriptor,
} from './volume-descriptor.ts'

/** An ISO 9660 image whose volume descriptors have been read and checked. It stays a view of its source. */
export interface Iso9660 {
  /** The image. Whoever opened it closes it. */
  readonly source: Source
  /** How messages call the image. */
  readonly name: string
  /** All volume descriptors in their order, without the terminator. */
  readonly descriptors: readonly VolumeDescriptor[]
  /** Where the list of descriptors ends, in bytes: behind its terminator. */
  readonly descriptorsEndOffset: number
  /** The first primary descriptor: the plain ISO 9660 tree. */
  readonly primary: PrimaryVolumeDescriptor
  /** The first Joliet descriptor, when there is a tree of Unicode names. */
  readonly joliet: JolietVolumeDescriptor | undefined
  /** Bytes at the start of each record's system use area that don't belong to Rock Ridge. */
  readonly systemUseSkipByteLength: number
  /** Directories that were read before. The reader's own: it fills while the value is used. */
  readonly directoryCache: DirectoryCache
}

/** Most volume descriptors that are looked at. Real images have three or four. */
const MAX_DESCRIPTOR_COUNT = 1024

/** Volume descriptors that are read at once: more than real images have. */
const DESCRIPTORS_PER_READ = 8

/**
 * Reads the volume descriptors of an ISO 9660 image, and checks that the image is complete.
 *
 * @throws {FormatError} `ISO_NOT_FOUND` when there is no volume descriptor at sector 16, `ISO_DESCRIPTOR_CORRUPT` when one
 *   of them is damaged or no primary one is there, `ISO_RECORD_CORRUPT` when the root is damaged, `ISO_INCOMPLETE` when the
 *   volume is larger than the source, `LIMIT_EXCEEDED` when the descriptors don't end.
 */
export async function readIso9660(source: Source, options: ReadOptions = {}): Promise<Iso9660> {
  const { name } = source
  const descriptors = await readVolumeDescriptors(source, options)
  const primary = descriptors.find((descriptor) => descriptor.type === 'primary')
  if (!primary) {
    throw new FormatError('ISO_DESCRIPTOR_CORRUPT', `${name} has no primary volume descriptor`)
  }
  if (primary.volumeSpaceByteLength > source.byteLength) {
    throw new FormatError(
      'ISO_INCOMPLETE',
      `ISO image is incomplete: ${name} has ${source.byteLength} of ${primary.volumeSpaceByteLength} bytes`,
      { hint: 'Download or copy the image again' },
    )
  }
  return {
    source,
    name,
    descriptors,
    descriptorsEndOffset: SYSTEM_AREA_BYTE_LENGTH + (descriptors.length + 1) * SECTOR_SIZE,
    primary,
    joliet: descriptors.find((descriptor) => descriptor.type === 'supplementary' && descriptor.isJoliet),
    systemUseSkipByteLength: await readSystemUseSkip(source, primary, options),
    directoryCache: new DirectoryCache(),
  }
}

async function readVolumeDescriptors(source: Source, options: ReadOptions): Promise<readonly VolumeDescriptor[]> {
  const descriptors: VolumeDescriptor[] = []
  while (descriptors.length < MAX_DESCRIPTOR_COUNT) {
    options.signal?.throwIfAborted()
    const startOffset = SYSTEM_AREA_BYTE_LENGTH + descriptors.length * SECTOR_SIZE
    const sectorCount = Math.min(DESCRIPTORS_PER_READ, Math.floor((source.byteLength - startOffset) / SECTOR_SIZE))
    if (sectorCount <= 0) throw endsEarly(source, descriptors.length)

    const bytes = await source.read(startOffset, sectorCount * SECTOR_SIZE, options)
    for (let position = 0; position < bytes.byteLength; position += SECTOR_SIZE) {
      const sector = bytes.subarray(position, position + SECTOR_SIZE)
      if (descriptors.length === 0 && !hasStandardIdentifier(sector)) throw notAnIso(source)
      const descriptor = decodeVolumeDescriptor(sector, startOffset + position, source.name)
      if (!descriptor) return descriptors
      descriptors.push(descriptor)
    }
  }
  throw new FormatError(
    'LIMIT_EXCEEDED',
    `${source.name} has more than ${MAX_DESCRIPTOR_COUNT} volume descriptors, and none that ends their list`,
  )
}

/** The root's first record is the root itself, and says how Rock Ridge shares the records with others. */
async function readSystemUseSkip(
  source: Source,
  { root }: PrimaryVolumeDescriptor,
  options: ReadOptions,
): Promise<number> {
  const { offset, byteLength } = root.extent
  const available = Math.min(SECTOR_SIZE, byteLength, source.byteLength - offset)
  if (available < ROOT_RECORD_BYTE_LENGTH) return 0 // a root without records: reading it will say so
  const bytes = await source.read(offset, available, options)
  const self = decodeDirectoryRecord(new Cursor(bytes, offset, source.name), source.name)
  return self ? decodeSystemUseSkip(self.systemUse) : 0
}

function notAnIso(source: Source): FormatError {
  return new FormatError(
    'ISO_NOT_FOUND',
    `${source.name} is not an ISO image: there is no volume descriptor at offset ${SYSTEM_AREA_BYTE_LENGTH}`,
    { hint: 'Pass a live ISO image' },
  )
}

function endsEarly(source: Source, descriptorCount: number): FormatError {
  if (descriptorCount === 0) return notAnIso(source)
  return new FormatError(
    'ISO_DESCRIPTOR_CORRUPT',
    `${source.name} ends before volume descriptor ${descriptorCount + 1}, at ${source.byteLength} bytes`,
    { hint: 'Download or copy the image again' },
  )
}
