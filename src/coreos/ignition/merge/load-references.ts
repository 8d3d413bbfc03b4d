import { FormatError } from '../../../errors.ts'
import type { Codecs } from '../../../formats/initrd/index.ts'
import { formatIgnitionPath, type IgnitionPath } from '../model/path.ts'
import type { IgnitionConfig, Resource } from '../model/types.ts'
import { type ResourceReading, readResource } from '../resource/read-resource.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import { FINDING_KINDS } from '../validate/kinds.ts'
import { validateIgnition } from '../validate/validate-ignition.ts'
import { type MergeInput, REFERENCES_PATH, type ValueOrigin } from './lineage.ts'
import { MERGE_FINDING_KINDS, type MergeFinding } from './merge-finding.ts'

/** References inside references are followed this deep. Data URLs can't refer to themselves, but they can be many. */
const MAX_DEPTH = 16

/** How many references are followed in all, and how many bytes the configs may have together. */
const MAX_COUNT = 1000
const MAX_TOTAL_BYTE_LENGTH = 256 * 1024 * 1024

const REPLACE_PATH: IgnitionPath = ['ignition', 'config', 'replace']

/** What following references needs. */
export interface FollowOptions {
  readonly codecs: Pick<Codecs, 'decompress'>
  readonly signal?: AbortSignal | undefined
}

/** A config with what it refers to. */
export interface LoadedConfig {
  readonly replace: LoadedReference | undefined
  readonly merge: readonly LoadedReference[]
}

/** A reference that was followed as far as that goes without network. */
export interface LoadedReference {
  /** In the config that refers. */
  readonly path: IgnitionPath
  /** Where it leads, without what may be secret; `undefined` for a data URL and for none. */
  readonly url: string | undefined
  /** The config that it leads to, with what that refers to; `undefined` when it has to be fetched or can't be used. */
  readonly target: (LoadedConfig & { readonly input: MergeInput }) | undefined
  /** Why there is no target, where it isn't that it has to be fetched. */
  readonly flaw: 'unusable' | 'unreadable' | undefined
  /** What was found there; `undefined` without a source. */
  readonly reading: ResourceReading | undefined
  /** Why the config that is there is refused, as clauses that show no secrets. */
  readonly refusals: readonly string[]
}

/**
 * Follows the references of configs into the configs that they carry inline, and notes what is wrong with those.
 */
export class ReferenceLoader {
  readonly findings: MergeFinding[] = []
  readonly #options: FollowOptions
  #count = 0
  #byteLength = 0

  constructor(options: FollowOptions) {
    this.#options = options
  }

  /**
   * @param originOf where a reference of the config stands.
   * @throws {FormatError} `LIMIT_EXCEEDED` for references that are too many, too deep or too large.
   */
  async load(
    { ignition: { config = {} } }: IgnitionConfig,
    originOf: (path: IgnitionPath) => ValueOrigin | undefined,
    depth = 0,
  ): Promise<LoadedConfig> {
    const follow = (reference: Resource, path: IgnitionPath): Promise<LoadedReference> =>
      this.#follow(reference, { path, origin: originOf(path), depth })
    // Ignition doesn't look at the others when there is one to replace the config.
    if (config.replace?.source !== undefined) return { replace: await follow(config.replace, REPLACE_PATH), merge: [] }
    const merge: LoadedReference[] = []
    for (const [index, reference] of (config.merge ?? []).entries()) {
      merge.push(await follow(reference, [...REFERENCES_PATH, index]))
    }
    return { replace: undefined, merge }
  }

  async #follow(
    reference: Resource,
    { path, origin, depth }: { path: IgnitionPath; origin: ValueOrigin | undefined; depth: number },
  ): Promise<LoadedReference> {
    const { signal } = this.#options
    signal?.throwIfAborted()
    if (depth >= MAX_DEPTH || ++this.#count > MAX_COUNT)
      throw tooMuch(`${MAX_COUNT} configs, or ${MAX_DEPTH} one inside the other`)
    const unusable = (message: string, reading?: ResourceReading): LoadedReference => {
      const kind = 'reference-unusable'
      const origins = origin ? [origin] : []
      this.findings.push({ severity: MERGE_FINDING_KINDS[kind], kind, path: undefined, origins, message })
      return { path, url: undefined, target: undefined, flaw: 'unusable', reading, refusals: [] }
    }

    if (reference.source === undefined) return unusable('the reference has no source')
    const reading = await readResource(reference, 'merge', this.#options)
    const { facts, bytes, failures } = reading
    const untargeted = { path, url: facts.url, target: undefined, reading, refusals: [] }
    if (facts.origin === 'remote') return { ...untargeted, flaw: undefined }
    if (failures[0]) return unusable(`the referenced config can not be had: ${failures[0].message}`, reading)
    if (!bytes) return { ...untargeted, flaw: 'unreadable' }
    if (bytes.byteLength === 0) {
      return unusable(
        'the referenced config is empty, for which Ignition ignores everything and goes on without a config',
        reading,
      )
    }
    this.#byteLength += bytes.byteLength
    if (this.#byteLength > MAX_TOTAL_BYTE_LENGTH) throw tooMuch(`${MAX_TOTAL_BYTE_LENGTH} bytes of other configs`)
    return { reading, ...(await this.#loadTarget(bytes, { path, origin, depth })) }
  }

  async #loadTarget(
    bytes: Uint8Array,
    { path, origin, depth }: { path: IgnitionPath; origin: ValueOrigin | undefined; depth: number },
  ): Promise<Omit<LoadedReference, 'reading'>> {
    const { config, text, findings } = validateIgnition(bytes)
    // What single values lead to is found again in the merged config.
    const own = config ? findings.filter(({ kind }) => kind === 'unused-key' || kind === 'tree-mismatch') : findings
    const input = { name: nameOf(path, origin), config: config ?? EMPTY_CONFIG, text, via: origin }
    for (const { kind, path: place, position, message, hint } of own) {
      const origins = [{ input, path: place ?? [], position }]
      this.findings.push({ severity: FINDING_KINDS[kind], kind, path: undefined, origins, message, hint })
    }
    if (!config)
      return { path, url: undefined, target: undefined, flaw: 'unusable', refusals: findings.flatMap(refusalOf) }
    const originOf = (below: IgnitionPath): ValueOrigin => {
      return { input, path: below, position: text?.placeOf(below).position }
    }
    const loaded = await this.load(config, originOf, depth + 1)
    return { path, url: undefined, target: { ...loaded, input }, flaw: undefined, refusals: [] }
  }
}

const EMPTY_CONFIG: IgnitionConfig = { ignition: { version: '3.0.0' } }

/** `base.ign#ignition.config.merge.0`: the config in a reference of another. */
function nameOf(path: IgnitionPath, origin: ValueOrigin | undefined): string {
  const place = formatIgnitionPath(origin?.path ?? path).slice('$.'.length)
  return `${origin?.input.name ?? ''}#${place}`
}

function refusalOf({ severity, path, message }: IgnitionFinding): readonly string[] {
  if (severity !== 'error') return []
  return [path ? `${formatIgnitionPath(path)}: ${message}` : message]
}

function tooMuch(limit: string): FormatError {
  return new FormatError('LIMIT_EXCEEDED', `Cannot merge what an Ignition config refers to: it is more than ${limit}`)
}
