import { crc32, FieldWriter, memorySource, type Patch } from '../../src/bytes/index.ts'
import {
  encodeGpt,
  encodeProtectiveMbr,
  type GptPartitionInput,
  readPartitionTable,
  type SectorSize,
} from '../../src/formats/gpt/index.ts'
import type { InstallTarget } from '../../src/operations/index.ts'

/** Type of partitions for Linux. */
export const LINUX_TYPE = '0fc63daf-8483-4772-8e79-3d69d8477de4'

/** GUID of the disks and images that are built here. */
export const DISK_GUID = '00000000-0000-4000-a000-000000000001'

export const MIB: number = 1024 * 1024

/** A GUID for partitions that are told apart by a number. */
export function testGuid(number: number): string {
  return `11111111-2222-4333-8444-${number.toString(16).padStart(12, '0')}`
}

/** A partition of whole mebibytes, whose GUID comes from its number and its name. */
export function partition(number: number, name: string, start: number, end: number): Required<GptPartitionInput> {
  const salt = [...name].reduce((sum, character) => sum * 31 + (character.codePointAt(0) ?? 0), number) % 2 ** 40
  return {
    number,
    name,
    typeGuid: LINUX_TYPE,
    uniqueGuid: testGuid(salt),
    attributes: '0000000000000000',
    extent: { offset: start * MIB, byteLength: (end - start) * MIB },
  }
}

/** What a disk is built with. */
export interface DiskOptions {
  readonly byteLength: number
  readonly sectorSize?: SectorSize
  readonly partitions: readonly GptPartitionInput[]
  /** What stands where nothing else does; zero unless given. */
  readonly fill?: number
  readonly diskGuid?: string
}

/** The bytes of a disk with a protective MBR and a GPT. */
export function diskBytes(options: DiskOptions): Uint8Array<ArrayBuffer> {
  const { byteLength, sectorSize = 512, partitions, fill = 0, diskGuid = DISK_GUID } = options
  const bytes = new Uint8Array(byteLength).fill(fill)
  applyTo(bytes, [{ offset: 0, bytes: encodeProtectiveMbr({ diskByteLength: byteLength, sectorSize }) }])
  applyTo(bytes, encodeGpt({ diskByteLength: byteLength, diskGuid, sectorSize, partitions }))
  return bytes
}

/** Writes the patches in their order. */
export function applyTo(bytes: Uint8Array, patches: readonly Patch[]): void {
  for (const patch of patches) bytes.set(patch.bytes, patch.offset)
}

/** A disk in memory. */
export function diskOf(
  bytes: Uint8Array,
  sectorSize = 512,
  name = 'disk',
): ReturnType<typeof memorySource> & Pick<InstallTarget, 'sectorSize'> {
  return { ...memorySource(bytes, name), sectorSize }
}

/** The partitions that the disk's table has, without their LBAs; `undefined` when there is no sound table. */
export async function partitionsOf(
  bytes: Uint8Array,
  sectorSize: SectorSize = 512,
): Promise<readonly (GptPartitionInput & { number: number })[] | undefined> {
  const table = await readPartitionTable(memorySource(bytes, 'disk'), { sectorSize }).catch(() => undefined)
  return table?.partitions.map(({ firstLba: _, lastLba: __, ...rest }) => rest)
}

/** Changes fields of the GPT header at `offset`, and makes its checksum right again. */
export function editHeader(disk: Uint8Array, offset: number, change: (header: FieldWriter) => void): void {
  const header = new FieldWriter(512).put(disk.subarray(offset, offset + 512))
  change(header)
  header.seek(16).u32le(0)
  header.seek(16).u32le(crc32(header.bytes.subarray(0, 92)))
  disk.set(header.bytes, offset)
}

/** Changes the bytes of all entries of a table for sectors of 512 bytes, in both copies, and makes all checksums right. */
export function editEntries(disk: Uint8Array, change: (entries: FieldWriter) => void): void {
  const backupHeader = disk.byteLength - 512
  for (const [header, start] of [
    [512, 1024],
    [backupHeader, backupHeader - 16_384],
  ] as const) {
    const entries = new FieldWriter(16_384).put(disk.subarray(start, start + 16_384))
    change(entries)
    disk.set(entries.bytes, start)
    editHeader(disk, header, (fields) => fields.seek(88).u32le(crc32(entries.bytes)))
  }
}
