import { expect, it } from 'vitest'
import { memorySource, overlay, sliceSource, zeroSource } from '../../../src/bytes/index.ts'
import { isSystemAreaBlank, readIso9660 } from '../../../src/formats/iso9660/index.ts'
import {
  bootRecordBytes,
  directoryRecordBytes,
  isoBytes,
  padded,
  ROOT_SECTOR,
  recordBytes,
  ucs2Bytes,
  type VolumeFields,
  volumeDescriptorBytes,
} from '../../support/iso-bytes.ts'

const SECTOR_SIZE = 2048
const DESCRIPTORS_OFFSET = 32768

const read = (bytes: Uint8Array) => readIso9660(memorySource(bytes, 'test.iso'))

it('reads the fields of a primary descriptor', async () => {
  const descriptor = volumeDescriptorBytes({ systemId: 'LINUX', volumeId: 'fedora-coreos-38.1', sectorCount: 60 })
  const iso = await read(isoBytes({ descriptors: [descriptor] }))
  expect(iso.primary).toMatchObject({
    type: 'primary',
    offset: DESCRIPTORS_OFFSET,
    systemId: 'LINUX',
    volumeId: 'fedora-coreos-38.1',
    volumeSpaceSectorCount: 60,
    volumeSpaceByteLength: 60 * SECTOR_SIZE,
    root: { name: '.', lba: ROOT_SECTOR, extent: { offset: ROOT_SECTOR * SECTOR_SIZE, byteLength: SECTOR_SIZE } },
  })
})

it('keeps every descriptor in order, unknown ones by their type, and takes the first primary one', async () => {
  const iso = await read(
    isoBytes({
      descriptors: [
        padded(Uint8Array.of(7, 0x43, 0x44, 0x30, 0x30, 0x31), SECTOR_SIZE),
        bootRecordBytes({ catalogLba: 40 }),
        bootRecordBytes({ systemId: 'OTHER' }),
        volumeDescriptorBytes({ volumeId: 'FIRST' }),
        volumeDescriptorBytes({ volumeId: 'SECOND' }),
        padded(Uint8Array.of(3), SECTOR_SIZE),
      ],
    }),
  )
  expect(iso.primary.volumeId).toBe('FIRST')
  expect(iso.descriptors.map(({ type }) => type)).toEqual(['unknown', 'boot', 'boot', 'primary', 'primary', 'unknown'])
  expect(iso.descriptors).toMatchObject([
    { typeId: 7 },
    { bootSystemId: 'EL TORITO SPECIFICATION', bootId: '', catalogOffset: 40 * SECTOR_SIZE },
    { bootSystemId: 'OTHER' },
    {},
    {},
    { typeId: 3 },
  ])
  expect(iso.descriptors[2]).not.toHaveProperty('catalogOffset')
})

it('finds more descriptors than are read at once', async () => {
  const boots = Array.from({ length: 10 }, () => bootRecordBytes())
  const iso = await read(isoBytes({ descriptors: [...boots, volumeDescriptorBytes()] }))
  expect(iso.descriptors).toHaveLength(11)
})

it.each<{ name: string; escapeSequence: string; isJoliet: boolean; root?: Uint8Array }>([
  { name: 'UCS-2 level 1', escapeSequence: '%/@', isJoliet: true },
  { name: 'UCS-2 level 2', escapeSequence: '%/C', isJoliet: true },
  { name: 'UCS-2 level 3', escapeSequence: '%/E', isJoliet: true },
  { name: 'another character set', escapeSequence: '%/G', isJoliet: false },
  {
    name: 'a root that is no directory',
    escapeSequence: '%/E',
    isJoliet: false,
    root: recordBytes({ identifier: '\0' }),
  },
  {
    name: 'a root that is damaged',
    escapeSequence: '%/E',
    isJoliet: false,
    root: recordBytes({ recordByteLength: 9 }),
  },
])('takes a supplementary descriptor with $name as Joliet: $isJoliet', async ({ escapeSequence, isJoliet, root }) => {
  const joliet = volumeDescriptorBytes({
    type: 2,
    escapeSequence,
    volumeId: ucs2Bytes('Grün'.padEnd(16)),
    ...(root && { root: root.subarray(0, 34) }),
  })
  const iso = await read(isoBytes({ descriptors: [volumeDescriptorBytes(), joliet] }))
  expect(iso.descriptors[1]).toMatchObject({ type: 'supplementary', isJoliet })
  expect(iso.joliet?.volumeId).toBe(isJoliet ? 'Grün' : undefined)
})

it.each([
  { name: 'ends at a zero byte', bytes: new Uint8Array(32), text: '' },
  { name: 'loses the spaces that fill it up', bytes: Uint8Array.of(0x20, 0x41, 0x20), text: ' A' },
  { name: 'keeps printable ASCII', bytes: new TextEncoder().encode('a/b;c#d{e}~'), text: 'a/b;c#d{e}~' },
  { name: 'shows other bytes as U+FFFD', bytes: Uint8Array.of(0x41, 0x1b, 0xff), text: 'A\u{fffd}\u{fffd}' },
])('a volume id $name', async ({ bytes, text }) => {
  const iso = await read(isoBytes({ descriptors: [volumeDescriptorBytes({ volumeId: bytes })] }))
  expect(iso.primary.volumeId).toBe(text)
})

