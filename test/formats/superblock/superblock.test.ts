import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, FieldWriter } from '../../../src/bytes/index.ts'
import { decodeSuperblock, SUPERBLOCK_BYTE_LENGTH } from '../../../src/formats/superblock/index.ts'

interface ExtFields {
  readonly label?: string
  readonly logBlockSize?: number
  readonly state?: number
  readonly compatible?: number
  readonly incompatible?: number
  readonly readOnlyCompatible?: number
  readonly highBlockCount?: number
  readonly freeBlockCount?: number
  readonly highFreeBlockCount?: number
}

function extHead(fields: ExtFields): Uint8Array {
  const writer = new FieldWriter(SUPERBLOCK_BYTE_LENGTH)
  const at = (offset: number) => writer.seek(1024 + offset)
  at(0x4).u32le(20480)
  at(0xc).u32le(fields.freeBlockCount ?? 0)
  at(0x18).u32le(fields.logBlockSize ?? 0)
  at(0x38)
    .u16le(0xef53)
    .u16le(fields.state ?? 1)
  at(0x5c)
    .u32le(fields.compatible ?? 0)
    .u32le(fields.incompatible ?? 0x2)
    .u32le(fields.readOnlyCompatible ?? 0x3)
  at(0x78).put(encodeUtf8(fields.label ?? 'boot'))
  at(0x150).u32le(fields.highBlockCount ?? 0)
  at(0x158).u32le(fields.highFreeBlockCount ?? 0)
  return writer.bytes
}

function xfsHead(label: string): Uint8Array {
  return new FieldWriter(SUPERBLOCK_BYTE_LENGTH).u32be(0x58465342).seek(108).put(encodeUtf8(label)).bytes
}

describe('decodeSuperblock', () => {
  it.each([
    { type: 'ext2', fields: {} },
    { type: 'ext3', fields: { compatible: 0x4 } },
    { type: 'ext3', fields: { compatible: 0x4, incompatible: 0x2 | 0x4 | 0x10, readOnlyCompatible: 0x7 } },
    { type: 'ext4', fields: { incompatible: 0x40 } },
    { type: 'ext4', fields: { readOnlyCompatible: 0x400 } },
  ])('tells $type by $fields', ({ type, fields }) => {
    expect(decodeSuperblock(extHead(fields))).toMatchObject({ type, label: 'boot', byteLength: 20480 * 1024 })
  })

  it.each([
    {
      name: 'a label that fills its field',
      fields: { label: 'sixteen-letters!' },
      expected: { label: 'sixteen-letters!' },
    },
    { name: 'no label', fields: { label: '' }, expected: { label: '' } },
    {
      name: 'blocks of 4 KiB',
      fields: { logBlockSize: 2 },
      expected: { blockByteLength: 4096, byteLength: 20480 * 4096 },
    },
    { name: 'a journal to be recovered', fields: { incompatible: 0x4 }, expected: { needsRecovery: true } },
    { name: 'a mounted filesystem', fields: { state: 0 }, expected: { isClean: false } },
    { name: 'errors', fields: { state: 3 }, expected: { isClean: false } },
    {
      name: 'more than 2^32 blocks',
      fields: { incompatible: 0x80, highBlockCount: 1 },
      expected: { byteLength: (2 ** 32 + 20480) * 1024 },
    },
    {
      name: 'free blocks of 4 KiB',
      fields: { logBlockSize: 2, freeBlockCount: 7 },
      expected: { freeByteLength: 7 * 4096 },
    },
    {
      name: 'more than 2^32 free blocks',
      fields: { incompatible: 0x80, freeBlockCount: 7, highFreeBlockCount: 1 },
      expected: { freeByteLength: (2 ** 32 + 7) * 1024 },
    },
    {
      name: 'a size of nearly 2^53 bytes',
      fields: { incompatible: 0x80, highBlockCount: 2 ** 11 - 1 },
      expected: { byteLength: (2 ** 43 - 2 ** 32 + 20480) * 1024 },
    },
    { name: 'a high half that is none', fields: { highBlockCount: 1 }, expected: { byteLength: 20480 * 1024 } },
  ])('reads $name', ({ fields, expected }) => {
    expect(decodeSuperblock(extHead(fields))).toMatchObject(expected)
  })

  it('reads XFS, whose label has twelve bytes', () => {
    expect(decodeSuperblock(xfsHead('boot'))).toEqual({ type: 'xfs', label: 'boot' })
    expect(decodeSuperblock(xfsHead('twelve-bytesX'))).toMatchObject({ label: 'twelve-bytes' })
  })

  it.each([
    { name: 'zeros', head: new Uint8Array(SUPERBLOCK_BYTE_LENGTH) },
    { name: 'nothing', head: new Uint8Array(0) },
    { name: 'a partition that ends inside the superblock', head: extHead({}).subarray(0, 2047) },
    { name: 'an XFS that ends early', head: xfsHead('boot').subarray(0, 263) },
    { name: 'the device of a journal', head: extHead({ incompatible: 0x8 }) },
    { name: 'blocks of 128 KiB', head: extHead({ logBlockSize: 7 }) },
    { name: 'a size of 2^53 bytes and more', head: extHead({ incompatible: 0x80, highBlockCount: 2 ** 11 }) },
    { name: 'as much free', head: extHead({ incompatible: 0x80, highFreeBlockCount: 2 ** 11 }) },
  ])('finds nothing in $name', ({ head }) => {
    expect(decodeSuperblock(head)).toBeUndefined()
  })

  it('takes the shortest partition that has a superblock', () => {
    expect(decodeSuperblock(extHead({}).subarray(0, 2048))).toMatchObject({ type: 'ext2' })
    expect(decodeSuperblock(xfsHead('boot').subarray(0, 264))).toMatchObject({ type: 'xfs' })
  })

  it('reads whatever fields say', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1022, maxLength: 1022 }), (fields) => {
        const head = extHead({})
        head.set(fields.subarray(0, 56), 1024)
        head.set(fields.subarray(56), 1024 + 58)
        expect(decodeSuperblock(head)?.type ?? 'ext4').toMatch(/^ext[234]$/)
      }),
    )
  })
})
