import { chunks, encodeUtf8, FieldWriter, type Patch, type Source } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'
import {
  CATALOG_ENTRY_BYTE_LENGTH,
  CATALOG_ENTRY_ID,
  EL_TORITO_LOAD_SECTOR_SIZE,
  EL_TORITO_PLATFORM,
  SECTOR_SIZE,
  SYSTEM_AREA_BYTE_LENGTH,
} from '../layout.ts'

/** One way to boot the image. */
export interface IsoBootEntry {
  readonly platform: 'bios' | 'efi'
  /** The boot image: a file of the tree. */
  readonly path: string
  /**
   * Sectors of 512 bytes that the firmware loads. Unless given, 4 for BIOS, and the whole file for EFI (0, the rest of
   * the disc, where that is more than 65535).
   */
  readonly loadSectorCount?: number
  /** Whether bytes 8 to 63 of the file tell it where it stands, as ISOLINUX and GRUB want; BIOS entries only. */
  readonly hasBootInfoTable?: boolean
}

/** How the image boots. The entries' order is the catalog's: the first is the initial entry. */
export interface IsoBoot {
  /** Where the catalog appears in the tree; `boot.catalog` unless given. */
  readonly catalogPath?: string
  readonly entries: readonly IsoBootEntry[]
}

/** An entry of the catalog with its file found and placed. */
export interface PlacedBootEntry extends IsoBootEntry {
  readonly lba: number
  readonly byteLength: number
}

/** Bytes of the boot catalog: one sector. */
export const CATALOG_BYTE_LENGTH: number = SECTOR_SIZE

/** The validation entry and the initial entry take two places; each other entry needs a header. */
const MAX_ENTRY_COUNT: number = 1 + (CATALOG_BYTE_LENGTH / CATALOG_ENTRY_BYTE_LENGTH - 2) / 2

const DEFAULT_BIOS_LOAD_SECTOR_COUNT = 4

/** Where a boot info table starts and ends in its file. */
const BOOT_INFO_TABLE_OFFSET = 8
const BOOT_INFO_TABLE_END = 64

/** @throws {UsageError} `ISO_INPUT_INVALID` for what can be seen from the options alone. */
export function checkBootEntries(entries: readonly IsoBootEntry[]): void {
  if (entries.length === 0 || entries.length > MAX_ENTRY_COUNT) {
    throw invalid(`a boot catalog has 1 to ${MAX_ENTRY_COUNT} entries, not ${entries.length}`)
  }
  for (const { path, platform, loadSectorCount, hasBootInfoTable } of entries) {
    if (hasBootInfoTable && platform === 'efi') throw invalid(`${path} is for EFI, which has no boot info table`)
    if (loadSectorCount === undefined || (Number.isInteger(loadSectorCount) && loadSectorCount >>> 16 === 0)) continue
    throw invalid(`${path} cannot load ${loadSectorCount} sectors, a 16-bit number`)
  }
}

/** Encodes the boot catalog (El Torito 1.0, 2.0; platform 0xEF by UEFI 2.10, 13.3.2.1). */
export function encodeBootCatalog(entries: readonly PlacedBootEntry[]): Uint8Array {
  const writer = new FieldWriter(CATALOG_BYTE_LENGTH)
  for (const [index, entry] of entries.entries()) {
    const platform = entry.platform === 'efi' ? EL_TORITO_PLATFORM.efi : EL_TORITO_PLATFORM.x86
    if (index === 0) writer.put(encodeValidationEntry(platform))
    else {
      const isLast = index === entries.length - 1
      const header = new FieldWriter(CATALOG_ENTRY_BYTE_LENGTH)
      header.u8(isLast ? CATALOG_ENTRY_ID.lastSectionHeader : CATALOG_ENTRY_ID.sectionHeader)
      writer.put(header.u8(platform).u16le(1).bytes)
    }
    const image = new FieldWriter(CATALOG_ENTRY_BYTE_LENGTH).u8(CATALOG_ENTRY_ID.bootable)
    image.skip(5) // no emulation, default load segment, system type 0, unused
    writer.put(image.u16le(loadSectorCountOf(entry)).u32le(entry.lba).bytes)
  }
  return writer.bytes
}

/**
 * The patch that writes the boot info table into a boot image: sectors of the primary descriptor and of the file, the
 * file's length, and the sum of its 32-bit words behind the table.
 *
 * @throws {UsageError} `ISO_INPUT_INVALID` when the file is too short to hold the table.
 */
export async function readBootInfoPatch(source: Source, lba: number, signal?: AbortSignal): Promise<Patch> {
  if (source.byteLength < BOOT_INFO_TABLE_END) {
    throw invalid(`${source.name} has ${source.byteLength} bytes, too few for a boot info table`)
  }
  const table = new FieldWriter(BOOT_INFO_TABLE_END - BOOT_INFO_TABLE_OFFSET)
  table
    .u32le(SYSTEM_AREA_BYTE_LENGTH / SECTOR_SIZE)
    .u32le(lba)
    .u32le(source.byteLength)
  table.u32le(await sumWords(source, signal))
  return { offset: BOOT_INFO_TABLE_OFFSET, bytes: table.bytes, label: 'boot info table' }
}

async function sumWords(source: Source, signal: AbortSignal | undefined): Promise<number> {
  let sum = 0
  let position = BOOT_INFO_TABLE_END
  for await (const chunk of chunks(source, { offset: BOOT_INFO_TABLE_END, signal })) {
    for (const byte of chunk) sum = (sum + byte * 2 ** (8 * (position++ % 4))) % 2 ** 32
  }
  return sum
}

function encodeValidationEntry(platform: number): Uint8Array {
  const writer = new FieldWriter(CATALOG_ENTRY_BYTE_LENGTH).u8(CATALOG_ENTRY_ID.validation).u8(platform)
  writer.seek(4).put(encodeUtf8('isokit'))
  writer.seek(30).u8(0x55).u8(0xaa)

  const view = new DataView(writer.bytes.buffer)
  let sum = 0
  for (let offset = 0; offset < CATALOG_ENTRY_BYTE_LENGTH; offset += 2) sum += view.getUint16(offset, true)
  return writer.seek(28).u16le(-sum & 0xffff).bytes // the words of the entry add up to 0
}

function loadSectorCountOf({ platform, loadSectorCount, byteLength }: PlacedBootEntry): number {
  if (loadSectorCount !== undefined) return loadSectorCount
  if (platform === 'bios') return DEFAULT_BIOS_LOAD_SECTOR_COUNT
  const sectorCount = Math.ceil(byteLength / EL_TORITO_LOAD_SECTOR_SIZE)
  return sectorCount > 0xffff ? 0 : sectorCount
}

function invalid(reason: string): UsageError {
  return new UsageError('ISO_INPUT_INVALID', `Cannot make the ISO image bootable: ${reason}`)
}
