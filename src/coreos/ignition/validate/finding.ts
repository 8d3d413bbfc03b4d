import type { IgnitionPath } from '../model/path.ts'
import type { FindingKind, Severity } from './kinds.ts'

/** A place in the text of a config as Ignition's reports name it: lines from 1, columns from 1 in bytes. */
export interface BytePosition {
  readonly line: number
  readonly column: number
}

/** A run of bytes, `[start, end)`. */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** Something about a config that its author should know. */
export interface IgnitionFinding {
  readonly severity: Severity
  /** What kind of thing it is; stable. */
  readonly kind: FindingKind
  /** The value that is meant; `undefined` when it is the text as a whole. */
  readonly path: IgnitionPath | undefined
  /**
   * The position that Ignition's own validator prints: `0:0` where the text ends too early, and `undefined` where it
   * prints none.
   */
  readonly position: BytePosition | undefined
  /** The bytes that are meant; `undefined` where there are none to point at. */
  readonly span: ByteSpan | undefined
  /** What is wrong, as a clause that shows no secrets. */
  readonly message: string
  /** One imperative sentence. */
  readonly hint?: string | undefined
}

/** A finding that doesn't know its place in a text. */
export type ConfigProblem = Pick<IgnitionFinding, 'kind' | 'message' | 'hint'> & { readonly path: IgnitionPath }
