import { Cursor, type ReadOptions } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { Iso9660 } from './iso.ts'
import {
  CATALOG_ENTRY_BYTE_LENGTH,
  CATALOG_ENTRY_ID,
  EL_TORITO_LOAD_SECTOR_SIZE,
  EL_TORITO_PLATFORM,
  SECTOR_SIZE,
} from './layout.ts'
import { decodeIsoText } from './names.ts'

/** The El Torito boot catalog: what firmware may start from this image when it is a CD. */
export interface ElTorito {
  /** Where the catalog starts, in bytes. */
  readonly offset: number
  /** Who made the catalog; usually empty. */
  readonly id: string
  /** The initial entry, then those of the sections, in catalog order. */
  readonly entries: readonly BootEntry[]
  /** What is wrong with the catalog though firmware may bear it, as sentences. */
  readonly problems: readonly string[]
}

/** The machines that a boot entry is for. */
export type BootPlatform = 'x86' | 'powerpc' | 'mac' | 'efi' | 'unknown'

/** What drive the firmware pretends to boot from; modern images say `none`. */
export type BootEmulation = 'none' | 'floppy-1.2' | 'floppy-1.44' | 'floppy-2.88' | 'hard-disk' | 'unknown'

/** One image that firmware may start. */
export interface BootEntry {
  /** Where the entry stands in the image, in bytes. */
  readonly entryOffset: number
  readonly platform: BootPlatform
  /** The platform's number in the catalog. */
  readonly platformId: number
  readonly isBootable: boolean
  readonly emulation: BootEmulation
  /** Real-mode segment to load at; 0 means the default of 0x7C0. */
  readonly loadSegment: number
  /** Partition type of an emulated hard disk. */
  readonly systemType: number
  /** How many sectors of 512 bytes the firmware loads. 0 and 1 are seen for EFI and mean the whole file. */
  readonly sectorCount: number
  /** The same in bytes. */
  readonly loadByteLength: number
  /** Where the boot image starts, in bytes. */
  readonly offset: number
}

/** Most bytes of a catalog that are read: 256 entries, and real ones have two to four. */
const MAX_CATALOG_BYTE_LENGTH: number = 4 * SECTOR_SIZE

/** What the 16-bit words of a validation entry add up to, modulo 65536, is 0; its last two bytes are these. */
const VALIDATION_KEY: readonly [number, number] = [0x55, 0xaa]

/** Flag of an entry's media byte and of an extension's second byte: an extension follows. */
const EXTENSION_FOLLOWS = 0x20

const PLATFORMS: Readonly<Record<number, BootPlatform>> = {
  [EL_TORITO_PLATFORM.x86]: 'x86',
  [EL_TORITO_PLATFORM.powerPc]: 'powerpc',
  [EL_TORITO_PLATFORM.mac]: 'mac',
  [EL_TORITO_PLATFORM.efi]: 'efi',
}

const EMULATIONS: readonly BootEmulation[] = ['none', 'floppy-1.2', 'floppy-1.44', 'floppy-2.88', 'hard-disk']

/**
 * Reads the boot catalog.
 *
 * Layout: El Torito 1.0, 2.
 *
 * @returns `undefined` when no boot record leads to a catalog.
 * @throws {FormatError} `ISO_BOOT_CATALOG_CORRUPT` when none stands where the boot record says.
 */
export async function readElTorito(iso: Iso9660, options: ReadOptions = {}): Promise<ElTorito | undefined> {
  const offset = catalogOffsetOf(iso)
  if (offset === undefined) return undefined
  const available = Math.min(MAX_CATALOG_BYTE_LENGTH, iso.source.byteLength - offset)
  if (available < 2 * CATALOG_ENTRY_BYTE_LENGTH) throw noCatalog(iso, offset, 'which is outside of it')
  const bytes = await iso.source.read(offset, available, options)
  return decodeCatalog(iso, bytes, offset)
}

function catalogOffsetOf(iso: Iso9660): number | undefined {
  for (const descriptor of iso.descriptors) {
    if (descriptor.type === 'boot' && descriptor.catalogOffset !== undefined) return descriptor.catalogOffset
  }
  return undefined
}

