import { expect, it } from 'vitest'
import { joinBytes, memorySource, readAll } from '../../../src/bytes/index.ts'
import {
  findIsoEntry,
  type IsoEntry,
  isoFileSource,
  readIso9660,
  readIsoFile,
} from '../../../src/formats/iso9660/index.ts'
import { isoBytes, recordBytes } from '../../support/iso-bytes.ts'

const MULTI_EXTENT = 0x80

async function openWith(...root: readonly Uint8Array[]) {
  const sectors = { 40: new TextEncoder().encode('hello '), 41: new TextEncoder().encode('world') }
  const iso = await readIso9660(memorySource(isoBytes({ root, sectors }), 'test.iso'))
  const entry = (await findIsoEntry(iso, 'FILE.TXT')) as IsoEntry
  return { iso, entry }
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

it('reads a file as long as the limit, and refuses a longer one', async () => {
  const { iso, entry } = await openWith(recordBytes({ lba: 41, byteLength: 5 }))
  expect(text(await readIsoFile(iso, entry, { maxByteLength: 5 }))).toBe('world')
  await expect(readIsoFile(iso, entry, { maxByteLength: 4 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
})

it('reads the extents of a file in their order', async () => {
  const parts = [
    recordBytes({ lba: 40, byteLength: 6, flags: MULTI_EXTENT }),
    recordBytes({ lba: 41, byteLength: 5, flags: MULTI_EXTENT }),
    recordBytes({ lba: 40, byteLength: 2 }),
  ]
  const { iso, entry } = await openWith(...parts)
  const source = isoFileSource(iso, entry)
  expect(text(await readAll(source))).toBe('hello worldhe')
  expect(text(joinBytes([await source.read(4, 4), await source.read(10, 3)]))).toBe('o wodhe')
})

it('reads an empty file, wherever its extent lies', async () => {
  const { iso, entry } = await openWith(recordBytes({ lba: 0xffffffff, byteLength: 0 }))
  expect(await readIsoFile(iso, entry, { maxByteLength: 0 })).toHaveLength(0)
})

it('reads a file that ends with the image, and refuses one that goes on behind it', async () => {
  const fits = await openWith(recordBytes({ lba: 63, byteLength: 2048 }))
  expect(isoFileSource(fits.iso, fits.entry).byteLength).toBe(2048)
  const { iso, entry } = await openWith(recordBytes({ lba: 63, byteLength: 2049 }))
  expect(() => isoFileSource(iso, entry)).toThrow(expect.objectContaining({ code: 'ISO_RECORD_CORRUPT' }))
})
