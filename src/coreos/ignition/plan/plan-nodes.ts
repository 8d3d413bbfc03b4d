import { FormatError } from '../../../errors.ts'
import type * as types from '../model/types.ts'
import { describeNode, impliedDirectory, type NodeStep } from './describe-node.ts'
import { judgeNode, judgePlace, type NodeSurroundings, type PlacedNode } from './judge-node.ts'
import { outcome } from './outcome.ts'
import { checkPathLength, cleanPath, compareByDepth, resolvePath } from './resolve-path.ts'
import { joinVerdicts, type Verdict } from './step.ts'
import type { TargetTree } from './target-tree.ts'

/** Long paths imply many directories; a plan of more steps than this is of no use to anybody. */
const MAX_NODE_COUNT = 1_000_000

/**
 * The files, directories and links in the order in which they are made: by depth, and hard links last. The order within a
 * depth, which nothing promises, is that of the paths. Directories that are implied stand before what implies them.
 *
 * @param tree what is known to be on the target by then; it grows as nodes are planned.
 * @throws {FormatError} `LIMIT_EXCEEDED` when the paths imply very many directories.
 */
export function planNodes(
  storage: types.Storage,
  tree: TargetTree,
  surroundings: NodeSurroundings,
): readonly NodeStep[] {
  const { links } = surroundings.system
  const steps: NodeStep[] = []
  const taken = new Map<string, string>()
  for (const placed of inOrder(storage, surroundings)) {
    const { type, node, place } = placed
    const { parents, ...verdict } = planPlace(placed, { tree, taken, links })
    if (steps.length + parents.length >= MAX_NODE_COUNT) {
      throw new FormatError('LIMIT_EXCEEDED', `Cannot plan more than ${MAX_NODE_COUNT} files, directories and links`)
    }
    for (const path of parents) steps.push(impliedDirectory(path))
    steps.push(describeNode(placed, joinVerdicts([verdict, ...judgeNode(placed, surroundings)]), surroundings))
    taken.set(place, node.path)
    tree.put(place, type, node.path)
  }
  return steps
}

function inOrder(
  { directories = [], files = [], links = [] }: types.Storage,
  { system }: NodeSurroundings,
): readonly PlacedNode[] {
  const placeOf = ({ path }: types.Node): string => resolvePath(path, system.links)
  const placed = [
    ...directories.map((node): PlacedNode => ({ type: 'directory', node, place: placeOf(node) })),
    ...files.map((node): PlacedNode => ({ type: 'file', node, place: placeOf(node) })),
    ...links.map((node): PlacedNode => ({ type: 'link', node, place: placeOf(node) })),
  ]
  const isLast = (each: PlacedNode): boolean => each.type === 'link' && each.node.hard === true
  return [
    ...placed
      .filter((each) => !isLast(each))
      .sort((a, b) => compareByDepth(a.place, b.place) || compareByDepth(a.node.path, b.node.path)),
    ...placed.filter(isLast),
  ]
}

interface PlannedPlace extends Verdict {
  /** Directories to make first, from the top. */
  readonly parents: readonly string[]
}

function planPlace(
  placed: PlacedNode,
  { tree, taken, links }: { tree: TargetTree; taken: ReadonlyMap<string, string>; links: ReadonlyMap<string, string> },
): PlannedPlace {
  const { place } = placed
  const problem = checkPathLength(place)
  if (problem !== undefined) return { parents: [], failures: [{ kind: 'path-too-long', message: problem }] }
  const other = taken.get(place)
  if (other !== undefined) {
    return { parents: [], failures: [{ kind: 'path-repeated', message: `${other} leads to the same place` }] }
  }
  const { made, obstacle } = tree.makeParents(place)
  if (obstacle !== undefined) {
    const message = `${obstacle} is a ${tree.at(obstacle)?.type} by then, not a directory`
    return { parents: [], failures: [{ kind: 'path-below-non-directory', message }] }
  }
  const verdict = judgePlace(placed, tree.at(place))
  const target = placed.type === 'link' ? judgeTarget(placed.node, tree, links) : {}
  return { parents: made, ...joinVerdicts([verdict, target]) }
}

/** A hard link's target is taken from the root, however it is written. */
function judgeTarget({ hard, target = '' }: types.Link, tree: TargetTree, links: ReadonlyMap<string, string>): Verdict {
  if (!hard) return {}
  const path = resolvePath(cleanPath(`/${target}`), links)
  const known = tree.at(path)
  if (known?.type === 'directory') {
    return {
      failures: [{ kind: 'hard-link-to-directory', message: `${path} is a directory, which takes no hard links` }],
    }
  }
  return known ? {} : { outcomes: [outcome('target-missing', 'fail', path)] }
}
