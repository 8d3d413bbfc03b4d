import { formatIgnitionPath } from '../model/path.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'
import type { ConfigText } from '../parse/config-text.ts'
import { parseIgnition } from '../parse/parse-ignition.ts'
import { applyRules } from './apply-rules.ts'
import { findDuplicates } from './find-duplicates.ts'
import { findUnusedKeys, type UnusedKey } from './find-unused-keys.ts'
import type { ConfigProblem, IgnitionFinding } from './finding.ts'
import { FINDING_KINDS } from './kinds.ts'
import { MAX_PROBLEM_COUNT, ProblemList } from './problem-list.ts'
import { quote } from './quote.ts'
import { rules } from './rules.ts'
import { walkObjects } from './walk.ts'

export type { ConfigProblem } from './finding.ts'

/** What came of looking at a config. */
export interface IgnitionReport {
  /** The spec version that the text names; `undefined` when none is known. */
  readonly version: SpecVersion | undefined
  /** The config; `undefined` when Ignition would refuse it. */
  readonly config: IgnitionConfig | undefined
  /** The text with the places of its values; `undefined` when it isn't JSON. */
  readonly text: ConfigText | undefined
  /** All findings in the order of Ignition's own report. */
  readonly findings: readonly IgnitionFinding[]
  /** How many more there are, for a text with a hundred thousand of them. */
  readonly omittedCount: number
}

/**
 * Validates a config as Ignition does: the same errors and warnings with the same paths, positions and order.
 *
 * Source: the rules that Ignition 2.26 applies to specs 3.0.0 to 3.6.0, and its main branch to 3.7.0-experimental.
 */
export function validateIgnition(bytes: Uint8Array): IgnitionReport {
  const { version, config, isExact, text, findings } = parseIgnition(bytes)
  if (!version || !config || !text) return { version, config: undefined, text, findings, omittedCount: 0 }
  const { problems, omittedCount, hasError } = listProblems(config)
  // Ignition loses all positions when a number, even one that it doesn't use, is beyond a double.
  const hasPositions = !text.document.hasUnrepresentableNumber
  const unused = hasPositions && !isExact ? findUnusedKeys(config, version, text) : { keys: [], omittedCount: 0 }
  const shownKeys = unused.keys.slice(0, Math.max(MAX_PROBLEM_COUNT - problems.length, 0))
  return {
    version,
    config: hasError ? undefined : config,
    text,
    findings: [
      ...problems.map((problem) => placeProblem(problem, text, hasPositions)),
      ...shownKeys.map((key) => describeUnusedKey(key, text)),
    ],
    omittedCount: omittedCount + unused.omittedCount + unused.keys.length - shownKeys.length,
  }
}

/** Applies all rules to a config, whichever way it came to be; what occurs twice follows what the rules find. */
export function findConfigProblems(config: IgnitionConfig): readonly ConfigProblem[] {
  return listProblems(config).problems
}

/** Applies the rules for single values, as Ignition does again after merging. */
export function findRuleProblems(
  config: IgnitionConfig,
  version: SpecVersion = config.ignition.version,
): readonly ConfigProblem[] {
  const list = new ProblemList()
  applyRules(rules, config, { version, problems: list })
  return list.problems
}

function listProblems(config: IgnitionConfig): ProblemList {
  const list = new ProblemList()
  const { version } = config.ignition
  applyRules(rules, config, { version, problems: list })
  walkObjects(config, version, (object) => {
    for (const { list: name, index, earlier } of findDuplicates(object)) {
      const message = `this repeats ${formatIgnitionPath([...object.path, ...earlier])}`
      list.add({ kind: 'duplicate', path: [...object.path, name, index], message, hint: 'Keep only one of them' })
    }
  })
  return list
}

/** Makes a finding of a problem: where it is in the text. Without positions, it still has its bytes. */
export function placeProblem(
  { kind, path, message, hint }: ConfigProblem,
  text: ConfigText,
  hasPositions: boolean,
): IgnitionFinding {
  const { position, span } = text.placeOf(path)
  return {
    severity: FINDING_KINDS[kind],
    kind,
    path,
    position: hasPositions ? position : undefined,
    span,
    message,
    hint,
  }
}

function describeUnusedKey({ kind, path, span, field, since }: UnusedKey, text: ConfigText): IgnitionFinding {
  const place = { severity: FINDING_KINDS[kind], kind, path, position: text.positionAt(span.start), span }
  if (kind === 'tree-mismatch') {
    return { ...place, message: 'an object belongs here, not null', hint: 'Leave the key out' }
  }
  const key = quote(String(path.at(-1)))
  if (field) return { ...place, message: `${key} is the key ${field} in another case`, hint: `Write it as ${field}` }
  const hint = since ? `Set ignition.version to ${since}, or remove the key` : 'Remove it, or correct it'
  return { ...place, message: `this spec version has no key ${key} here, so it is ignored`, hint }
}
