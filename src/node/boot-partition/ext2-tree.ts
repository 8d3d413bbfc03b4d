import type { BootTree } from './boot-tree.ts'
import { Ext2Thread, type Ext2ThreadOptions } from './ext2-worker/ext2-thread.ts'

/**
 * Opens an ext2, ext3 or ext4 filesystem in a thread of its own.
 *
 * @param options with what its superblock says to be free.
 * @throws {FormatError} `BOOT_FILESYSTEM_UNSUPPORTED`, `LIMIT_EXCEEDED`
 * @throws {IoError} `IO_FAILED`, `DISK_FULL`, and what the disk throws.
 */
export async function openExt2Tree(
  options: Ext2ThreadOptions & { readonly freeByteLength: number },
): Promise<BootTree> {
  const { disk, name, freeByteLength } = options
  const thread = await Ext2Thread.start(options)
  return {
    name,
    freeByteLength: async () => freeByteLength,
    examine: (path) => thread.call(`examine ${path || 'the root'} of`, 'examine', path),
    readLink: (path) => thread.call(`read ${path} of`, 'readLink', path),
    list: (path) => thread.call(`list ${path || 'the root'} of`, 'list', path),
    read: (path, extent) => thread.call(`read ${path} of`, 'read', path, extent),
    createDirectory: (path, mode) => thread.call(`create ${path} of`, 'createDirectory', path, mode),
    createFile: (path, mode, bytes) => thread.call(`create ${path} of`, 'createFile', path, mode, bytes),
    replaceContents: (path, bytes) => thread.call(`write ${path} of`, 'replaceContents', path, bytes),
    writeAt: (path, mode, offset, bytes) => thread.call(`write ${path} of`, 'writeAt', path, mode, offset, bytes),
    async close() {
      try {
        await thread.call('close', 'close')
        if (disk.failure) throw disk.failure.error // the library forgets
      } finally {
        await thread.terminate()
      }
    },
  }
}
