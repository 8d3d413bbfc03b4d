/**
 * Ignition configs, spec 3.0.0 to 3.6.0 and 3.7.0-experimental: parsed with the place of every value and validated by the
 * rules of Ignition itself. Spec 1 and 2 are told apart and not read.
 */
export { findAdvice } from './advice/find-advice.ts'
export { type AdviceOptions, findBootFailures } from './advice/find-boot-failures.ts'
export {
  type BuildIgnitionOptions,
  type BuildNote,
  type BuiltIgnition,
  buildIgnition,
} from './build/build-ignition.ts'
export { type EncodeContentsOptions, encodeContents, type GzipEncoder } from './build/encode-contents.ts'
export { parseFileMode } from './build/file-mode.ts'
export type {
  Contents,
  DirectoryPart,
  DropinPart,
  FileMode,
  FilePart,
  IgnitionParts,
  LinkPart,
  NodePart,
} from './build/ignition-parts.ts'
export { type BuildProblem, formatProblem } from './build/problems.ts'
export { trimCertificates } from './build/trim-certificates.ts'
export { findIgnoredKeys, type IgnoredKey } from './format/find-ignored-keys.ts'
export { type FormatIgnitionOptions, formatIgnition } from './format/format-ignition.ts'
export type { MergeInput, ValueOrigin } from './merge/lineage.ts'
export type { FollowOptions } from './merge/load-references.ts'
export { MERGE_FINDING_KINDS, type MergeFinding, type MergeFindingKind } from './merge/merge-finding.ts'
export { type InputUpgrade, type MergedIgnition, mergeIgnition, mergeIgnitions } from './merge/merge-ignition.ts'
export { type RemainingReference, type RenderedIgnition, renderIgnition } from './merge/render-ignition.ts'
export { valuePaths } from './merge/value-paths.ts'
export { type Exposure, exposureOf } from './model/exposure.ts'
export { formatIgnitionPath, type IgnitionPath } from './model/path.ts'
/** The types of a config's parts: `Ignition.File`, `Ignition.Unit` and so on. */
export type * as Ignition from './model/types.ts'
export type { IgnitionConfig, Integer } from './model/types.ts'
export { NEWEST_STABLE_VERSION, SPEC_VERSIONS, type SpecVersion } from './model/versions.ts'
export type { ConfigPlace, ConfigText } from './parse/config-text.ts'
export { isButane } from './parse/describe-foreign-text.ts'
export { type ParsedIgnition, parseIgnition } from './parse/parse-ignition.ts'
export { type PlanProvisioningOptions, planProvisioning } from './plan/plan-provisioning.ts'
/** The types of the steps that a plan consists of. */
export type * as Provisioning from './plan/provisioning-plan.ts'
export type { PlanCounts, ProvisioningPlan, ProvisioningStep } from './plan/provisioning-plan.ts'
export { checkIgnitionConfig, formatIgnitionFinding, ignitionErrorOf } from './review/check-ignition-config.ts'
export { reviewContents } from './review/review-contents.ts'
export { type ReviewOptions, reviewIgnition } from './review/review-ignition.ts'
export { reviewReferences } from './review/review-references.ts'
export { findField } from './upgrade/find-field.ts'
export { findVersionNeeds, lowestVersion, type VersionNeed } from './upgrade/find-version-needs.ts'
export type { UpgradeChange, UpgradeChangeKind } from './upgrade/upgrade-change.ts'
export { type UpgradedIgnition, upgradeIgnition } from './upgrade/upgrade-ignition.ts'
export type { BytePosition, ByteSpan, IgnitionFinding } from './validate/finding.ts'
export { FINDING_KINDS, type FindingKind, type Severity } from './validate/kinds.ts'
export { type IgnitionReport, validateIgnition } from './validate/validate-ignition.ts'
