/** Bytes of one sector, and of one logical block: every image in the field uses the same size for both. */
export const SECTOR_SIZE = 2048

/** Bytes before the first volume descriptor: the system area, free for boot loaders (ECMA-119, 6.2.1). */
export const SYSTEM_AREA_BYTE_LENGTH: number = 16 * SECTOR_SIZE

/** Identifier of every volume descriptor of ECMA-119 (8.1.2). */
export const STANDARD_IDENTIFIER = 'CD001'

/** The only version of a volume descriptor that there is (8.1.3); Joliet keeps it, ISO 9660:1999 says 2. */
export const DESCRIPTOR_VERSION = 1

/** First byte of a volume descriptor (8.1.1). */
export const DESCRIPTOR_TYPE = {
  boot: 0,
  primary: 1,
  supplementary: 2,
  partition: 3,
  terminator: 255,
} as const

/** The system identifier of a boot record that leads to an El Torito catalog, without its zero padding. */
export const EL_TORITO_IDENTIFIER = 'EL TORITO SPECIFICATION'

/** Where the boot record of El Torito keeps the sector of the boot catalog, a 32-bit little-endian number. */
export const EL_TORITO_CATALOG_FIELD_OFFSET = 71

/** Escape sequences of a supplementary descriptor whose names are Joliet: UCS-2 level 1, 2 and 3. */
export const JOLIET_ESCAPE_SEQUENCES: readonly string[] = ['%/@', '%/C', '%/E']

/** Bytes of a directory record before its name (9.1). */
export const RECORD_HEADER_BYTE_LENGTH = 33

/** Bytes of the root's directory record inside a volume descriptor: the header and a name of one byte. */
export const ROOT_RECORD_BYTE_LENGTH = 34

/** Flags of a directory record (9.1.6). */
export const RECORD_FLAG = {
  /** Left out of listings by polite readers. */
  hidden: 0x01,
  directory: 0x02,
  /** Another record of the same name follows and holds the next part of the file. */
  multiExtent: 0x80,
} as const

/** Most bytes that one extent of the writer holds: the largest 32-bit length that is whole sectors. */
export const MAX_EXTENT_BYTE_LENGTH: number = 2 ** 32 - SECTOR_SIZE

/** Bytes of one entry of an El Torito boot catalog. */
export const CATALOG_ENTRY_BYTE_LENGTH = 32

/** Bytes that `sectorCount` of an El Torito entry counts: virtual sectors of a disk, not of the disc. */
export const EL_TORITO_LOAD_SECTOR_SIZE = 512

/** First bytes of the entries of an El Torito boot catalog. */
export const CATALOG_ENTRY_ID = {
  validation: 0x01,
  bootable: 0x88,
  notBootable: 0x00,
  extension: 0x44,
  sectionHeader: 0x90,
  lastSectionHeader: 0x91,
} as const

/** Platforms of an El Torito validation entry or section header. */
export const EL_TORITO_PLATFORM = { x86: 0x00, powerPc: 0x01, mac: 0x02, efi: 0xef } as const
