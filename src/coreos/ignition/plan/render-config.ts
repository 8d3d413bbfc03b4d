import {
  type FollowOptions,
  type LoadedConfig,
  type LoadedReference,
  ReferenceLoader,
} from '../merge/load-references.ts'
import { mergeIgnition } from '../merge/merge-ignition.ts'
import { formatIgnitionPath } from '../model/path.ts'
import type { IgnitionConfig, Resource } from '../model/types.ts'
import { NEWEST_VERSION } from '../model/versions.ts'
import { readResource } from '../resource/read-resource.ts'
import { upgradeIgnition } from '../upgrade/upgrade-ignition.ts'
import type { ConfigProblem } from '../validate/finding.ts'
import { FINDING_KINDS } from '../validate/kinds.ts'
import { findRuleProblems } from '../validate/validate-ignition.ts'
import { type FetchStep, planReference } from './plan-fetches.ts'
import { type Failure, type StepBase, stepBase } from './step.ts'

/** What was referred to is merged, and the result validated by the rules of the target's own version. */
export interface RenderStep extends StepBase {
  readonly kind: 'render'
}

/** A config with what it refers to. */
export interface RenderedConfig {
  /** Everything that is known here, merged, in the newest version; without what the system brings. */
  readonly config: IgnitionConfig
  readonly steps: readonly (FetchStep | RenderStep)[]
  /** Whether nothing has to be fetched to know the whole config. */
  readonly isComplete: boolean
}

const EMPTY_CONFIG: IgnitionConfig = { ignition: { version: NEWEST_VERSION } }

/**
 * Follows the references of a config depth-first, as Ignition does, into the configs that it carries itself. The others
 * are only named: what they would change is not known.
 *
 * @throws {FormatError} `LIMIT_EXCEEDED` when it refers to very many.
 */
export async function renderConfig(config: IgnitionConfig, options: FollowOptions): Promise<RenderedConfig> {
  const loaded = await new ReferenceLoader(options).load(config, () => undefined)
  const renderer = new Renderer(options)
  const rendered = await renderer.render(config, loaded)
  // An empty config somewhere makes Ignition ignore all that the user gave.
  const result = renderer.isIgnored ? EMPTY_CONFIG : rendered
  const failures = findRuleProblems(result).flatMap(describeProblem)
  const hasReferences = renderer.steps.some(({ purpose }) => purpose !== 'certificate-authority')
  const step: RenderStep = { kind: 'render', ...stepBase('fetch', { failures }) }
  return {
    config: result,
    steps: [...renderer.steps, ...(hasReferences || failures.length > 0 ? [step] : [])],
    isComplete: renderer.isComplete,
  }
}

/** Merges configs that have been loaded, and notes each thing that is fetched for them, in Ignition's order. */
class Renderer {
  readonly steps: FetchStep[] = []
  isComplete = true
  isIgnored = false
  readonly #options: FollowOptions
  readonly #seenAuthorities = new Set<string>()

  constructor(options: FollowOptions) {
    this.#options = options
  }

  async render(config: IgnitionConfig, { replace, merge }: LoadedConfig): Promise<IgnitionConfig> {
    for (const authority of config.ignition.security?.tls?.certificateAuthorities ?? []) {
      await this.#noteAuthority(authority)
    }
    if (replace) return (await this.#follow(replace, 'replace')) ?? EMPTY_CONFIG
    let current = upgradeIgnition(config, NEWEST_VERSION).config
    for (const reference of merge) {
      const child = await this.#follow(reference, 'merge')
      if (child) current = mergeIgnition(current, child)
    }
    return current
  }

  /** The config that is referred to, rendered; `undefined` when nobody knows it here. */
  async #follow(reference: LoadedReference, purpose: 'merge' | 'replace'): Promise<IgnitionConfig | undefined> {
    const { target, flaw, reading, refusals } = reference
    const isEmpty = reading?.facts.byteLength === 0 && reading.failures.length === 0
    const emptiness = 'it is empty, for which Ignition ignores the whole config and goes on without any'
    this.steps.push(
      planReference(purpose, reading?.facts, {
        failures: [...(reading?.failures ?? [NO_SOURCE]), ...refusals.map(refuse)],
        notes: [...(reading?.notes ?? []), ...(isEmpty ? [emptiness] : [])],
      }),
    )
    if (isEmpty) this.isIgnored = true
    if (!target && flaw !== 'unusable') this.isComplete = false
    return target && this.render(target.input.config, target)
  }

  async #noteAuthority(authority: Resource): Promise<void> {
    const { source = '' } = authority
    if (this.#seenAuthorities.has(source)) return
    this.#seenAuthorities.add(source)
    const purpose = 'certificate-authority'
    const { facts, failures, notes } = await readResource(authority, purpose, this.#options)
    this.steps.push(planReference(purpose, facts, { failures, notes }))
  }
}

const NO_SOURCE: Failure = { kind: 'config-unusable', message: 'the reference has no source' }

function refuse(message: string): Failure {
  return { kind: 'config-unusable', message }
}

function describeProblem({ kind, path, message }: ConfigProblem): readonly Failure[] {
  if (FINDING_KINDS[kind] !== 'error') return []
  return [{ kind: 'merged-config-refused', message: `${formatIgnitionPath(path)}: ${message}` }]
}
