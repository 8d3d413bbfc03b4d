import { alignUp, equalBytes, joinBytes } from '../../bytes/index.ts'
import { type BootChange, type BootPartition, MAX_BOOT_FILE_BYTE_LENGTH } from '../../coreos/index.ts'
import { ImageError, IoError } from '../../errors.ts'
import type { BootTree } from './boot-tree.ts'
import { type ResolvedBootPath, resolveBootPath } from './resolve-boot-path.ts'

/** A boot partition over any way to reach its files, so that all of them do the same. */
export function bootPartition(tree: BootTree, signal?: AbortSignal): BootPartition {
  return {
    async list(path) {
      const directory = await resolveBootPath(tree, path)
      if (directory?.node?.kind !== 'directory') return undefined
      return [...(await tree.list(directory.path))].sort()
    },
    async read(path) {
      const file = await resolveBootPath(tree, path)
      if (file?.node?.kind !== 'file') return undefined
      const { byteLength } = file.node
      if (byteLength > MAX_BOOT_FILE_BYTE_LENGTH) throw tooLarge(tree, path, byteLength)
      return tree.read(file.path, { offset: 0, byteLength })
    },
    async isFile(path) {
      return (await resolveBootPath(tree, path))?.node?.kind === 'file'
    },
    async apply(changes) {
      await checkRoom(tree, changes)
      for (const change of changes) {
        signal?.throwIfAborted()
        await applyChange(tree, change)
      }
    },
    close: () => tree.close(),
  }
}

/** So that it is known at once. What a filesystem needs besides may still be too much, and is then found out on the way. */
async function checkRoom(tree: BootTree, changes: readonly BootChange[]): Promise<void> {
  const adding = changes.filter(({ kind }) => kind === 'create-file' || kind === 'append-to-file')
  const byteLength = adding.reduce((sum, change) => sum + ('bytes' in change ? change.bytes.byteLength : 0), 0)
  if (byteLength === 0) return
  const freeByteLength = await tree.freeByteLength()
  if (byteLength <= freeByteLength) return
  throw new IoError(
    'DISK_FULL',
    `Cannot change ${tree.name}: ${byteLength} bytes do not fit the ${freeByteLength} that are free there`,
    { hint: 'Let the config fetch what is large from the network' },
  )
}

async function applyChange(tree: BootTree, change: BootChange): Promise<void> {
  const where = await resolveBootPath(tree, change.path)
  if (!where) throw unexpected(tree, change.path, 'is in a directory that is not there')
  if (change.kind === 'create-directory') await createDirectory(tree, where, change)
  else if (change.kind === 'create-file') await createFile(tree, where, change)
  else if (change.kind === 'replace-contents') await replaceContents(tree, where, change)
  else await appendToFile(tree, where, change)
}

async function createDirectory(
  tree: BootTree,
  { path, node }: ResolvedBootPath,
  change: BootChange & { readonly kind: 'create-directory' },
): Promise<void> {
  if (node?.kind === 'directory') return
  if (node) throw unexpected(tree, change.path, 'is there, and is no directory')
  await tree.createDirectory(path, change.mode)
  const created = await tree.examine(path)
  if (created?.kind !== 'directory' || created.mode !== change.mode) throw notKept(tree, change.path)
}

async function createFile(
  tree: BootTree,
  { path, node }: ResolvedBootPath,
  change: BootChange & { readonly kind: 'create-file' },
): Promise<void> {
  if (node) throw unexpected(tree, change.path, 'is there already')
  await tree.createFile(path, change.mode, change.bytes)
  await compare(tree, path, change.bytes)
  if ((await tree.examine(path))?.mode !== change.mode) throw notKept(tree, change.path)
}

async function replaceContents(
  tree: BootTree,
  { path, node }: ResolvedBootPath,
  change: BootChange & { readonly kind: 'replace-contents' },
): Promise<void> {
  if (node?.kind !== 'file') throw unexpected(tree, change.path, 'is not there, or is no regular file')
  await tree.replaceContents(path, change.bytes)
  await compare(tree, path, change.bytes)
  if ((await tree.examine(path))?.mode !== node.mode) throw notKept(tree, change.path)
}

async function appendToFile(
  tree: BootTree,
  { path, node }: ResolvedBootPath,
  change: BootChange & { readonly kind: 'append-to-file' },
): Promise<void> {
  if (node?.kind !== 'file') throw unexpected(tree, change.path, 'is not there, or is no regular file')
  const padding = alignUp(node.byteLength, change.alignment) - node.byteLength
  const bytes = joinBytes([new Uint8Array(padding), change.bytes])
  await tree.writeAt(path, change.mode, node.byteLength, bytes)
  await compare(tree, path, bytes, node.byteLength)
  if ((await tree.examine(path))?.mode !== change.mode) throw notKept(tree, change.path)
}

async function compare(tree: BootTree, path: string, bytes: Uint8Array, offset = 0): Promise<void> {
  const kept = await tree.read(path, { offset, byteLength: bytes.byteLength + 1 }) // one more, to see that it ends
  if (!equalBytes(kept, bytes)) throw notKept(tree, path)
}

function tooLarge(tree: BootTree, path: string, byteLength: number): ImageError {
  return new ImageError(
    'BOOT_FILES_INVALID',
    `${path} of ${tree.name} has ${byteLength} bytes, more than the ${MAX_BOOT_FILE_BYTE_LENGTH} that are read`,
    { hint: 'Use an image that nobody has tampered with' },
  )
}

function unexpected(tree: BootTree, path: string, problem: string): ImageError {
  return new ImageError('BOOT_FILES_INVALID', `Cannot change ${tree.name}: ${path} ${problem}`, {
    hint: 'Use an image that nobody has customized',
  })
}

function notKept(tree: BootTree, path: string): IoError {
  return new IoError('WRITE_NOT_KEPT', `${path} of ${tree.name} reads differently from what was written`, {
    hint: 'Check the disk',
  })
}
