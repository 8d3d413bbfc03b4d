import { FormatError } from '../../../errors.ts'
import type * as types from '../model/types.ts'
import { cleanPath } from '../validate/check-path.ts'
import { describeNode, impliedDirectory, type NodeStep } from './describe-node.ts'
import { judgeNode, judgePlace, type NodeSurroundings } from './judge-node.ts'
import { orderNodes, type PlacedNode } from './order-nodes.ts'
import { outcome } from './outcome.ts'
import { checkPathLength, resolvePath } from './resolve-path.ts'
import { type FailureKind, joinVerdicts, SOUND, type Verdict } from './step.ts'
import type { TargetTree } from './target-tree.ts'

/** A path of 4 KiB implies thousands of directories. Those of a million files have no longer paths together. */
const MAX_IMPLIED_LENGTH = 64 * 1024 * 1024

/**
 * The files, directories and links in the order in which they are made. Directories that are implied stand before what
 * implies them.
 *
 * @param tree what is known to be on the target by then; it grows as nodes are planned.
 * @throws {FormatError} `LIMIT_EXCEEDED` when the paths imply very many directories.
 */
export function planNodes(
  storage: types.Storage,
  tree: TargetTree,
  surroundings: NodeSurroundings,
): readonly NodeStep[] {
  const steps: NodeStep[] = []
  let impliedLength = 0
  for (const placed of orderNodes(storage, surroundings.system.links)) {
    const { parents, verdict } = planPlace(placed, tree, surroundings.system.links)
    for (const path of parents) {
      steps.push(impliedDirectory(path))
      impliedLength += path.length
    }
    if (impliedLength > MAX_IMPLIED_LENGTH) {
      const problem = `the directories above its files have paths of more than ${MAX_IMPLIED_LENGTH} characters together`
      throw new FormatError('LIMIT_EXCEEDED', `Cannot plan this Ignition config: ${problem}`)
    }
    steps.push(describeNode(placed, joinVerdicts([verdict, ...judgeNode(placed, surroundings)]), surroundings))
    tree.putEntry(placed.place, placed.type, placed.node.path)
  }
  return steps
}

interface PlannedPlace {
  /** Directories to make first, from the top. */
  readonly parents: readonly string[]
  readonly verdict: Verdict
}

function planPlace(placed: PlacedNode, tree: TargetTree, links: ReadonlyMap<string, string>): PlannedPlace {
  const { place } = placed
  const problem = checkPathLength(place)
  if (problem !== undefined) return impossible('path-too-long', problem)
  const known = tree.at(place)
  if (known?.entry !== undefined) return impossible('path-repeated', `${known.entry} leads to the same place`)
  const { made, obstacle } = tree.makeParents(place)
  if (obstacle !== undefined) {
    const message = `${obstacle} is a ${tree.at(obstacle)?.type} by then, not a directory`
    return impossible('path-below-non-directory', message)
  }
  const target = placed.type === 'link' && placed.node.hard ? judgeTarget(placed.node, tree, links) : SOUND
  return { parents: made, verdict: joinVerdicts([judgePlace(placed, known), target]) }
}

function impossible(kind: FailureKind, message: string): PlannedPlace {
  return { parents: [], verdict: { failures: [{ kind, message }] } }
}

/** A hard link's target is taken from the root, however it is written. */
function judgeTarget({ target = '' }: types.Link, tree: TargetTree, links: ReadonlyMap<string, string>): Verdict {
  const path = resolvePath(cleanPath(`/${target}`), links)
  const known = tree.at(path)
  if (!known) return { outcomes: [outcome('target-missing', 'fail', path)] }
  if (known.type !== 'directory') return SOUND
  const message = `${path} is a directory, which takes no hard links`
  return { failures: [{ kind: 'hard-link-to-directory', message }] }
}
