import { ImageError } from '../../errors.ts'
import type { BootNode, BootTree } from './boot-tree.ts'

/** Where a path leads. */
export interface ResolvedBootPath {
  /** Without symbolic links in it. */
  readonly path: string
  /** `undefined` when the last name is not there. */
  readonly node: BootNode | undefined
}

/** As many as Linux follows. */
const MAX_LINKS = 40

/**
 * Follows a path as if the boot partition were all there is: absolute links start at its root, and nothing is above it. A
 * filesystem of an image can have links to anywhere, and must not reach the files of the machine that installs it.
 *
 * @returns `undefined` when a directory on the way is not there, or is none.
 * @throws {ImageError} `BOOT_FILES_INVALID` for links in a circle.
 */
export async function resolveBootPath(tree: BootTree, path: string): Promise<ResolvedBootPath | undefined> {
  const rest = namesOf(path)
  const done: string[] = []
  let node = await tree.examine('')
  let linkCount = 0
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (node?.kind !== 'directory') return undefined
    if (name === '..') done.pop()
    else done.push(name)
    node = await tree.examine(done.join('/'))
    if (node?.kind !== 'symbolic-link') continue
    if (++linkCount > MAX_LINKS) throw tooManyLinks(tree, path)
    const target = await tree.readLink(done.join('/'))
    rest.unshift(...namesOf(target))
    if (target.startsWith('/')) done.length = 0
    else done.pop()
    node = await tree.examine(done.join('/'))
  }
  return { path: done.join('/'), node }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function tooManyLinks(tree: BootTree, path: string): ImageError {
  return new ImageError('BOOT_FILES_INVALID', `Symbolic links at ${path} of ${tree.name} lead in a circle`, {
    hint: 'Use an image that nobody has tampered with',
  })
}
