import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createPartitionBackup } from '../../../src/node/install/partition-backup.ts'
import { NOTHING_TO_SAVE } from '../../../src/operations/install/partitions-to-save.ts'
import { MIB } from '../../support/partitioned-disk.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const TARGET = { name: 'the disk', byteLength: 4 * MIB, sectorSize: 512 } as const

it('an earlier backup is never replaced, and nobody is told to ask for it', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'table')
  await writeFile(path, 'earlier')
  await expect(createPartitionBackup(NOTHING_TO_SAVE, TARGET, path)).rejects.toMatchObject({
    code: 'OUTPUT_EXISTS',
    hint: 'Choose another name for the backup',
  })
  expect(await readFile(path, 'utf8')).toBe('earlier')
})

it('a backup is a regular file', async () => {
  await expect(createPartitionBackup(NOTHING_TO_SAVE, TARGET, '/dev/null')).rejects.toMatchObject({
    code: 'NOT_A_FILE',
  })
})

it('a backup of a larger disk than ext4 has files is made all the same, and goes again', async () => {
  const byteLength = 32 * 2 ** 40
  const backup = await createPartitionBackup(NOTHING_TO_SAVE, { ...TARGET, byteLength }, undefined)
  expect((await stat(backup.path)).size).toBe(byteLength)
  expect(await backup.discard()).toBe(true)
  await expect(stat(backup.path)).rejects.toMatchObject({ code: 'ENOENT' })
})
