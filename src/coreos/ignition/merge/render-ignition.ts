import type { IgnitionPath } from '../model/path.ts'
import type { SpecVersion } from '../model/versions.ts'
import { findReplacement } from './find-losses.ts'
import {
  cutReferences,
  type Lineage,
  type MergeInput,
  originsOf,
  pairOf,
  REFERENCES_PATH,
  type ValueOrigin,
} from './lineage.ts'
import { type FollowOptions, type LoadedConfig, type LoadedReference, ReferenceLoader } from './load-references.ts'
import { describeMerged, latestVersion, type MergedIgnition, mergeInputs } from './merge-ignition.ts'

/** A reference that stays in a config. */
export interface RemainingReference {
  /** In the config. */
  readonly path: IgnitionPath
  readonly origins: readonly ValueOrigin[]
  /**
   * Why it stays: it has to be fetched (`remote`), or refers to something that stays (`incomplete`), or comes after
   * something that stays and has to be merged later (`later`), or no target can use it (`unusable`), or it is more, or
   * otherwise compressed, than can be read here (`unreadable`).
   */
  readonly reason: 'remote' | 'incomplete' | 'later' | 'unusable' | 'unreadable'
  /** Where it leads, without what may be secret; `undefined` for a data URL and for none. */
  readonly url: string | undefined
}

/** Configs in one, with the configs that they refer to. */
export interface RenderedIgnition extends MergedIgnition {
  /** What is left to the target: nothing, when the config is complete. */
  readonly remaining: readonly RemainingReference[]
}

/**
 * Merges configs, and then the configs that they refer to and carry inline, in the order in which Ignition does: depth
 * first, each into what is there so far, and a replacement in the place of everything. The target makes the same of the
 * result as of the inputs. What has to be fetched stays, and so does everything that has to be merged after it.
 *
 * At most 1,000 references are followed, 16 deep, into at most 256 MiB of configs.
 *
 * @param inputs without errors.
 * @throws {FormatError} `LIMIT_EXCEEDED`
 */
export async function renderIgnition(inputs: readonly MergeInput[], options: FollowOptions): Promise<RenderedIgnition> {
  const given = mergeInputs(inputs, latestVersion(inputs))
  const loader = new ReferenceLoader(options)
  const loaded = await loader.load(given.config, (path) => originsOf(given, path).at(-1))
  const plan = planMerge(inputs, loaded)
  const lineage = runPlan(plan, latestVersion(inputsOfPlan(plan)))
  const { findings, ...merged } = describeMerged(lineage)
  const replaced = plan.inputs === inputs ? [] : findReplacement(given)
  return {
    ...merged,
    findings: [...loader.findings, ...replaced, ...findings],
    remaining: findRemaining(plan.loaded, lineage),
  }
}

/** What is merged into what. */
interface MergePlan {
  readonly inputs: readonly MergeInput[]
  readonly loaded: LoadedConfig
  /** The configs of as many references as can be merged in order. */
  readonly children: readonly MergePlan[]
}

function planMerge(inputs: readonly MergeInput[], loaded: LoadedConfig): MergePlan {
  const { replace, merge } = loaded
  if (replace) {
    const { target } = replace
    return target && isComplete(replace) ? planMerge([target.input], target) : { inputs, loaded, children: [] }
  }
  const children: MergePlan[] = []
  for (const reference of merge) {
    if (!reference.target || !isComplete(reference)) break
    children.push(planMerge([reference.target.input], reference.target))
  }
  return { inputs, loaded, children }
}

/** Whether nothing that the reference leads to has to be fetched. */
function isComplete({ target }: LoadedReference): boolean {
  if (!target) return false
  return target.replace ? isComplete(target.replace) : target.merge.every(isComplete)
}

function runPlan({ inputs, children }: MergePlan, version: SpecVersion): Lineage {
  const merged = children.reduce<Lineage>(
    (parent, child) => pairOf(parent, runPlan(child, version)),
    mergeInputs(inputs, version),
  )
  return cutReferences(merged, children.length)
}

function inputsOfPlan({ inputs, children }: MergePlan): readonly MergeInput[] {
  return [...inputs, ...children.flatMap(inputsOfPlan)]
}

/** What the config still refers to; its references stand where they stood, less those that have been merged. */
function findRemaining({ replace, merge }: LoadedConfig, lineage: Lineage): readonly RemainingReference[] {
  const rest = replace ? [replace] : merge.slice(merge.length - (lineage.config.ignition.config?.merge?.length ?? 0))
  return rest.map((reference, index) => {
    const path = replace ? reference.path : [...REFERENCES_PATH, index]
    return { path, origins: originsOf(lineage, path), reason: reasonOf(reference), url: reference.url }
  })
}

function reasonOf(reference: LoadedReference): RemainingReference['reason'] {
  if (reference.flaw) return reference.flaw
  if (!reference.target) return 'remote'
  return isComplete(reference) ? 'later' : 'incomplete'
}
