import { FieldWriter } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'
import { MAX_EXTENT_BYTE_LENGTH, RECORD_FLAG, RECORD_HEADER_BYTE_LENGTH, SECTOR_SIZE } from '../layout.ts'
import { putRecordTime, putU16Both, putU32Both } from './fields.ts'
import type { NamedNode } from './iso-names.ts'
import { encodeSystemUse, type SystemUse, systemUseByteLength } from './system-use.ts'
import type { DirectoryNode, TreeNode } from './tree.ts'

/** A path table numbers directories in 16 bits. */
const MAX_DIRECTORY_COUNT = 65_535

/** Names of the first two records of a directory: itself and its parent (ECMA-119, 6.8.2.2). */
const SELF_IDENTIFIER: Uint8Array = new Uint8Array([0])
const PARENT_IDENTIFIER: Uint8Array = new Uint8Array([1])

/** What sets one hierarchy of the image (primary, Joliet) apart from the other. */
export interface HierarchyRules {
  /** The children that the hierarchy shows, named, in record order. */
  name(children: readonly TreeNode[]): readonly NamedNode[]
  /** System use of the record of a child, whose header and name take `recordByteLength` bytes. */
  childSystemUse(node: TreeNode, recordByteLength: number): SystemUse
  /** System use of a directory's `.` or `..`, pointing at `target`. */
  selfSystemUse(target: DirectoryNode, isRootSelf: boolean, recordByteLength: number): SystemUse
}

/** A directory of a hierarchy, with everything but its place decided. */
export interface PlannedDirectory {
  readonly node: DirectoryNode
  readonly identifier: Uint8Array
  /** Its number in the path table; the root is 1. */
  readonly number: number
  /** The root is its own parent. */
  readonly parentNumber: number
  readonly records: readonly PlannedRecord[]
  /** Whole sectors. */
  readonly byteLength: number
}

/** One record of a directory, for one part of a file. */
interface PlannedRecord {
  readonly identifier: Uint8Array
  readonly node: TreeNode
  readonly systemUse: SystemUse
  /** Which part of the file's contents the record is for; all of it but for files of 4 GiB. */
  readonly part: FilePart
  readonly byteLength: number
}

interface FilePart {
  readonly offset: number
  readonly byteLength: number
  readonly isLast: boolean
}

/** Where the contents of a node start, as a sector, and their length in bytes. */
export interface SectorExtent {
  readonly lba: number
  readonly byteLength: number
}

/** Says where a hierarchy has the contents of its nodes. */
export type Placement = (node: TreeNode) => SectorExtent

/** The directories of a hierarchy in the order of its path table: level by level, then by parent, then by name. */
export function planHierarchy(root: DirectoryNode, rules: HierarchyRules): readonly PlannedDirectory[] {
  const planned: PlannedDirectory[] = []
  const queue = [{ node: root, parent: root, parentNumber: 1, identifier: SELF_IDENTIFIER }]
  for (let number = 1; number <= queue.length; number++) {
    if (number > MAX_DIRECTORY_COUNT) {
      throw new UsageError('ISO_INPUT_INVALID', `An ISO image holds ${MAX_DIRECTORY_COUNT} directories at most`)
    }
    const { node, parent, parentNumber, identifier } = queue[number - 1] as (typeof queue)[number]
    const children = rules.name(node.children)
    const records = [
      planRecord(SELF_IDENTIFIER, node, (length) => rules.selfSystemUse(node, number === 1, length)),
      planRecord(PARENT_IDENTIFIER, parent, (length) => rules.selfSystemUse(parent, false, length)),
      ...children.map((child) =>
        planRecord(child.identifier, child.node, (length) => rules.childSystemUse(child.node, length)),
      ),
    ].flatMap(splitIntoParts)
    planned.push({ node, identifier, number, parentNumber, records, byteLength: directoryByteLength(records) })
    for (const child of children) {
      if (child.node.type !== 'directory') continue
      queue.push({ node: child.node, parent: node, parentNumber: number, identifier: child.identifier })
    }
  }
  return planned
}

