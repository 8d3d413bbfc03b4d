import type { IgnitionPath } from '../model/path.ts'
import type { ObjectName, ObjectTypes } from '../model/schema.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { FindingKind } from './kinds.ts'

/** What a rule knows beside the value it looks at. */
export interface RuleContext {
  /** The rules of this spec version apply. */
  readonly version: SpecVersion
  /** Whether the version is `since` or a later one. */
  isAtLeast(since: SpecVersion): boolean
  /**
   * Reports a finding at a path below the value.
   *
   * @param message a clause that shows no secrets.
   * @param hint one imperative sentence.
   */
  report(kind: FindingKind, below: IgnitionPath, message: string, hint?: string): void
}

/** Looks at one object, its own fields and what it contains, and reports what it finds. */
export type Rule<T> = (value: T, context: RuleContext) => void

/** The rule of each kind of object that has one. */
export type Rules = { readonly [Name in ObjectName]?: Rule<ObjectTypes[Name]> }
