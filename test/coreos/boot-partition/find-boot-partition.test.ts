import { expect, it } from 'vitest'
import { type Extent, encodeUtf8, FieldWriter, memorySource } from '../../../src/bytes/index.ts'
import { findBootPartition } from '../../../src/coreos/index.ts'

const BYTE_LENGTH = 4096

/** A disk of XFS filesystems with these labels, one behind the other; `undefined` is no filesystem. */
function disk(...labels: readonly (string | undefined)[]) {
  const writer = new FieldWriter(labels.length * BYTE_LENGTH)
  const extents: Extent[] = labels.map((label, index) => {
    const offset = index * BYTE_LENGTH
    if (label !== undefined)
      writer
        .seek(offset)
        .u32be(0x58465342)
        .seek(offset + 108)
        .put(encodeUtf8(label))
    return { offset, byteLength: BYTE_LENGTH }
  })
  return { source: memorySource(writer.bytes, 'disk.raw'), extents }
}

it('finds the filesystem with the label boot', async () => {
  const { source, extents } = disk(undefined, 'EFI', 'boot', 'root')
  expect(await findBootPartition(source, extents)).toEqual({ extent: extents[2], filesystem: 'xfs' })
})

it.each([
  {
    name: 'none',
    labels: [undefined, 'root', 'Boot'],
    says: /no filesystem .* at offset 4096 xfs with the label "root"/,
  },
  { name: 'two', labels: ['boot', 'boot'], says: /2 filesystems/ },
  { name: 'no partitions', labels: [], says: /Partitions: none/ },
])('lists what there is when there is $name', async ({ labels, says }) => {
  const { source, extents } = disk(...labels)
  const error = { code: 'BOOT_PARTITION_NOT_FOUND', message: expect.stringMatching(says) }
  await expect(findBootPartition(source, extents)).rejects.toMatchObject(error)
})

it('looks at partitions that are shorter than a superblock', async () => {
  const { source } = disk('boot')
  const short = memorySource(await source.read(0, 512))
  const place = findBootPartition(short, [{ offset: 0, byteLength: 512 }])
  await expect(place).resolves.toMatchObject({ filesystem: 'xfs' })
})
