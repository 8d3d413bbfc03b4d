import { constants, type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { Extent } from '../../bytes/index.ts'
import type { BootFilesystem, BootPartition } from '../../coreos/index.ts'
import { IoError } from '../../errors.ts'
import { withIoError } from '../system-error.ts'
import { bootPartition } from './boot-partition.ts'
import { directoryTree } from './directory-tree.ts'
import { holdMount, type MountHolder } from './mount-holder.ts'
import type { OpenBootOptions } from './open-ext2-boot.ts'

/** Programs, devices and set-user-ID bits of an image are of no use here. */
const OPTIONS = ['rw', 'nosuid', 'nodev', 'noexec', 'noatime']

/**
 * Mounts the boot partition of a disk as root on Linux, whatever its filesystem, in a place that only this process sees. The
 * kernel need not know the partition: a loop device covers its bytes, also while this process has the disk for itself.
 *
 * It is unmounted when the partition is closed, and when this process ends in whatever way.
 *
 * @param devicePath a block device, or a file.
 * @throws {IoError} `PERMISSION_DENIED`, `IO_FAILED` when it can't be mounted; closing throws when it can't be unmounted.
 */
export async function mountBoot(
  devicePath: string,
  extent: Extent,
  filesystem: BootFilesystem,
  { signal }: OpenBootOptions = {},
): Promise<BootPartition> {
  signal?.throwIfAborted()
  const name = `the boot partition of ${devicePath}`
  const undo: Undo[] = []
  try {
    // Covers what is there for the holder alone, so any directory will do, and none is left behind by whoever is killed.
    const directory = await withIoError('find a directory to mount on', () => realpath(tmpdir()))
    const loop = ['loop', `offset=${extent.offset}`, `sizelimit=${extent.byteLength}`]
    // The system may have another copy of the same image.
    const options = [...OPTIONS, ...loop, ...(filesystem === 'xfs' ? ['nouuid'] : [])]
    const holder = await holdMount({ devicePath, directory, type: filesystem, options }, name)
    undo.push(
      () => flush(devicePath),
      () => holder.unmount(),
    )
    const root = await openRoot(holder, directory, name)
    undo.push(() => root.close())
    signal?.throwIfAborted()
    return bootPartition(
      directoryTree(root, name, () => undoAll(undo)),
      signal,
    )
  } catch (error) {
    await undoAll(undo).catch(() => {}) // the first failure says more
    throw error
  }
}

type Undo = () => Promise<void>

/** Undoes all steps, the last one first, and throws the first failure. */
async function undoAll(steps: Undo[]): Promise<void> {
  const failures: unknown[] = []
  for (let undo = steps.pop(); undo; undo = steps.pop()) {
    await undo().catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

async function openRoot(holder: MountHolder, directory: string, name: string): Promise<FileHandle> {
  return withIoError(`open ${name}`, async () => {
    const root = await open(holder.directory, constants.O_RDONLY | constants.O_DIRECTORY)
    const [inside, outside] = [await root.stat(), await stat(directory)]
    if (inside.dev !== outside.dev) return root
    await root.close()
    throw new IoError('IO_FAILED', `Cannot open ${name}: it is not where it was mounted`, {
      hint: 'Check that nothing else mounts and unmounts there, and try again',
    })
  })
}

/** What the loop device has handed on may still be in the memory of the disk's device. */
async function flush(devicePath: string): Promise<void> {
  await withIoError(`flush ${devicePath}`, async () => {
    await using handle = await open(devicePath, 'r')
    await handle.sync()
  })
}
