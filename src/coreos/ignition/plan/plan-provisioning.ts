import { mergeIgnition } from '../merge/merge-ignition.ts'
import type { IgnitionConfig, Resource } from '../model/types.ts'
import type { ContentsOptions } from '../resource/read-contents.ts'
import { type BaseSystem, knownSystem } from './base-system.ts'
import { planStages } from './plan-stages.ts'
import type { PlanCounts, ProvisioningPlan, ProvisioningStep } from './provisioning-plan.ts'
import { readResources, type WantedResource } from './read-resources.ts'
import { renderConfig } from './render-config.ts'

/** Options of {@link planProvisioning}. */
export interface PlanProvisioningOptions extends ContentsOptions {
  /** The system that the config is for; nothing is known of it by default. */
  readonly base?: BaseSystem | undefined
}

/**
 * Plans what a target does with a config at its first boot, in the order of Ignition's stages: a dry run. Configs that the
 * config carries itself are merged; nothing is fetched, and no target is looked at: what depends on one is said with the
 * possible outcomes. Where Ignition promises no order, the plan has one that is always the same.
 *
 * Follows Ignition 2.26. Contents, keys and hashes of passwords are not in the plan.
 *
 * @param config one that `validateIgnition` finds no errors in.
 * @throws {FormatError} `LIMIT_EXCEEDED` for configs that refer to very many others, and paths that imply very many
 *   directories.
 */
export async function planProvisioning(
  config: IgnitionConfig,
  options: PlanProvisioningOptions,
): Promise<ProvisioningPlan> {
  const { base = 'none' } = options
  const system = knownSystem(base)
  const rendered = await renderConfig(config, options)
  const merged = system.config ? mergeIgnition(system.config, rendered.config) : rendered.config
  const readings = await readResources(wantedResources(merged), options)
  const stages = planStages(merged, {
    system,
    userConfig: rendered.config,
    reading: (resource) => readings.get(resource),
  })
  const steps = [...rendered.steps, ...stages]
  return {
    version: config.ignition.version,
    base,
    isComplete: rendered.isComplete,
    networkUses: networkUses(steps),
    counts: countSteps(steps),
    steps,
  }
}

/** What keys and files are made of. */
function* wantedResources({ storage = {} }: IgnitionConfig): Iterable<WantedResource> {
  for (const { keyFile } of storage.luks ?? []) {
    if (hasSource(keyFile)) yield { resource: keyFile, purpose: 'key-file' }
  }
  for (const { contents, append = [] } of storage.files ?? []) {
    if (hasSource(contents)) yield { resource: contents, purpose: 'contents' }
    for (const resource of append) {
      if (hasSource(resource)) yield { resource, purpose: 'append' }
    }
  }
}

function hasSource(resource: Resource | undefined): resource is Resource {
  return resource?.source !== undefined
}

function networkUses(steps: readonly ProvisioningStep[]): readonly string[] {
  const fetchCount = steps.filter((step) => step.kind === 'fetch' && step.resource.origin === 'remote').length
  const volumes = steps.flatMap((step) => (step.kind === 'luks' && step.needsNetwork ? [step.name] : []))
  return [
    ...(fetchCount > 0 ? [`${fetchCount} ${fetchCount === 1 ? 'fetch' : 'fetches'}`] : []),
    ...volumes.map((name) => `the encrypted volume ${name}`),
  ]
}

function countSteps(steps: readonly ProvisioningStep[]): PlanCounts {
  const count = (isCounted: (step: ProvisioningStep) => boolean): number => steps.filter(isCounted).length
  return {
    steps: steps.length,
    failing: count(({ failures }) => failures.length > 0),
    conditional: count(({ isConditional }) => isConditional),
    destructive: count(({ isDestructive }) => isDestructive),
  }
}
