import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { findBootPartition } from '../../../src/coreos/index.ts'
import { openFile } from '../../../src/node/index.ts'
import { METAL_IMAGE_NEEDS, METAL_IMAGE_XFS_NEEDS, makeMetalImage } from '../../support/metal-image.ts'
import { needs } from '../../support/needs.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

it.for(['ext4', 'xfs'] as const)(
  'finds the boot partition of an image that has it as %s',
  async (filesystem, context) => {
    needs(context, ...(filesystem === 'xfs' ? METAL_IMAGE_XFS_NEEDS : METAL_IMAGE_NEEDS))
    const image = await makeMetalImage({ bootFilesystem: filesystem })
    await using source = await openFile(image.path)
    const extents = image.partitions.map(({ extent }) => extent)
    expect(await findBootPartition(source, extents)).toEqual({ extent: image.boot, filesystem })
  },
)

it.for(['ext2', 'ext3', 'ext4'] as const)('tells %s from its relatives', async (filesystem, context) => {
  needs(context, '/usr/sbin/mke2fs')
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'boot.fs')
  await promisify(execFile)('/usr/sbin/mke2fs', ['-q', '-t', filesystem, '-L', 'boot', path, '8M'])
  await using source = await openFile(path)
  const extent = { offset: 0, byteLength: source.byteLength }
  expect(await findBootPartition(source, [extent])).toEqual({ extent, filesystem })
})
