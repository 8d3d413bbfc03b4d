import { encodeUtf8, type Source } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'

/** What every entry of a new image has. */
interface IsoInputCommon {
  /** Real path, components separated by `/`, without a leading one. Directories above it are made as needed. */
  readonly path: string
  /** Permission bits; 0o444 for files, 0o555 for directories and 0o777 for symbolic links unless given. */
  readonly mode?: number
  /** Recording time; the image's unless given. */
  readonly modifiedAt?: Date
}

/** A file of a new image. Its source has to stay open as long as the image is read. */
export interface IsoFileInput extends IsoInputCommon {
  readonly type: 'file'
  readonly source: Source
}

/** A directory of a new image; needed where it shall be empty, or have a mode or a time of its own. */
export interface IsoDirectoryInput extends IsoInputCommon {
  readonly type: 'directory'
}

/** A symbolic link of a new image, which exists for readers of Rock Ridge only. */
export interface IsoSymlinkInput extends IsoInputCommon {
  readonly type: 'symlink'
  readonly target: string
}

/** One entry of a new image. */
export type IsoInput = IsoFileInput | IsoDirectoryInput | IsoSymlinkInput

interface NodeCommon {
  readonly path: string
  readonly name: string
  readonly mode: number
  readonly modifiedAt: Date
}

/** A file in its place. */
export interface FileNode extends NodeCommon {
  readonly type: 'file'
  readonly source: Source
}

/** A symbolic link in its place. */
export interface SymlinkNode extends NodeCommon {
  readonly type: 'symlink'
  readonly target: string
}

/** A directory with what is in it. */
export interface DirectoryNode extends NodeCommon {
  readonly type: 'directory'
  /** By the bytes of their names. */
  readonly children: readonly TreeNode[]
}

/** Anything that a directory holds. */
export type TreeNode = FileNode | SymlinkNode | DirectoryNode

/** Longest name that Linux gives to a file. */
const MAX_NAME_BYTE_LENGTH = 255

/** Longest path that Linux takes, with a byte for its end. */
const MAX_PATH_BYTE_LENGTH = 4095

/** Deepest path. Readers of untrusted images stop somewhere, isokit's own among them. */
const MAX_DEPTH = 128

/** Longest link target that libisofs, and so xorriso, reads. */
const MAX_TARGET_BYTE_LENGTH = 1023

/** A time is kept as years since 1900 in one byte (ECMA-119, 9.1.5). */
const FIRST_YEAR = 1900
const LAST_YEAR = FIRST_YEAR + 255

/**
 * Makes the tree of a new image out of the caller's list, whatever its order.
 *
 * @param modifiedAt the time of everything that does not say its own.
 * @throws {UsageError} `ISO_INPUT_INVALID`
 */
export function buildTree(inputs: readonly IsoInput[], modifiedAt: Date): DirectoryNode {
  const byPath = new Map<string, IsoInput>()
  const directories = new Map<string, Set<string>>([['', new Set()]])
  for (const input of inputs) {
    checkInput(input)
    if (byPath.has(input.path)) throw invalid(input.path, 'it is given twice')
    byPath.set(input.path, input)
    if (input.type === 'directory' && !directories.has(input.path)) directories.set(input.path, new Set())
    addToParents(directories, input.path)
  }

  const makeNode = (path: string): TreeNode => {
    const input = byPath.get(path)
    const name = path.slice(path.lastIndexOf('/') + 1)
    const common = { path, name, modifiedAt: input?.modifiedAt ?? modifiedAt }
    if (input?.type === 'file') return { ...common, type: 'file', mode: input.mode ?? 0o444, source: input.source }
    if (input?.type === 'symlink') {
      return { ...common, type: 'symlink', mode: input.mode ?? 0o777, target: input.target }
    }
    return makeDirectory(path, { ...common, mode: input?.mode ?? 0o555 })
  }
  const makeDirectory = (path: string, common: NodeCommon): DirectoryNode => {
    const children = [...(directories.get(path) ?? [])].map((childPath) => {
      const isUsedAsDirectory = (directories.get(childPath)?.size ?? 0) > 0
      const type = byPath.get(childPath)?.type
      if (isUsedAsDirectory && type && type !== 'directory') {
        throw invalid(childPath, `it is a ${type}, and other paths use it as a directory`)
      }
      return makeNode(childPath)
    })
    return { ...common, type: 'directory', children: sortByNameBytes(children) }
  }
  return makeDirectory('', { path: '', name: '', mode: 0o555, modifiedAt })
}

/** Every node of the tree in the order of its paths, directories before what they hold. */
export function* walkTree(directory: DirectoryNode): Generator<TreeNode, void, undefined> {
  for (const child of directory.children) {
    yield child
    if (child.type === 'directory') yield* walkTree(child)
  }
}

function addToParents(directories: Map<string, Set<string>>, path: string): void {
  for (let child = path; child !== ''; ) {
    const parent = child.includes('/') ? child.slice(0, child.lastIndexOf('/')) : ''
    const known = directories.get(parent)
    if (known) {
      known.add(child)
      if (parent === '' || known.size > 1) return // the directories above have been made before
    } else directories.set(parent, new Set([child]))
    child = parent
  }
}

function sortByNameBytes(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes
    .map((node) => ({ node, key: encodeUtf8(node.name) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ node }) => node)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.byteLength && index < b.byteLength; index++) {
    const difference = (a[index] as number) - (b[index] as number)
    if (difference !== 0) return difference
  }
  return a.byteLength - b.byteLength
}

function checkInput(input: IsoInput): void {
  const { path, modifiedAt } = input
  if (encodeUtf8(path).byteLength > MAX_PATH_BYTE_LENGTH) {
    throw invalid(path, `it is longer than ${MAX_PATH_BYTE_LENGTH} bytes`)
  }
  const names = path.split('/')
  if (names.length > MAX_DEPTH) throw invalid(path, `it has more than ${MAX_DEPTH} parts`)
  for (const name of names) {
    if (name === '') throw invalid(path, 'a part of it is empty')
    if (name === '.' || name === '..') throw invalid(path, `it contains '${name}'`)
    if (/[\0-\x1f\x7f]|\p{Surrogate}/u.test(name)) throw invalid(path, 'it contains a control character')
    if (encodeUtf8(name).byteLength > MAX_NAME_BYTE_LENGTH) {
      throw invalid(path, `a part of it is longer than ${MAX_NAME_BYTE_LENGTH} bytes`)
    }
  }
  if (input.type === 'symlink') checkTarget(path, input.target)
  if (modifiedAt) checkTime(modifiedAt, path)
}

function checkTarget(path: string, target: string): void {
  if (target === '' || /\0|\p{Surrogate}/u.test(target)) throw invalid(path, 'its link target is empty or no text')
  if (encodeUtf8(target).byteLength <= MAX_TARGET_BYTE_LENGTH) return
  throw invalid(path, `its link target is longer than ${MAX_TARGET_BYTE_LENGTH} bytes`)
}

/** Throws unless directory records can hold the time. @throws {UsageError} `ISO_INPUT_INVALID` */
export function checkTime(time: Date, of: string): void {
  const year = time.getUTCFullYear()
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return
  throw invalid(of, `its time is not between the years ${FIRST_YEAR} and ${LAST_YEAR}`)
}

function invalid(path: string, reason: string): UsageError {
  return new UsageError('ISO_INPUT_INVALID', `Cannot put '${path}' into an ISO image: ${reason}`)
}
