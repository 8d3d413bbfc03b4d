import { Cursor, type Extent } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { decodeDirectoryRecord } from './directory-record.ts'
import {
  DESCRIPTOR_TYPE,
  DESCRIPTOR_VERSION,
  EL_TORITO_IDENTIFIER,
  JOLIET_ESCAPE_SEQUENCES,
  ROOT_RECORD_BYTE_LENGTH,
  SECTOR_SIZE,
  STANDARD_IDENTIFIER,
} from './layout.ts'
import { decodeIsoText, decodeJolietText } from './names.ts'

/** A boot record; El Torito is the one kind in use. */
export interface BootRecordDescriptor {
  readonly type: 'boot'
  /** Where the descriptor starts, in bytes; the same for all types. */
  readonly offset: number
  /** `EL TORITO SPECIFICATION` when a boot catalog follows. */
  readonly bootSystemId: string
  readonly bootId: string
  /** Where the El Torito boot catalog starts, in bytes; absent for other boot systems. */
  readonly catalogOffset?: number
}

/** What primary and supplementary descriptors have in common. */
interface VolumeFields {
  readonly offset: number
  readonly systemId: string
  readonly volumeId: string
  /** Size of the volume in sectors of 2048 bytes, as `dev show iso` prints it. */
  readonly volumeSpaceSectorCount: number
  /** Size of the volume in bytes; padding may follow it in the image. */
  readonly volumeSpaceByteLength: number
  readonly volumeSetId: string
  readonly publisherId: string
  readonly preparerId: string
  readonly applicationId: string
  readonly root: RootDirectory
}

/** The root directory, as a volume descriptor records it. */
export interface RootDirectory {
  /** Always `.`: the root has no name. */
  readonly name: '.'
  /** Sector of the records, as `dev show iso` prints it. */
  readonly lba: number
  readonly extent: Extent
  /** Where the directory record starts, in bytes from the start of the image. */
  readonly recordOffset: number
}

/** The descriptor of the plain ISO 9660 tree. */
export interface PrimaryVolumeDescriptor extends VolumeFields {
  readonly type: 'primary'
}

/** The descriptor of the Joliet tree: the same files under Unicode names. */
export interface JolietVolumeDescriptor extends VolumeFields {
  readonly type: 'supplementary'
  readonly isJoliet: true
}

/** A supplementary descriptor that is not Joliet, or too damaged to follow. */
export interface OtherSupplementaryDescriptor {
  readonly type: 'supplementary'
  readonly offset: number
  readonly isJoliet: false
}

/** A descriptor of a type that isokit has no use for. */
export interface UnknownVolumeDescriptor {
  readonly type: 'unknown'
  readonly offset: number
  /** The descriptor's first byte. */
  readonly typeId: number
}

/** One sector of the descriptor list, which starts at sector 16. */
export type VolumeDescriptor =
  | BootRecordDescriptor
  | PrimaryVolumeDescriptor
  | JolietVolumeDescriptor
  | OtherSupplementaryDescriptor
  | UnknownVolumeDescriptor

/** Whether a sector carries the identifier that makes it a volume descriptor of ISO 9660. */
export function hasStandardIdentifier(sector: Uint8Array): boolean {
  return decodeIsoText(sector.subarray(1, 1 + STANDARD_IDENTIFIER.length)) === STANDARD_IDENTIFIER
}

/**
 * Decodes one volume descriptor from its sector.
 *
 * Layout: ECMA-119, 8; El Torito 1.0, figure 7; Joliet, 'SVD'. The identifier and the version are checked for boot records
 * and primary descriptors only: other sectors are kept by their type, whatever they hold.
 *
 * @returns `undefined` for the terminator.
 * @throws {FormatError} `ISO_DESCRIPTOR_CORRUPT`, `ISO_RECORD_CORRUPT` for the root record of a primary descriptor.
 */
