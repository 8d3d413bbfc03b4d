import type { Purpose, ResourceFacts } from '../resource/read-resource.ts'
import type { FileStep, NodeStep } from './describe-node.ts'
import { type Outcome, outcome } from './outcome.ts'
import type { LuksStep } from './plan-luks.ts'
import { SOUND, type StepBase, stepBase, type Verdict } from './step.ts'

/** Something is fetched, or taken from the config where that carries it. */
export interface FetchStep extends StepBase {
  readonly kind: 'fetch'
  readonly purpose: Purpose
  /** The path of the file or the name of the volume that it is for; `undefined` for configs and certificates. */
  readonly for: string | undefined
  readonly resource: ResourceFacts
}

/** A referenced config or a certificate authority, which is fetched before anything else is done. */
export function planReference(
  purpose: 'merge' | 'replace' | 'certificate-authority',
  resource: ResourceFacts = NO_RESOURCE,
  verdict: Verdict = SOUND,
): FetchStep {
  const base = stepBase('fetch', { ...verdict, outcomes: fetchOutcomes(resource) })
  return { kind: 'fetch', purpose, for: undefined, resource, ...base }
}

/** What is known of a reference that leads nowhere. */
const NO_RESOURCE: ResourceFacts = {
  origin: 'nothing',
  url: undefined,
  isCompressed: false,
  byteLength: undefined,
  sha256: undefined,
  verification: undefined,
  headers: [],
}

/** What keys and files are made of, in the order of their steps, which say what fails about them. */
export function planContents(luks: readonly LuksStep[], nodes: readonly NodeStep[]): readonly FetchStep[] {
  const keys = luks.flatMap(({ name, keyFile }): readonly FetchStep[] =>
    keyFile
      ? [
          {
            kind: 'fetch',
            purpose: 'key-file',
            for: name,
            resource: keyFile,
            ...stepBase('disks', fetchVerdict(keyFile)),
          },
        ]
      : [],
  )
  return [...keys, ...nodes.flatMap((step) => (step.kind === 'file' ? planFileContents(step) : []))]
}

function planFileContents({ path, contents, appended }: FileStep): readonly FetchStep[] {
  const step = (purpose: Purpose, resource: ResourceFacts): FetchStep => {
    return { kind: 'fetch', purpose, for: path, resource, ...stepBase('files', fetchVerdict(resource)) }
  }
  return [...(contents ? [step('contents', contents)] : []), ...appended.map((resource) => step('append', resource))]
}

function fetchVerdict(facts: ResourceFacts): Verdict {
  return facts.origin === 'remote' ? { outcomes: fetchOutcomes(facts) } : {}
}

/** What may come back from the network. */
function fetchOutcomes({ origin, url = '', isCompressed, verification }: ResourceFacts): readonly Outcome[] {
  if (origin !== 'remote') return []
  return [
    ...(url.startsWith('http')
      ? [outcome('fetch-refused', 'fail'), outcome('fetch-unavailable', 'retry')]
      : [outcome('fetch-impossible', 'fail')]),
    ...(isCompressed ? [outcome('gzip-damaged', 'fail')] : []),
    ...(verification === undefined ? [] : [outcome('hash-differs', 'fail')]),
  ]
}
