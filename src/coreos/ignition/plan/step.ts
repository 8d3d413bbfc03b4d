import type { ResourceFailure } from '../resource/read-resource.ts'
import type { Outcome } from './outcome.ts'

/** The stages of Ignition, in the order in which it goes through them. */
export type Stage = 'fetch' | 'kargs' | 'disks' | 'mount' | 'files' | 'umount'

/** What kinds of things fail though a config is valid; stable. */
export type FailureKind =
  | ResourceFailure['kind']
  | 'append-without-source'
  // configs
  | 'config-unusable'
  | 'config-empty'
  | 'merged-config-refused'
  // disks
  | 'raid-spares-too-many'
  // accounts
  | 'id-invalid'
  | 'id-taken'
  | 'account-deleted'
  // paths
  | 'path-too-long'
  | 'path-repeated'
  | 'path-occupied'
  | 'path-below-non-directory'
  | 'path-busy'
  | 'mount-point-linked'
  | 'hard-link-to-directory'

/** Why a step fails on every target. */
export interface Failure {
  readonly kind: FailureKind
  /** A clause that shows no secrets. */
  readonly message: string
}

/** What the steps of all kinds have. */
export interface StepBase {
  readonly stage: Stage
  /** Whether anything depends on the target. */
  readonly isConditional: boolean
  /** What depends on the target: the possible states, and what becomes of each. */
  readonly outcomes: readonly Outcome[]
  readonly failures: readonly Failure[]
  /** Whether data that the target holds may be lost. */
  readonly isDestructive: boolean
  /** What else to know, as clauses. */
  readonly notes: readonly string[]
}

/** What is to say about a step; what is left out is empty. */
export interface Verdict {
  readonly outcomes?: readonly Outcome[]
  readonly failures?: readonly Failure[]
  readonly isDestructive?: boolean
  readonly notes?: readonly string[]
}

const NOTHING: readonly never[] = []

/** The common part of a step. */
export function stepBase<S extends Stage>(stage: S, verdict: Verdict = {}): StepBase & { readonly stage: S } {
  const { outcomes = NOTHING, failures = NOTHING, isDestructive = false, notes = NOTHING } = verdict
  return { stage, isConditional: outcomes.length > 0, outcomes, failures, isDestructive, notes }
}

/** Nothing to say. */
export const SOUND: Verdict = {}

/** Everything that several verdicts say, in their order. There may be very many, most of which say nothing. */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  const [first = SOUND, ...rest] = verdicts.filter((verdict) => verdict !== SOUND)
  if (rest.length === 0) return first
  const all = [first, ...rest]
  return {
    outcomes: all.flatMap(({ outcomes = NOTHING }) => outcomes),
    failures: all.flatMap(({ failures = NOTHING }) => failures),
    isDestructive: all.some(({ isDestructive }) => isDestructive),
    notes: all.flatMap(({ notes = NOTHING }) => notes),
  }
}
