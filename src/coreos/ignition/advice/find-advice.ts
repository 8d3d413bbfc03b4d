import type { ObjectTypes } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { isAtLeast, isExperimental, NEWEST_STABLE_VERSION } from '../model/versions.ts'
import { FINDING_KINDS } from '../validate/kinds.ts'
import type { Rule, RuleContext, Rules } from '../validate/rule.ts'
import { type ConfigProblem, findRuleProblems } from '../validate/validate-ignition.ts'
import { walkObjects } from '../validate/walk.ts'
import { adviseDisk, adviseFilesystem, adviseLuksDevice, adviseRaid } from './advise-devices.ts'
import { adviseDirectory, adviseFile, adviseLink, adviseStorage } from './advise-nodes.ts'
import { adviseLogin, adviseUser } from './advise-passwd.ts'
import { adviseLuksKey, adviseReference, adviseResource } from './advise-resources.ts'
import { adviseTemplates, adviseUnit } from './advise-units.ts'

/** What advice depends on besides the config. */
export interface AdviceOptions {
  /** The config goes into a live image, where kernel arguments can't be changed. */
  readonly isForLiveSystem?: boolean | undefined
}

const adviceRules: Rules = {
  config: both(adviseVersion, adviseLogin),
  reference: adviseReference,
  replacement: adviseReference,
  authority: adviseResource,
  resource: adviseResource,
  passwdUser: adviseUser,
  storage: adviseStorage,
  directory: adviseDirectory,
  file: adviseFile,
  link: adviseLink,
  disk: adviseDisk,
  filesystem: adviseFilesystem,
  raid: adviseRaid,
  luks: both(adviseLuksDevice, adviseLuksKey),
  systemd: adviseTemplates,
  unit: adviseUnit,
}

/**
 * Finds what Ignition's validator lets pass and what is hardly meant: slips, what fails or does nothing at boot, and
 * secrets that others can read.
 *
 * @param config without errors.
 */
export function findAdvice(config: IgnitionConfig, options: AdviceOptions = {}): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const { version } = config.ignition
  walkObjects(config, version, ({ schema, value, path }) => {
    const context: RuleContext = {
      version,
      isAtLeast: (since) => isAtLeast(version, since),
      report(kind, below, message, hint) {
        problems.push({ kind, path: [...path, ...below], message, hint })
      },
    }
    adviceRules[schema.name]?.(value as never, context)
  })
  if (options.isForLiveSystem) problems.push(...adviseLiveKargs(config))
  return [...problems, ...findBootFailures(config)]
}

/** The booting system validates what it has merged once more, with the rules of its own newest version. */
function findBootFailures(config: IgnitionConfig): readonly ConfigProblem[] {
  if (isAtLeast(config.ignition.version, NEWEST_STABLE_VERSION)) return []
  return findRuleProblems(config, NEWEST_STABLE_VERSION)
    .filter(({ kind }) => FINDING_KINDS[kind] === 'error')
    .map(({ path, message, hint }) => {
      return { kind: 'refused-at-boot', path, message: `newer releases of Ignition refuse this: ${message}`, hint }
    })
}

function adviseLiveKargs({ kernelArguments = {} }: IgnitionConfig): readonly ConfigProblem[] {
  const lists = ['shouldExist', 'shouldNotExist'] as const
  const list = lists.find((name) => (kernelArguments[name] ?? []).length > 0)
  if (!list) return []
  const message = 'a live system can not change its kernel arguments, and does not boot if one has to be changed'
  const hint = 'Change them in the image, with iso kargs modify'
  return [{ kind: 'kernel-arguments-on-live', path: ['kernelArguments', list], message, hint }]
}

function adviseVersion({ ignition: { version } }: IgnitionConfig, { report }: RuleContext): void {
  if (!isExperimental(version)) return
  const message = `${version} changes without notice, and the next release of Ignition refuses it`
  report('experimental-version', ['ignition', 'version'], message, `Use ${NEWEST_STABLE_VERSION} or older`)
}

function both<T extends ObjectTypes[keyof ObjectTypes]>(first: Rule<T>, second: Rule<T>): Rule<T> {
  return (value, context) => {
    first(value, context)
    second(value, context)
  }
}
