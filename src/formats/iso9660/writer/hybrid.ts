import { alignUp, FieldWriter, type Patch, type Source } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'
import { backupByteLength, decodeGuid, encodeGpt, encodeProtectiveMbr } from '../../gpt/index.ts'
import { SECTOR_SIZE, SYSTEM_AREA_BYTE_LENGTH } from '../layout.ts'
import type { PlacedBootEntry } from './boot-catalog.ts'

const DISK_SECTOR_SIZE = 512

/** Firmware takes a disk for whole cylinders or mebibytes; isohybrid pads to the latter. */
const DISK_ALIGNMENT: number = 1024 * 1024

const EFI_SYSTEM_PARTITION = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b'

/** Where isohybrid's boot code looks for the first sector of the BIOS boot image. */
const LOADER_FIELD_OFFSET = 432
const MBR_ENTRY_OFFSET = 446

/**
 * The patches that make an image a disk too: a protective MBR, a GPT whose one partition is the EFI boot image in its
 * place inside the ISO file system, and the backup of the GPT at the end, behind padding to a mebibyte.
 *
 * The boot code of the system area is kept, and told where the BIOS boot image is. GUIDs are made from the volume
 * descriptors, so that the same image always has the same ones.
 *
 * @throws {UsageError} `ISO_INPUT_INVALID` without an EFI boot image of at least one byte.
 */
export async function planHybrid(image: Source, entries: readonly PlacedBootEntry[]): Promise<readonly Patch[]> {
  const efi = entries.find(({ platform, byteLength }) => platform === 'efi' && byteLength > 0)
  if (!efi) throw new UsageError('ISO_INPUT_INVALID', 'A hybrid ISO image needs an EFI boot image for its partition')

  const diskByteLength = alignUp(image.byteLength + backupByteLength(DISK_SECTOR_SIZE), DISK_ALIGNMENT)
  const descriptors = await image.read(SYSTEM_AREA_BYTE_LENGTH, SECTOR_SIZE)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(descriptors)))
  const extent = { offset: efi.lba * SECTOR_SIZE, byteLength: alignUp(efi.byteLength, DISK_SECTOR_SIZE) }
  return [
    ...planMasterBootRecord(diskByteLength, entries),
    ...encodeGpt({
      diskByteLength,
      diskGuid: deriveGuid(digest),
      partitions: [
        {
          typeGuid: EFI_SYSTEM_PARTITION,
          uniqueGuid: deriveGuid(digest.subarray(16)),
          name: 'EFI boot image',
          extent,
        },
      ],
    }),
  ]
}

function planMasterBootRecord(diskByteLength: number, entries: readonly PlacedBootEntry[]): readonly Patch[] {
  const sector = encodeProtectiveMbr({ diskByteLength, sectorSize: DISK_SECTOR_SIZE })
  const table = { offset: MBR_ENTRY_OFFSET, bytes: sector.subarray(MBR_ENTRY_OFFSET), label: 'protective MBR' }

  const bios = entries.find(({ platform }) => platform === 'bios')
  if (!bios) return [table]
  const loader = new FieldWriter(8).u64le(bios.lba * (SECTOR_SIZE / DISK_SECTOR_SIZE))
  return [{ offset: LOADER_FIELD_OFFSET, bytes: loader.bytes, label: 'isohybrid loader address' }, table]
}

/** A GUID of version 8 (RFC 9562, 5.8): random-looking bytes that are made from something. */
function deriveGuid(digest: Uint8Array): string {
  const bytes = digest.slice(0, 16)
  bytes[7] = ((bytes[7] ?? 0) & 0x0f) | 0x80 // version, in the second byte of a little-endian number
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80 // variant
  return decodeGuid(bytes)
}
