import { encodeUtf8 } from '../../../bytes/index.ts'

/** The links that are known lie no deeper. */
const MAX_LINK_DEPTH = 2

/**
 * Where a path leads through the links that a system is known to have. As Ignition does, the last element is not
 * followed: what is written takes the link's place.
 */
export function resolvePath(path: string, links: ReadonlyMap<string, string>): string {
  if (links.size === 0) return path
  let end = 0
  for (let depth = 1; depth <= MAX_LINK_DEPTH; depth++) {
    end = path.indexOf('/', end + 1)
    if (end < 0) return path
    const target = links.get(path.slice(0, end))
    if (target !== undefined) return target + path.slice(end)
  }
  return path
}

/** Limits of the kernel and of its filesystems, without the zero byte at the end. */
const MAX_PATH_BYTE_LENGTH = 4095
const MAX_NAME_BYTE_LENGTH = 255

/**
 * Says that a path is longer than a kernel takes it.
 *
 * @returns a clause; `undefined` when it is not.
 */
export function checkPathLength(path: string): string | undefined {
  if (path.length * 3 <= MAX_NAME_BYTE_LENGTH) return undefined // no character takes more bytes
  if (encodeUtf8(path).byteLength > MAX_PATH_BYTE_LENGTH) return `the path is longer than ${MAX_PATH_BYTE_LENGTH} bytes`
  const isTooLong = path.split('/').some((name) => encodeUtf8(name).byteLength > MAX_NAME_BYTE_LENGTH)
  return isTooLong ? `a name in the path is longer than ${MAX_NAME_BYTE_LENGTH} bytes` : undefined
}

/** How many elements a path has; 0 for the root. */
export function depthOf(path: string): number {
  if (path === '/') return 0
  let depth = 0
  for (let index = path.indexOf('/'); index >= 0; index = path.indexOf('/', index + 1)) depth++
  return depth
}

/** The path of the directory above; the root is its own. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}

/** Orders paths by their code units, which no locale has a say in. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