export function decodeVolumeDescriptor(sector: Uint8Array, offset: number, name: string): VolumeDescriptor | undefined {
  const typeId = sector[0] ?? DESCRIPTOR_TYPE.terminator
  switch (typeId) {
    case DESCRIPTOR_TYPE.terminator:
      return undefined
    case DESCRIPTOR_TYPE.boot:
      checkHeader(sector, offset, name)
      return decodeBootRecord(sector, offset, name)
    case DESCRIPTOR_TYPE.primary:
      checkHeader(sector, offset, name)
      return { type: 'primary', ...decodeVolumeFields(sector, offset, name, decodeIsoText) }
    case DESCRIPTOR_TYPE.supplementary:
      return decodeSupplementary(sector, offset, name)
    default:
      return { type: 'unknown', offset, typeId }
  }
}

function checkHeader(sector: Uint8Array, offset: number, name: string): void {
  if (hasStandardIdentifier(sector) && sector[6] === DESCRIPTOR_VERSION) return
  throw new FormatError(
    'ISO_DESCRIPTOR_CORRUPT',
    `The volume descriptor at offset ${offset} of ${name} is not version ${DESCRIPTOR_VERSION} of ${STANDARD_IDENTIFIER}`,
  )
}

function decodeBootRecord(sector: Uint8Array, offset: number, name: string): BootRecordDescriptor {
  const cursor = new Cursor(sector, offset, name)
  cursor.skip(7) // type, identifier, version
  const bootSystemId = decodeIsoText(cursor.take(32))
  const bootId = decodeIsoText(cursor.take(32))
  const descriptor = { type: 'boot', offset, bootSystemId, bootId } as const
  if (bootSystemId !== EL_TORITO_IDENTIFIER) return descriptor
  return { ...descriptor, catalogOffset: cursor.u32le() * SECTOR_SIZE }
}

function decodeSupplementary(
  sector: Uint8Array,
  offset: number,
  name: string,
): JolietVolumeDescriptor | OtherSupplementaryDescriptor {
  const other = { type: 'supplementary', offset, isJoliet: false } as const
  const escapeSequence = decodeIsoText(sector.subarray(88, 120))
  if (!hasStandardIdentifier(sector) || !JOLIET_ESCAPE_SEQUENCES.includes(escapeSequence)) return other
  try {
    return { type: 'supplementary', isJoliet: true, ...decodeVolumeFields(sector, offset, name, decodeJolietText) }
  } catch (error) {
    if (error instanceof FormatError) return other // nothing but display depends on it
    throw error
  }
}

function decodeVolumeFields(
  sector: Uint8Array,
  offset: number,
  name: string,
  decodeText: (bytes: Uint8Array) => string,
): VolumeFields {
  const cursor = new Cursor(sector, offset, name)
  cursor.skip(8) // type, identifier, version, flags
  const systemId = decodeText(cursor.take(32))
  const volumeId = decodeText(cursor.take(32))
  cursor.skip(8) // unused
  const volumeSpaceSectorCount = cursor.u32le()
  cursor.skip(4) // same, big-endian
  cursor.skip(32) // escape sequences
  cursor.skip(36) // volume set, sequence number, block size (2048 in every image), path tables
  const root = decodeRoot(cursor, name)
  return {
    offset,
    systemId,
    volumeId,
    volumeSpaceSectorCount,
    volumeSpaceByteLength: volumeSpaceSectorCount * SECTOR_SIZE,
    volumeSetId: decodeText(cursor.take(128)),
    publisherId: decodeText(cursor.take(128)),
    preparerId: decodeText(cursor.take(128)),
    applicationId: decodeText(cursor.take(128)),
    root,
  }
}

function decodeRoot(descriptor: Cursor, name: string): RootDirectory {
  const recordOffset = descriptor.offset
  const cursor = new Cursor(descriptor.take(ROOT_RECORD_BYTE_LENGTH), recordOffset, name)
  const record = decodeDirectoryRecord(cursor, name)
  if (!record?.isDirectory) {
    throw new FormatError(
      'ISO_DESCRIPTOR_CORRUPT',
      `The volume descriptor of ${name} has no root directory at offset ${recordOffset}`,
    )
  }
  return { name: '.', lba: record.lba, extent: record.extent, recordOffset }
}
