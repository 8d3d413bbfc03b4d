import type { IgnitionConfig } from '../model/types.ts'
import { isAtLeast, NEWEST_STABLE_VERSION } from '../model/versions.ts'
import { FINDING_KINDS } from '../validate/kinds.ts'
import { type ConfigProblem, findRuleProblems } from '../validate/validate-ignition.ts'

/** What advice depends on besides the config. */
export interface AdviceOptions {
  /** The config goes into a live image, where kernel arguments can't be changed. */
  readonly isForLiveSystem?: boolean | undefined
}

/**
 * Finds for what a machine would not boot with a config that the validator lets pass: the part of all advice that is never
 * a matter of taste.
 *
 * @param config without errors.
 */
export function findBootFailures(
  config: IgnitionConfig,
  { isForLiveSystem = false }: AdviceOptions = {},
): readonly ConfigProblem[] {
  return [...(isForLiveSystem ? findLiveKargs(config) : []), ...findLaterRefusals(config)]
}

/** The booting system validates what it has merged once more, with the rules of its own newest version. */
function findLaterRefusals(config: IgnitionConfig): readonly ConfigProblem[] {
  if (isAtLeast(config.ignition.version, NEWEST_STABLE_VERSION)) return []
  return findRuleProblems(config, NEWEST_STABLE_VERSION)
    .filter(({ kind }) => FINDING_KINDS[kind] === 'error')
    .map(({ path, message, hint }) => {
      return { kind: 'refused-at-boot', path, message: `newer releases of Ignition refuse this: ${message}`, hint }
    })
}

function findLiveKargs({ kernelArguments = {} }: IgnitionConfig): readonly ConfigProblem[] {
  const lists = ['shouldExist', 'shouldNotExist'] as const
  const list = lists.find((name) => (kernelArguments[name] ?? []).length > 0)
  if (!list) return []
  const message = 'a live system can not change its kernel arguments, and does not boot if one has to be changed'
  const hint = 'Change them in the image, with iso kargs modify'
  return [{ kind: 'kernel-arguments-on-live', path: ['kernelArguments', list], message, hint }]
}
