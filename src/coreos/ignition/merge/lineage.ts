import type { IgnitionPath } from '../model/path.ts'
import type * as types from '../model/types.ts'
import type { ConfigText } from '../parse/config-text.ts'
import type { UpgradedIgnition } from '../upgrade/upgrade-ignition.ts'
import type { BytePosition } from '../validate/finding.ts'
import { type MergedPair, mergePair } from './merge-pair.ts'

/** A config that goes into a merge. */
export interface MergeInput {
  /** How messages call it: the name of a file. */
  readonly name: string
  readonly config: types.IgnitionConfig
  /** Its text, if its values shall have positions. */
  readonly text?: ConfigText | undefined
  /** The reference that led to it; `undefined` for a config that was given. */
  readonly via?: ValueOrigin | undefined
}

/** Where a value of a merged config comes from. */
export interface ValueOrigin {
  readonly input: MergeInput
  /** In the input's own config. */
  readonly path: IgnitionPath
  /** Of the value, or of what it would stand in; `undefined` without a text. */
  readonly position: BytePosition | undefined
}

/** A config that was upgraded and goes into a merge. */
export interface InputLineage extends UpgradedIgnition {
  readonly kind: 'input'
  readonly input: MergeInput
}

/** How a config came to be. It remembers what was put together, and not where each value went: that is looked up. */
export type Lineage =
  | InputLineage
  | ({ readonly kind: 'pair'; readonly parent: Lineage; readonly child: Lineage } & MergedPair)
  /** The first references of `whole` are gone. */
  | { readonly kind: 'cut'; readonly config: types.IgnitionConfig; readonly whole: Lineage; readonly cutCount: number }

/** A lineage that is two others in one. */
export type PairLineage = Extract<Lineage, { readonly kind: 'pair' }>

/** The lists of references, from which entries are cut when they have been merged. */
export const REFERENCES_PATH: IgnitionPath = ['ignition', 'config', 'merge']

/** Merges a config into another of the same version. */
export function pairOf(parent: Lineage, child: Lineage): PairLineage {
  return { kind: 'pair', parent, child, ...mergePair(parent.config, child.config) }
}

/** A config without the first of its references. */
export function cutReferences(whole: Lineage, cutCount: number): Lineage {
  if (cutCount === 0) return whole
  const { ignition } = whole.config
  const merge = ignition.config?.merge?.slice(cutCount)
  const config = { ...whole.config, ignition: { ...ignition, config: { ...ignition.config, merge } } }
  return { kind: 'cut', config, whole, cutCount }
}

/** The inputs, in the order in which they were merged. */
export function inputsOf(lineage: Lineage): readonly InputLineage[] {
  const inputs: InputLineage[] = []
  const open = [lineage]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.kind === 'input') inputs.push(next)
    else if (next.kind === 'cut') open.push(next.whole)
    else open.push(next.child, next.parent)
  }
  return inputs
}

/**
 * Where the value at a path comes from, the earlier input first: one input for a single value, several for objects, lists
 * and keys that more than one has. For a path without a value: where it would stand.
 */
export function originsOf(lineage: Lineage, path: IgnitionPath): readonly ValueOrigin[] {
  if (path.length === 2 && path[0] === 'ignition' && path[1] === 'version') return originsOfVersion(lineage)
  const origins: ValueOrigin[] = []
  const open = [{ lineage, path }]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.lineage.kind === 'input') origins.push(originIn(next.lineage.input, next.path))
    else if (next.lineage.kind === 'cut')
      open.push({ lineage: next.lineage.whole, path: beforeCut(next.lineage, next.path) })
    else {
      const { parent, child } = sidesOf(next.lineage, next.path)
      if (child) open.push({ lineage: next.lineage.child, path: child })
      if (parent) open.push({ lineage: next.lineage.parent, path: parent })
    }
  }
  return origins
}

/** The path in what the lineage was cut from. */
export function beforeCut({ cutCount }: { readonly cutCount: number }, path: IgnitionPath): IgnitionPath {
  const index = path[REFERENCES_PATH.length]
  if (typeof index !== 'number' || !REFERENCES_PATH.every((step, at) => path[at] === step)) return path
  return [...REFERENCES_PATH, index + cutCount, ...path.slice(REFERENCES_PATH.length + 1)]
}

/** The path in the two configs that were merged; without a side that has nothing to do with the value. */
export function sidesOf(
  lineage: PairLineage,
  path: IgnitionPath,
): { readonly parent?: IgnitionPath; readonly child?: IgnitionPath } {
  let merged: unknown = lineage.config
  let [ofParent, ofChild]: [unknown, unknown] = [lineage.parent.config, lineage.child.config]
  const [parent, child]: [(string | number)[], (string | number)[]] = [[], []]
  for (const [depth, step] of path.entries()) {
    const [inParent, inChild] = stepsOf(lineage, step, { merged, ofParent })
    const rest = path.slice(depth + 1)
    merged = at(merged, step)
    ofParent = inParent === undefined ? undefined : at(ofParent, inParent)
    ofChild = inChild === undefined ? undefined : at(ofChild, inChild)
    if (inParent !== undefined) parent.push(inParent)
    if (inChild !== undefined) child.push(inChild)
    if (merged === undefined) return { parent: [...parent, ...rest], child: [...child, ...rest] }
    if (ofChild === undefined) return { parent: [...parent, ...rest] }
    if (ofParent === undefined) return { child: [...child, ...rest] }
  }
  // A single value is the child's, wherever that has one; a text in a list is a key, and both have it.
  const isSingle = typeof merged !== 'object' && typeof path.at(-1) === 'string'
  return isSingle ? { child } : { parent, child }
}

/** The step in the parent and in the child; `undefined` on a side that lacks the element. */
function stepsOf(
  { lists }: PairLineage,
  step: string | number,
  { merged, ofParent }: { readonly merged: unknown; readonly ofParent: unknown },
): readonly [string | number | undefined, string | number | undefined] {
  if (!Array.isArray(merged) || typeof step !== 'number') return [step, step]
  const origin = lists.get(merged)
  if (!origin) return merged === ofParent ? [step, undefined] : [undefined, step]
  const [inParent = -1, inChild = -1] = [origin.parent[step], origin.child[step]]
  return [inParent < 0 ? undefined : inParent, inChild < 0 ? undefined : inChild]
}

function originIn(input: MergeInput, path: IgnitionPath): ValueOrigin {
  return { input, path, position: input.text?.placeOf(path).position }
}

/** Merging starts with an upgrade to the latest of the versions, so it is that of the inputs that have it. */
function originsOfVersion(lineage: Lineage): readonly ValueOrigin[] {
  const { version } = lineage.config.ignition
  const inputs = inputsOf(lineage).filter(({ input }) => input.config.ignition.version === version)
  return inputs.map(({ input }) => originIn(input, ['ignition', 'version']))
}

function at(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Readonly<Record<string | number, unknown>>)[step]
}
