import { encodeUtf8, FieldWriter } from '../../../src/bytes/index.ts'

const SECTOR_SIZE = 512
const SECTOR_COUNT = 64
const FAT_SECTOR_COUNT = 1
const ROOT_ENTRY_COUNT = 16
const ROOT_SECTOR = 1 + 2 * FAT_SECTOR_COUNT
const FIRST_DATA_SECTOR: number = ROOT_SECTOR + (ROOT_ENTRY_COUNT * 32) / SECTOR_SIZE
const END_OF_CHAIN = 0xfff
const DIRECTORY = 0x10

/**
 * A FAT12 image of 32 KiB with one file, `EFI/BOOT/GRUB.CFG`, as the efiboot.img of live images has it: a stub that looks
 * for the file system labelled with the volume id and goes on with the config there.
 */
export function encodeEfiBootImage(volumeId: string, vendor: string): Uint8Array {
  const config = encodeUtf8(`search --label "${volumeId}" --set root --no-floppy
set prefix=($root)'/EFI/${vendor}'
configfile $prefix/grub.cfg
exit
`)
  if (config.byteLength > SECTOR_SIZE) throw new RangeError('The stub does not fit its one sector')
  const writer = new FieldWriter(SECTOR_COUNT * SECTOR_SIZE)
  putBootSector(writer)
  for (let copy = 0; copy < 2; copy++) writer.seek((1 + copy * FAT_SECTOR_COUNT) * SECTOR_SIZE).put(encodeFat(3))
  const [efi, boot, file] = [2, 3, 4] // clusters of one sector each
  putEntries(writer.seek(ROOT_SECTOR * SECTOR_SIZE), [['EFI        ', DIRECTORY, efi, 0]])
  putEntries(writer.seek(clusterOffset(efi)), [
    ['.          ', DIRECTORY, efi, 0],
    ['..         ', DIRECTORY, 0, 0],
    ['BOOT       ', DIRECTORY, boot, 0],
  ])
  putEntries(writer.seek(clusterOffset(boot)), [
    ['.          ', DIRECTORY, boot, 0],
    ['..         ', DIRECTORY, efi, 0],
    ['GRUB    CFG', 0x20, file, config.byteLength],
  ])
  return writer.seek(clusterOffset(file)).put(config).bytes
}

function putBootSector(writer: FieldWriter): void {
  writer.u8(0xeb).u8(0x3c).u8(0x90).put(encodeUtf8('DEMOEFI '))
  writer.u16le(SECTOR_SIZE).u8(1).u16le(1).u8(2) // one sector a cluster, one reserved sector, two tables
  writer.u16le(ROOT_ENTRY_COUNT).u16le(SECTOR_COUNT).u8(0xf8).u16le(FAT_SECTOR_COUNT)
  writer.u16le(32).u16le(2).u32le(0).u32le(0) // geometry, hidden sectors, large sector count
  writer.u8(0x80).u8(0).u8(0x29).u32le(0x20230718).put(encodeUtf8('EFIBOOT    FAT12   '))
  writer.seek(510).u8(0x55).u8(0xaa)
}

/** A table in which the first `clusterCount` clusters are chains of their own. */
function encodeFat(clusterCount: number): Uint8Array {
  const entries = [0xff8, END_OF_CHAIN, ...Array.from({ length: clusterCount }, () => END_OF_CHAIN)]
  const bytes = new Uint8Array(Math.ceil(entries.length * 1.5) + 1)
  for (const [index, value] of entries.entries()) {
    const offset = Math.floor(index * 1.5) // two entries share three bytes
    const shifted = index % 2 === 0 ? value : value << 4
    bytes[offset] = (bytes[offset] ?? 0) | (shifted & 0xff)
    bytes[offset + 1] = (bytes[offset + 1] ?? 0) | (shifted >> 8)
  }
  return bytes
}

function putEntries(writer: FieldWriter, entries: readonly (readonly [string, number, number, number])[]): void {
  for (const [name, attributes, cluster, byteLength] of entries) {
    writer.put(encodeUtf8(name)).u8(attributes).skip(14).u16le(cluster).u32le(byteLength)
  }
}

function clusterOffset(cluster: number): number {
  return (FIRST_DATA_SECTOR + cluster - 2) * SECTOR_SIZE
}
