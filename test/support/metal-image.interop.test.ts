import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { readPartitionTable } from '../../src/formats/gpt/index.ts'
import { openFile } from '../../src/node/index.ts'
import { copyMetalImage, METAL_IMAGE_NEEDS } from './metal-image.ts'
import { needs } from './needs.ts'
import { temporaryDirectory } from './temporary-directory.ts'

it.for([512, 4096] as const)(
  'is a disk with the partitions it says, in sectors of %i bytes',
  async (sectorSize, context) => {
    needs(context, ...METAL_IMAGE_NEEDS)
    await using directory = await temporaryDirectory()
    const image = await copyMetalImage(join(directory.path, 'disk.raw'), { sectorSize })
    await using source = await openFile(image.path)
    const table = await readPartitionTable(source, { sectorSize })
    expect(table?.diskGuid).toBe('00000000-0000-4000-a000-000000000001')
    expect(table?.partitions).toMatchObject(image.partitions)
    expect(source.byteLength).toBe(image.byteLength)
  },
)

it('has a sound filesystem for boot', async (context) => {
  needs(context, ...METAL_IMAGE_NEEDS, '/usr/sbin/e2fsck')
  await using directory = await temporaryDirectory()
  const { path, boot } = await copyMetalImage(join(directory.path, 'disk.raw'))
  await promisify(execFile)('/usr/sbin/e2fsck', ['-fn', `${path}?offset=${boot.offset}`])
})
