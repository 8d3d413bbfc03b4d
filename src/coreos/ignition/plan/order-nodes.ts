import type * as types from '../model/types.ts'
import { comparePaths, depthOf, resolvePath } from './resolve-path.ts'

/** A file, directory or link, and where its path leads on the target. */
export type PlacedNode =
  | { readonly type: 'directory'; readonly node: types.Directory; readonly place: string }
  | { readonly type: 'file'; readonly node: types.File; readonly place: string }
  | { readonly type: 'link'; readonly node: types.Link; readonly place: string }

/**
 * All files, directories and links in the order in which they are made: by the depth of where they lead, and hard links
 * last, in the order of the config. The order within a depth, which nothing promises, is that of the paths.
 *
 * @param links what the system is known to have.
 */
export function orderNodes(
  { directories = [], files = [], links: linkNodes = [] }: types.Storage,
  links: ReadonlyMap<string, string>,
): readonly PlacedNode[] {
  const placeOf = ({ path }: types.Node): string => resolvePath(path, links)
  const byDepth: PlacedNode[][] = []
  const hardLinks: PlacedNode[] = []
  const add = (placed: PlacedNode): void => {
    const depth = depthOf(placed.place)
    const sameDepth = byDepth[depth]
    if (sameDepth) sameDepth.push(placed)
    else byDepth[depth] = [placed]
  }
  for (const node of directories) add({ type: 'directory', node, place: placeOf(node) })
  for (const node of files) add({ type: 'file', node, place: placeOf(node) })
  for (const node of linkNodes) {
    const placed = { type: 'link', node, place: placeOf(node) } as const
    if (node.hard) hardLinks.push(placed)
    else add(placed)
  }
  for (const nodes of byDepth) nodes?.sort((a, b) => comparePaths(a.node.path, b.node.path))
  return [...byDepth.filter((nodes) => nodes !== undefined), hardLinks].flat()
}
