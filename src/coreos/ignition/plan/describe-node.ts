import { formatMode } from '../model/format-mode.ts'
import type * as types from '../model/types.ts'
import type { ResourceFacts } from '../resource/read-resource.ts'
import type { NodeSurroundings } from './judge-node.ts'
import type { PlacedNode } from './order-nodes.ts'
import { outcome } from './outcome.ts'
import { type StepBase, stepBase, type Verdict } from './step.ts'

/** What steps for files, directories and links have in common. */
export interface NodeStepBase extends StepBase {
  /** As the config has it. */
  readonly path: string
  /** Where the path leads through links that the system is known to have; `undefined` when it leads through none. */
  readonly resolvedPath: string | undefined
  /** What is there is removed first, with all that is in it. */
  readonly overwrite: boolean
  /** Who owns it when it is new: an id, or a name that is looked up on the target. */
  readonly user: types.Integer | string
  /** As for the user. */
  readonly group: types.Integer | string
}

/** A directory. */
export interface DirectoryStep extends NodeStepBase {
  readonly kind: 'directory'
  /** Whether it is only made because something is to be below it. */
  readonly isImplied: boolean
  /** What it has when it is new, in four octal digits. */
  readonly mode: string
}

/** A file. */
export interface FileStep extends NodeStepBase {
  readonly kind: 'file'
  /** What it has when it is new, in four octal digits. */
  readonly mode: string
  /** Bytes of a new file; `undefined` when they are not all known here. */
  readonly byteLength: number | undefined
  /** `undefined` when the file is only made sure of. */
  readonly contents: ResourceFacts | undefined
  /** What is put behind the contents, in this order. */
  readonly appended: readonly ResourceFacts[]
}

/** A symbolic or a hard link. */
export interface LinkStep extends NodeStepBase {
  readonly kind: 'link'
  readonly isHard: boolean
  readonly target: string
}

/** A file, directory or link. What is there already keeps its mode and owner unless the config gives some. */
export type NodeStep = DirectoryStep | FileStep | LinkStep

const DEFAULT_MODES = { directory: 0o755, file: 0o644 } as const

const IMPLIED: Verdict = {
  outcomes: [
    outcome('path-free', 'create'),
    outcome('path-alike', 'keep', 'a directory'),
    outcome('path-other', 'fail'),
  ],
}

/** A directory that something else needs. */
export function impliedDirectory(path: string): DirectoryStep {
  return {
    kind: 'directory',
    path,
    resolvedPath: undefined,
    isImplied: true,
    mode: formatMode(DEFAULT_MODES.directory),
    user: 0,
    group: 0,
    overwrite: false,
    ...stepBase('files', IMPLIED),
  }
}

/** The step of a file, directory or link. */
export function describeNode(placed: PlacedNode, verdict: Verdict, { reading }: NodeSurroundings): NodeStep {
  const { type, node, place } = placed
  const common = {
    path: node.path,
    resolvedPath: place === node.path ? undefined : place,
    overwrite: node.overwrite ?? false,
    user: ownerOf(node.user),
    group: ownerOf(node.group),
    ...stepBase('files', verdict),
  }
  switch (type) {
    case 'directory':
      return { kind: type, isImplied: false, mode: formatMode(node.mode ?? DEFAULT_MODES.directory), ...common }
    case 'file': {
      const contents = node.contents && reading(node.contents)?.facts
      const appended = (node.append ?? []).flatMap((each) => reading(each)?.facts ?? [])
      const byteLength = sumOf([...(contents ? [contents] : []), ...appended])
      return {
        kind: type,
        mode: formatMode(node.mode ?? DEFAULT_MODES.file),
        byteLength,
        contents,
        appended,
        ...common,
      }
    }
    case 'link':
      return { kind: type, isHard: node.hard ?? false, target: node.target ?? '', ...common }
  }
}

function ownerOf(owner: types.Owner = {}): types.Integer | string {
  return owner.id ?? (owner.name || 0)
}

function sumOf(resources: readonly ResourceFacts[]): number | undefined {
  let sum = 0
  for (const { byteLength } of resources) {
    if (byteLength === undefined) return undefined
    sum += byteLength
  }
  return sum
}
