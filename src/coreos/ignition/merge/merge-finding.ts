import type { IgnitionPath } from '../model/path.ts'
import type { FindingKind, Severity } from '../validate/kinds.ts'
import type { ValueOrigin } from './lineage.ts'

/** Kinds of findings that only merging has, with their severities. */
export const MERGE_FINDING_KINDS = {
  /** A source is replaced, and what belonged to the old one stays: its compression, hash or HTTP headers. */
  'settings-inherited': 'advice',
  /** A file makes way for a link, a directory for a file, and the like. */
  'entry-replaced': 'advice',
  /** `ignition.config.replace` of one config makes the target forget all of them. */
  'configs-replaced': 'advice',
  /** A config that is referred to can't be used on any target. */
  'reference-unusable': 'error',
} as const

/** The name of a kind of finding in a merged config. */
export type MergeFindingKind = FindingKind | keyof typeof MERGE_FINDING_KINDS

/** Something about a merged config that its author should know. */
export interface MergeFinding {
  readonly severity: Severity
  readonly kind: MergeFindingKind
  /** In the merged config; `undefined` for what is not in it. */
  readonly path: IgnitionPath | undefined
  /** Where that comes from, the earlier input first. */
  readonly origins: readonly ValueOrigin[]
  /** What is wrong, as a clause that shows no secrets. */
  readonly message: string
  /** One imperative sentence. */
  readonly hint?: string | undefined
}
