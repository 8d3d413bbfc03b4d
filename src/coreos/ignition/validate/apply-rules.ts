import type { IgnitionPath } from '../model/path.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { isAtLeast, type SpecVersion } from '../model/versions.ts'
import type { ProblemList } from './problem-list.ts'
import type { Rule, RuleContext, Rules } from './rule.ts'
import { walkObjects } from './walk.ts'

/** Adds what the rules of a version find in a config, in the order of Ignition's walk. */
export function applyRules(
  rules: Rules,
  config: IgnitionConfig,
  { version, problems }: { readonly version: SpecVersion; readonly problems: ProblemList },
): void {
  let above: IgnitionPath = []
  const context: RuleContext = {
    version,
    isAtLeast: (since) => isAtLeast(version, since),
    report(kind, below, message, hint) {
      problems.add({ kind, path: [...above, ...below], message, hint })
    },
  }
  walkObjects(config, version, ({ schema, value, path }) => {
    above = path
    const rule = rules[schema.name] as Rule<unknown> | undefined
    rule?.(value, context)
  })
}
