import { FieldWriter } from '../../../bytes/index.ts'
import type { Placement, PlannedDirectory } from './hierarchy.ts'

/** Bytes of a path table (ECMA-119, 9.4), the same for both byte orders. */
export function pathTableByteLength(directories: readonly PlannedDirectory[]): number {
  return directories.reduce((total, { identifier }) => total + entryByteLength(identifier), 0)
}

/** Encodes a path table of either byte order. */
export function encodePathTable(
  directories: readonly PlannedDirectory[],
  placement: Placement,
  order: 'little-endian' | 'big-endian',
): Uint8Array {
  const writer = new FieldWriter(pathTableByteLength(directories))
  for (const { node, identifier, parentNumber } of directories) {
    const { lba } = placement(node)
    const end = writer.offset + entryByteLength(identifier)
    writer.u8(identifier.byteLength).u8(0) // no extended attributes
    if (order === 'little-endian') writer.u32le(lba).u16le(parentNumber)
    else writer.u32be(lba).u16be(parentNumber)
    writer.put(identifier).seek(end)
  }
  return writer.bytes
}

function entryByteLength(identifier: Uint8Array): number {
  return 8 + identifier.byteLength + (identifier.byteLength % 2)
}