function decodeCatalog(iso: Iso9660, bytes: Uint8Array, offset: number): ElTorito {
  const validation = bytes.subarray(0, CATALOG_ENTRY_BYTE_LENGTH)
  const isValidation =
    validation[0] === CATALOG_ENTRY_ID.validation &&
    validation[30] === VALIDATION_KEY[0] &&
    validation[31] === VALIDATION_KEY[1]
  if (!isValidation) throw noCatalog(iso, offset, 'where no validation entry stands')

  const problems: string[] = []
  if (wordSum(validation) !== 0) problems.push(`The checksum of the boot catalog at offset ${offset} is wrong`)
  const cursor = new Cursor(bytes.subarray(CATALOG_ENTRY_BYTE_LENGTH), offset + CATALOG_ENTRY_BYTE_LENGTH, iso.name)
  const entries = [decodeEntry(cursor, validation[1] ?? 0).entry, ...decodeSections(cursor, problems)]
  for (const entry of entries) {
    const isInside = entry.offset + entry.loadByteLength <= iso.source.byteLength
    if (!isInside) problems.push(`The boot image at offset ${entry.offset} lies outside of the image`)
  }
  return { offset, id: decodeIsoText(validation.subarray(4, 28)), entries, problems }
}

/** Entries behind the initial one: sections of a header and the entries that it counts. */
function* decodeSections(cursor: Cursor, problems: string[]): Generator<BootEntry, void, undefined> {
  while (cursor.remainingByteLength >= CATALOG_ENTRY_BYTE_LENGTH) {
    const headerOffset = cursor.offset
    const header = new Cursor(cursor.take(CATALOG_ENTRY_BYTE_LENGTH), headerOffset)
    const headerId = header.u8()
    if (headerId !== CATALOG_ENTRY_ID.sectionHeader && headerId !== CATALOG_ENTRY_ID.lastSectionHeader) return
    const platformId = header.u8()
    const entryCount = header.u16le()
    for (let index = 0; index < entryCount; index++) {
      if (cursor.remainingByteLength < CATALOG_ENTRY_BYTE_LENGTH) {
        problems.push(
          `The boot catalog ends before entry ${index + 1} of ${entryCount} of its section at ${headerOffset}`,
        )
        return
      }
      const { entry, hasExtension, id } = decodeEntry(cursor, platformId)
      if (id !== CATALOG_ENTRY_ID.bootable && id !== CATALOG_ENTRY_ID.notBootable) {
        problems.push(`The boot catalog has no entry at offset ${entry.entryOffset}, where its section says so`)
        return
      }
      yield entry
      if (hasExtension) skipExtensions(cursor)
    }
    if (headerId === CATALOG_ENTRY_ID.lastSectionHeader) return
  }
}

function decodeEntry(
  cursor: Cursor,
  platformId: number,
): { readonly entry: BootEntry; readonly id: number; readonly hasExtension: boolean } {
  const entryOffset = cursor.offset
  const fields = new Cursor(cursor.take(CATALOG_ENTRY_BYTE_LENGTH), entryOffset)
  const id = fields.u8()
  const media = fields.u8()
  const loadSegment = fields.u16le()
  const systemType = fields.u8()
  fields.skip(1) // unused
  const sectorCount = fields.u16le()
  const entry: BootEntry = {
    entryOffset,
    platform: PLATFORMS[platformId] ?? 'unknown',
    platformId,
    isBootable: id === CATALOG_ENTRY_ID.bootable,
    emulation: EMULATIONS[media & 0x0f] ?? 'unknown',
    loadSegment,
    systemType,
    sectorCount,
    loadByteLength: sectorCount * EL_TORITO_LOAD_SECTOR_SIZE,
    offset: fields.u32le() * SECTOR_SIZE,
  }
  return { entry, id, hasExtension: (media & EXTENSION_FOLLOWS) !== 0 }
}

/** Moves over the selection criteria of an entry, which are the vendor's own. */
function skipExtensions(cursor: Cursor): void {
  while (cursor.remainingByteLength >= CATALOG_ENTRY_BYTE_LENGTH) {
    const [id = 0, flags = 0] = cursor.take(CATALOG_ENTRY_BYTE_LENGTH)
    if (id !== CATALOG_ENTRY_ID.extension || (flags & EXTENSION_FOLLOWS) === 0) return
  }
}

function wordSum(bytes: Uint8Array): number {
  const cursor = new Cursor(bytes)
  let sum = 0
  while (cursor.remainingByteLength >= 2) sum += cursor.u16le()
  return sum % 0x10000
}

function noCatalog(iso: Iso9660, offset: number, why: string): FormatError {
  return new FormatError(
    'ISO_BOOT_CATALOG_CORRUPT',
    `The boot record of ${iso.name} places the boot catalog at offset ${offset}, ${why}`,
  )
}
