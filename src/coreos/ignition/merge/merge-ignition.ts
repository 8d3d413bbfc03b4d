import type { IgnitionPath } from '../model/path.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { laterVersion, type SpecVersion } from '../model/versions.ts'
import type { UpgradeChange } from '../upgrade/upgrade-change.ts'
import { upgradeIgnition } from '../upgrade/upgrade-ignition.ts'
import { findLosses } from './find-losses.ts'
import { inputsOf, type Lineage, type MergeInput, originsOf, pairOf, type ValueOrigin } from './lineage.ts'
import type { MergeFinding } from './merge-finding.ts'
import { mergePair } from './merge-pair.ts'
import { revalidate } from './revalidate.ts'

/** What upgrading a config before it was merged changed. */
export interface InputUpgrade {
  readonly input: MergeInput
  readonly changes: readonly UpgradeChange[]
}

/** Configs in one. */
export interface MergedIgnition {
  /** Of the latest of their versions. */
  readonly config: IgnitionConfig
  /** What the booting system would say about it, and what merging did that is hardly meant. */
  readonly findings: readonly MergeFinding[]
  /** What upgrading each config to the version of the merged one changed. */
  readonly upgrades: readonly InputUpgrade[]
  /**
   * Where the value at a path of the merged config comes from, the earlier input first: one input for a single value,
   * several for objects, lists and keys that more than one has. For a path without a value: where it would stand.
   */
  originsOf(path: IgnitionPath): readonly ValueOrigin[]
}

const EMPTY_CONFIG: IgnitionConfig = { ignition: { version: '3.0.0' } }

/**
 * Merges two configs as Ignition does, after upgrading both to the later of their versions: what the child has wins, lists
 * are merged by the keys of their elements. Nothing is validated, and what only one has is shared with it.
 *
 * {@link mergeIgnitions} merges any number of them, and knows where everything comes from.
 */
export function mergeIgnition(parent: IgnitionConfig, child: IgnitionConfig): IgnitionConfig {
  const version = laterVersion(parent.ignition.version, child.ignition.version)
  return mergePair(upgradeIgnition(parent, version).config, upgradeIgnition(child, version).config).config
}

/**
 * Merges configs, each into those before it, and validates the result as the booting system does. Their references to other
 * configs are merged like everything else, and not followed: see `renderIgnition`. Each config costs time in proportion to
 * its own size and to that of the lists which it shares with those before.
 *
 * @param inputs without errors. No input is the empty config of 3.0.0.
 */
export function mergeIgnitions(inputs: readonly MergeInput[]): MergedIgnition {
  const lineage = mergeInputs(inputs, latestVersion(inputs))
  return describeMerged(lineage)
}

/** What there is to say about a merged config. */
export function describeMerged(lineage: Lineage): MergedIgnition {
  return {
    config: lineage.config,
    findings: [...revalidate(lineage), ...findLosses(lineage)],
    upgrades: inputsOf(lineage)
      .filter(({ changes }) => changes.length > 0)
      .map(({ input, changes }) => ({ input, changes })),
    originsOf: (path) => originsOf(lineage, path),
  }
}

/** Merges configs into one of a version that is not earlier than theirs. */
export function mergeInputs(inputs: readonly MergeInput[], version: SpecVersion): Lineage {
  const [first = { name: 'nothing', config: EMPTY_CONFIG }, ...rest] = inputs
  return rest.reduce<Lineage>(
    (parent, input) => pairOf(parent, upgradedInput(input, version)),
    upgradedInput(first, version),
  )
}

/** The latest of the configs' versions; that of the empty config for none. */
export function latestVersion(inputs: readonly MergeInput[]): SpecVersion {
  const versions = inputs.map(({ config }) => config.ignition.version)
  return versions.reduce(laterVersion, EMPTY_CONFIG.ignition.version)
}

function upgradedInput(input: MergeInput, version: SpecVersion): Lineage {
  return { kind: 'input', input, ...upgradeIgnition(input.config, version) }
}