/** The sectors of a directory. */
export function encodeDirectory(
  directory: PlannedDirectory,
  placement: Placement,
  continuationLba: number,
): Uint8Array {
  const writer = new FieldWriter(directory.byteLength)
  for (const record of directory.records) {
    writer.seek(placeRecord(writer.offset, record.byteLength))
    const end = writer.offset + record.byteLength
    const { lba, byteLength } = placement(record.node)
    const partByteLength = record.node.type === 'directory' ? byteLength : record.part.byteLength
    putRecord(writer, record, { lba: lba + record.part.offset / SECTOR_SIZE, byteLength: partByteLength })
    writer.put(encodeSystemUse(record.systemUse, continuationLba)).seek(end)
  }
  return writer.bytes
}

/** The record of the root that a volume descriptor carries: 34 bytes, without system use. */
export function encodeRootRecord(root: PlannedDirectory, placement: Placement): Uint8Array {
  const record = planRecord(SELF_IDENTIFIER, root.node, () => ({ fields: [] }))
  const writer = new FieldWriter(record.byteLength)
  putRecord(writer, record, placement(root.node))
  return writer.bytes
}

function planRecord(
  identifier: Uint8Array,
  node: TreeNode,
  systemUseFor: (recordByteLength: number) => SystemUse,
): PlannedRecord {
  const nameEnd = RECORD_HEADER_BYTE_LENGTH + identifier.byteLength
  const systemUse = systemUseFor(nameEnd + (nameEnd % 2))
  const byteLength = nameEnd + (nameEnd % 2) + systemUseByteLength(systemUse)
  const part = { offset: 0, byteLength: node.type === 'file' ? node.source.byteLength : 0, isLast: true }
  return { identifier, node, systemUse, part, byteLength: byteLength + (byteLength % 2) }
}

/** A file that is too long for one record gets several, whose extents follow each other (ECMA-119, 6.5.1). */
function splitIntoParts(record: PlannedRecord): readonly PlannedRecord[] {
  const { byteLength } = record.part
  const parts: PlannedRecord[] = []
  for (let offset = 0; offset === 0 || offset < byteLength; offset += MAX_EXTENT_BYTE_LENGTH) {
    const partByteLength = Math.min(byteLength - offset, MAX_EXTENT_BYTE_LENGTH)
    const isLast = offset + partByteLength === byteLength
    parts.push({ ...record, part: { offset, byteLength: partByteLength, isLast } })
  }
  return parts
}

function putRecord(writer: FieldWriter, record: PlannedRecord, { lba, byteLength }: SectorExtent): void {
  const { identifier, node, part } = record
  writer.u8(record.byteLength).u8(0) // no extended attributes
  putU32Both(writer, lba)
  putU32Both(writer, byteLength)
  putRecordTime(writer, node.modifiedAt)
  writer.u8((node.type === 'directory' ? RECORD_FLAG.directory : 0) | (part.isLast ? 0 : RECORD_FLAG.multiExtent))
  writer.u8(0).u8(0) // not interleaved
  putU16Both(writer, 1) // volume of the set
  writer.u8(identifier.byteLength).put(identifier)
  if (identifier.byteLength % 2 === 0) writer.u8(0) // system use starts at an even offset
}

function directoryByteLength(records: readonly PlannedRecord[]): number {
  let end = 0
  for (const { byteLength } of records) end = placeRecord(end, byteLength) + byteLength
  return Math.ceil(end / SECTOR_SIZE) * SECTOR_SIZE
}

/** Where a record goes that would start at `offset`: records don't cross sectors (ECMA-119, 6.8.1.1). */
function placeRecord(offset: number, byteLength: number): number {
  const left = SECTOR_SIZE - (offset % SECTOR_SIZE)
  return byteLength > left ? offset + left : offset
}
