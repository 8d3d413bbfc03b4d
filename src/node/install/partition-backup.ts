import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IoError } from '../../errors.ts'
import { type PartitionsToSave, planPartitionBackup, type TableTarget } from '../../operations/index.ts'
import { createFileOutput, type FileOutput } from '../output.ts'
import { removeFile } from '../remove-file.ts'
import { withIoError } from '../system-error.ts'

/** A file with the table of saved partitions. */
export interface PartitionBackup {
  readonly path: string
  /** Takes it away again, unless somebody has asked for it, and says whether it has. */
  discard(): Promise<boolean>
}

/** A folder in memory of every Linux system: files in memory can have any size, and those of ext4 16 TiB at most. */
const MEMORY_FOLDER = '/dev/shm'

/**
 * Writes a partition table with nothing but the saved partitions to a file of the disk's size, which takes next to no space:
 * `sfdisk --dump` reads it, and so does whoever has to put the partitions back.
 *
 * @param path where somebody wants it; a new folder of the system's temporary directory unless given,
 *   or in memory where that directory's file system has no files of the disk's size.
 * @throws {IoError} `OUTPUT_EXISTS`, `DISK_FULL`, `FILE_TOO_LARGE` and others.
 */
export async function createPartitionBackup(
  saved: PartitionsToSave,
  target: TableTarget,
  path: string | undefined,
): Promise<PartitionBackup> {
  if (path !== undefined) {
    await writeBackup(saved, target, path)
    return { path, discard: async () => false }
  }
  try {
    return await createTemporaryBackup(saved, target, tmpdir())
  } catch (error) {
    if (!(error instanceof IoError && error.code === 'FILE_TOO_LARGE')) throw error
    return await createTemporaryBackup(saved, target, MEMORY_FOLDER)
  }
}

async function createTemporaryBackup(
  saved: PartitionsToSave,
  target: TableTarget,
  parent: string,
): Promise<PartitionBackup> {
  const folder = await withIoError('create a temporary folder', () => mkdtemp(join(parent, 'isokit-partitions-')))
  const file = join(folder, 'partitions.raw')
  const removeFolder = (): Promise<void> => rmdir(folder).catch(() => {}) // an empty folder harms nobody
  try {
    await writeBackup(saved, target, file)
  } catch (error) {
    await removeFolder()
    throw error
  }
  return {
    path: file,
    async discard() {
      try {
        await removeFile(file)
      } catch {
        return false // one copy too many is told, and is no reason to fail
      }
      await removeFolder()
      return true
    },
  }
}

async function writeBackup(saved: PartitionsToSave, target: TableTarget, path: string): Promise<void> {
  await using output = await createBackupFile(path) // removed again unless committed
  await output.setByteLength(target.byteLength)
  for (const { offset, bytes } of planPartitionBackup(saved, target)) await output.write(offset, bytes)
  await output.commit()
}

async function createBackupFile(path: string): Promise<FileOutput> {
  try {
    return await createFileOutput(path, { mode: 0o600, durable: true })
  } catch (error) {
    if (!(error instanceof IoError && error.code === 'OUTPUT_EXISTS')) throw error
    // No option replaces a backup: it may be all that is left of the partitions of an earlier attempt.
    throw new IoError(error.code, error.message, { hint: 'Choose another name for the backup' })
  }
}
