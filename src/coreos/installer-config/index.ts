/**
 * The installer's configs, which the live system reads from `/etc/coreos/installer.d`: parsed with the line and column of
 * every problem, and written. Whether an image's installer knows a key is a question for its features.
 */

export { adviseConsoles } from './advise-consoles.ts'
export { findValueProblem, type ValueProblem } from './check-value.ts'
export {
  combineInstallerConfigs,
  formatInstallerArguments,
  type InstallerConfigLayer,
} from './combine-installer-configs.ts'
export { type ConsoleSpec, formatConsoleSpec, parseConsoleSpec } from './console-spec.ts'
export {
  DIRECTIVES,
  type DirectiveType,
  INSTALLER_KEYS,
  type InstallerConfig,
  type InstallerKey,
} from './directives.ts'
export { formatInstallerConfig } from './format-installer-config.ts'
export {
  type InstallerConfigProblem,
  installerConfigError,
  type ParsedInstallerConfig,
  parseInstallerConfig,
  readInstallerConfig,
} from './parse-installer-config.ts'
export { type PartitionRange, parsePartitionRanges } from './partition-range.ts'
