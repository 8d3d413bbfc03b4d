import { FormatError } from '../../../errors.ts'
import { mergePair } from '../merge/merge-pair.ts'
import { formatIgnitionPath } from '../model/path.ts'
import type { IgnitionConfig, Resource } from '../model/types.ts'
import { SPEC_VERSIONS, type SpecVersion } from '../model/versions.ts'
import { upgradeIgnition } from '../upgrade/upgrade-ignition.ts'
import type { ConfigProblem } from '../validate/finding.ts'
import { FINDING_KINDS } from '../validate/kinds.ts'
import { findRuleProblems, validateIgnition } from '../validate/validate-ignition.ts'
import { type FetchStep, planReference } from './plan-fetches.ts'
import type { ContentsOptions } from './read-contents.ts'
import { type ResourceReading, readResource } from './read-resource.ts'
import { type Failure, type StepBase, stepBase } from './step.ts'

/** What was referred to is merged, and the result validated by the rules of the target's own version. */
export interface RenderStep extends StepBase {
  readonly kind: 'render'
}

/** A config with what it refers to. */
export interface RenderedConfig {
  /** Everything that is known here, merged; without what the system brings. */
  readonly config: IgnitionConfig
  readonly steps: readonly (FetchStep | RenderStep)[]
  /** Whether nothing has to be fetched to know the whole config. */
  readonly isComplete: boolean
}

/** The version of targets: each later one takes what an earlier one takes. */
const TARGET_VERSION: SpecVersion = SPEC_VERSIONS.at(-1) ?? '3.6.0'

/** A few compressed bytes can refer to any number of configs. */
const MAX_REFERENCE_COUNT = 10_000
const MAX_DEPTH = 100

/** The system's own config under another one. */
export function mergeIntoBase(base: IgnitionConfig | undefined, config: IgnitionConfig): IgnitionConfig {
  return base ? mergePair(upgrade(base), config).config : config
}

/**
 * Follows the references of a config depth-first, as Ignition does, into the configs that it carries itself; the others are
 * only named.
 *
 * @throws {FormatError} `LIMIT_EXCEEDED` when it refers to very many.
 */
export async function renderConfig(config: IgnitionConfig, options: ContentsOptions): Promise<RenderedConfig> {
  const renderer = new Renderer(options)
  const rendered = await renderer.render(config, 0)
  const result = renderer.isIgnored ? EMPTY_CONFIG : rendered
  const failures = findRuleProblems(result, TARGET_VERSION).flatMap(describeProblem)
  const hasRendered = failures.length > 0 || renderer.steps.some(({ purpose }) => purpose !== 'certificate-authority')
  const step: RenderStep = { kind: 'render', ...stepBase('fetch', { failures }) }
  return { config: result, steps: [...renderer.steps, ...(hasRendered ? [step] : [])], isComplete: renderer.isComplete }
}

const EMPTY_CONFIG: IgnitionConfig = { ignition: { version: TARGET_VERSION } }

class Renderer {
  readonly steps: FetchStep[] = []
  isComplete = true
  /** An empty config somewhere makes Ignition ignore all that the user gave. */
  isIgnored = false
  readonly #options: ContentsOptions
  readonly #seenAuthorities = new Set<string>()

  constructor(options: ContentsOptions) {
    this.#options = options
  }

  async render(config: IgnitionConfig, depth: number): Promise<IgnitionConfig> {
    const { config: references = {}, security } = config.ignition
    for (const authority of security?.tls?.certificateAuthorities ?? []) await this.#readAuthority(authority)
    const { merge = [], replace } = references
    if (replace?.source !== undefined) return (await this.#follow('replace', replace, depth)) ?? EMPTY_CONFIG
    let current = upgrade(config)
    for (const reference of merge) {
      const child = await this.#follow('merge', reference, depth)
      if (child) current = mergePair(current, child).config
    }
    return current
  }

  /** The config that is referred to, rendered; `undefined` when nobody knows it here. */
  async #follow(purpose: 'merge' | 'replace', reference: Resource, depth: number): Promise<IgnitionConfig | undefined> {
    this.#options.signal?.throwIfAborted()
    if (this.steps.length >= MAX_REFERENCE_COUNT || depth >= MAX_DEPTH) throw tooManyReferences()
    const reading = await readResource(reference, purpose, this.#options)
    const judged = judgeReference(reference, reading)
    this.steps.push(planReference(purpose, { ...reading, failures: judged.failures, notes: judged.notes }))
    if (judged.isEmpty) this.isIgnored = true
    if (reading.bytes === undefined && judged.failures.length === 0) this.isComplete = false
    return judged.config && this.render(judged.config, depth + 1)
  }

  async #readAuthority(authority: Resource): Promise<void> {
    const { source = '' } = authority
    if (this.#seenAuthorities.has(source)) return
    this.#seenAuthorities.add(source)
    const purpose = 'certificate-authority'
    this.steps.push(planReference(purpose, await readResource(authority, purpose, this.#options)))
  }
}

interface JudgedReference {
  readonly config?: IgnitionConfig | undefined
  readonly isEmpty?: boolean
  readonly failures: readonly Failure[]
  readonly notes: readonly string[]
}

function judgeReference({ source }: Resource, { bytes, failures, notes }: ResourceReading): JudgedReference {
  if (source === undefined) {
    return { failures: [{ kind: 'config-unusable', message: 'the reference has no source' }], notes }
  }
  if (failures.length > 0 || !bytes) return { failures, notes }
  if (bytes.byteLength === 0) {
    const note = 'it is empty, for which Ignition ignores the whole config and goes on without any'
    return { isEmpty: true, failures, notes: [...notes, note] }
  }
  const { config, findings } = validateIgnition(bytes)
  const errors = findings.flatMap(({ severity, path, message }) =>
    severity === 'error' ? [path ? `${formatIgnitionPath(path)}: ${message}` : message] : [],
  )
  return { config, failures: errors.map((message): Failure => ({ kind: 'config-unusable', message })), notes }
}

function describeProblem({ kind, path, message }: ConfigProblem): readonly Failure[] {
  if (FINDING_KINDS[kind] !== 'error') return []
  return [{ kind: 'merged-config-refused', message: `${formatIgnitionPath(path)}: ${message}` }]
}

function upgrade(config: IgnitionConfig): IgnitionConfig {
  return upgradeIgnition(config, TARGET_VERSION).config
}

function tooManyReferences(): FormatError {
  const limits = `${MAX_REFERENCE_COUNT} other configs, or ${MAX_DEPTH} one inside the other`
  return new FormatError('LIMIT_EXCEEDED', `Cannot plan a config that refers to more than ${limits}`)
}
