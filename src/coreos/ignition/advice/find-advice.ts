import type { ObjectTypes } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { isExperimental, NEWEST_STABLE_VERSION } from '../model/versions.ts'
import { applyRules } from '../validate/apply-rules.ts'
import { ProblemList } from '../validate/problem-list.ts'
import type { Rule, RuleContext, Rules } from '../validate/rule.ts'
import type { ConfigProblem } from '../validate/validate-ignition.ts'
import { adviseDisk, adviseFilesystem, adviseLuksDevice, adviseRaid } from './advise-devices.ts'
import { adviseDirectory, adviseFile, adviseLink, adviseStorage } from './advise-nodes.ts'
import { adviseLogin, adviseUser } from './advise-passwd.ts'
import { adviseLuksKey, adviseReference, adviseResource } from './advise-resources.ts'
import { adviseDropin, adviseTemplates, adviseUnit } from './advise-units.ts'
import { type AdviceOptions, findBootFailures } from './find-boot-failures.ts'

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
  dropin: adviseDropin,
}

/**
 * Finds what Ignition's validator lets pass and what is hardly meant: slips, what fails or does nothing at boot, and
 * secrets that others can read.
 *
 * @param config without errors.
 */
export function findAdvice(config: IgnitionConfig, options: AdviceOptions = {}): readonly ConfigProblem[] {
  const problems = new ProblemList()
  applyRules(adviceRules, config, { version: config.ignition.version, problems })
  return [...problems.problems, ...findBootFailures(config, options)]
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