it.each<{ name: string; second: VolumeFields }>([
  { name: 'another identifier', second: { identifier: 'CD002' } },
  { name: 'another version', second: { version: 2 } },
  { name: 'a root that is no directory', second: { root: recordBytes({ identifier: '\0' }) } },
])('refuses a primary descriptor with $name', async ({ second }) => {
  const image = isoBytes({ descriptors: [bootRecordBytes(), volumeDescriptorBytes(second)] })
  await expect(read(image)).rejects.toMatchObject({ code: 'ISO_DESCRIPTOR_CORRUPT' })
})

it.each([
  { name: 'an empty file', bytes: new Uint8Array(0) },
  {
    name: 'a file that ends inside the first descriptor',
    bytes: isoBytes().subarray(0, DESCRIPTORS_OFFSET + SECTOR_SIZE - 1),
  },
  { name: 'zeros', bytes: new Uint8Array(100_000) },
  { name: 'text', bytes: new Uint8Array(100_000).fill(0x41) },
  { name: 'UDF alone', bytes: overlaid(new Uint8Array(100_000), DESCRIPTORS_OFFSET, '\0BEA01') },
])('says that $name is no ISO image', async ({ bytes }) => {
  await expect(read(bytes)).rejects.toMatchObject({ code: 'ISO_NOT_FOUND' })
})

it('refuses descriptors that lack a primary one', async () => {
  await expect(read(isoBytes({ descriptors: [bootRecordBytes()] }))).rejects.toMatchObject({
    code: 'ISO_DESCRIPTOR_CORRUPT',
  })
})

it('refuses an image that ends before the list of descriptors does', async () => {
  const image = isoBytes().subarray(0, DESCRIPTORS_OFFSET + SECTOR_SIZE + 100)
  await expect(read(image)).rejects.toMatchObject({
    code: 'ISO_DESCRIPTOR_CORRUPT',
    message: expect.stringContaining('descriptor 2'),
  })
})

it('accepts an image as long as its volume, and one that is padded', async () => {
  await expect(read(isoBytes({ descriptors: [volumeDescriptorBytes({ sectorCount: 64 })] }))).resolves.toBeDefined()
  await expect(read(padded(isoBytes(), 1024 * 1024))).resolves.toBeDefined()
})

it('says that an image is incomplete which is one byte shorter than its volume', async () => {
  const whole = memorySource(isoBytes())
  const cut = sliceSource(whole, { offset: 0, byteLength: whole.byteLength - 1 })
  await expect(readIso9660(cut)).rejects.toMatchObject({
    code: 'ISO_INCOMPLETE',
    message: expect.stringContaining('ISO image is incomplete'),
  })
})

it('gives up soon when 4 GiB of unknown descriptors follow each other', async () => {
  let readByteLength = 0
  const endless = {
    name: 'endless.iso',
    byteLength: 2 ** 32,
    read: async (_offset: number, byteLength: number) => {
      readByteLength += byteLength
      const bytes = new Uint8Array(byteLength)
      for (let offset = 0; offset < byteLength; offset += SECTOR_SIZE)
        bytes.set([9, 0x43, 0x44, 0x30, 0x30, 0x31], offset)
      return bytes
    },
  }
  await expect(readIso9660(endless)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  expect(readByteLength).toBeLessThan(4 * 1024 * 1024)
})

it('opens an image whose root directory is missing, and refuses one whose root record is damaged', async () => {
  const outside = directoryRecordBytes({ identifier: '\0', lba: 0xffffffff })
  await expect(read(isoBytes({ descriptors: [volumeDescriptorBytes({ root: outside })] }))).resolves.toBeDefined()
  const image = isoBytes({ rootBytes: recordBytes({ identifier: '\0', recordByteLength: 20 }) })
  await expect(read(image)).rejects.toMatchObject({ code: 'ISO_RECORD_CORRUPT' })
})

it('stops when its signal is aborted', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(readIso9660(memorySource(isoBytes()), { signal })).rejects.toThrow('enough')
})

it('says whether the system area is blank, to its last byte', async () => {
  const source = memorySource(isoBytes())
  await expect(isSystemAreaBlank(await readIso9660(source))).resolves.toBe(true)
  const edited = overlay(source, [{ offset: DESCRIPTORS_OFFSET - 1, bytes: Uint8Array.of(1) }])
  await expect(isSystemAreaBlank(await readIso9660(edited))).resolves.toBe(false)
})

it('reads a large image without reading its contents', async () => {
  const image = memorySource(isoBytes({ descriptors: [volumeDescriptorBytes({ sectorCount: 2 ** 21 })] }))
  const zeros = zeroSource(2 ** 32)
  let readByteLength = 0
  const iso = await readIso9660({
    name: 'large.iso',
    byteLength: zeros.byteLength,
    read: (offset, byteLength) => {
      readByteLength += byteLength
      return (offset < image.byteLength ? image : zeros).read(offset, byteLength)
    },
  })
  expect(iso.primary.volumeSpaceByteLength).toBe(2 ** 32)
  expect(readByteLength).toBeLessThan(65536)
})

function overlaid(bytes: Uint8Array, offset: number, text: string): Uint8Array {
  bytes.set(new TextEncoder().encode(text), offset)
  return bytes
}
