/**
 * One use case a file: images and options in, patches or a result out. Nothing here writes; `isokit/node` and the caller's
 * own sinks do.
 */

export { type CompareOptions, compareSources } from './compare-sources.ts'
export type { Customization, CustomizationChecks, NamedInput } from './customize/customization.ts'
export {
  type CustomizationOptions,
  type CustomizationPlan,
  type CustomizationTarget,
  planCustomization,
} from './customize/plan-customization.ts'
export {
  type IsoCustomization,
  type IsoCustomizationOptions,
  type IsoCustomizationPlan,
  planIsoCustomization,
} from './customize/plan-iso-customization.ts'
export {
  type PxeCustomizationOptions,
  type PxeCustomizationPlan,
  planPxeCustomization,
  planPxeReset,
} from './customize/plan-pxe-customization.ts'
export type { PlannedChange } from './customize/planned-change.ts'
export { type DifferingRange, diffIsos, type IsoDiff, type MemberChange } from './diff-isos.ts'
export { decompressedName } from './download-name.ts'
export { type InitramfsInspection, inspectInitramfs } from './inspect-initramfs.ts'
export {
  type AreaUsage,
  type InspectOptions,
  type IsoInspection,
  inspectIso,
  type KargsInspection,
  kargsUsage,
} from './inspect-iso.ts'
export { checkIgnitionUrl, type IgnitionUrlOptions } from './install/check-ignition-url.ts'
export { type ChecksumCheckOptions, checksumCheck } from './install/checksum-check.ts'
export {
  HEAD_BYTE_LENGTH,
  type ImageInput,
  type ImageStream,
  type ImageStreamOptions,
  openImageStream,
} from './install/image-stream.ts'
export type { InstallPlan, SavedPartition } from './install/install-plan.ts'
export type { InstallTarget } from './install/install-target.ts'
export {
  type FilteredPartition,
  type PartitionFilter,
  type PartitionFilterOptions,
  partitionFilter,
} from './install/partition-filter.ts'
export { planPartitionBackup, type TableTarget } from './install/partition-tables.ts'
export { NOTHING_TO_SAVE, type PartitionsToSave } from './install/partitions-to-save.ts'
export { type PlanInstallOptions, planInstall } from './install/plan-install.ts'
export {
  planTrust,
  type TrustAnchor,
  type TrustFacts,
  type TrustPlan,
  type WantedChecksum,
} from './install/plan-trust.ts'
export { requireDiskImage } from './install/recognize-image.ts'
export {
  type InstallPhase,
  type InstallProgress,
  type InstallResult,
  type RunInstallOptions,
  runInstall,
  type TargetState,
} from './install/run-install.ts'
export { readSavedPartitions } from './install/saved-partitions.ts'
export type { StreamCheck } from './install/stream-check.ts'
export { listStream } from './list-stream.ts'
export type { IsolinuxFile, LiveIsoParts } from './live-iso/check-live-iso-parts.ts'
export {
  DEFAULT_EMBED_AREA_BYTE_LENGTH,
  DEFAULT_VENDOR,
  type LiveIsoPlan,
  MIN_EMBED_AREA_BYTE_LENGTH,
  type PlanLiveIsoOptions,
  planLiveIso,
} from './live-iso/plan-live-iso.ts'
export { type MinimalIso, type MinimalIsoOptions, minimalIsoChunks, verifyMinimalIso } from './minimal-iso.ts'
export type { EmbedOptions } from './plan-embed.ts'
export { planIgnition, planIgnitionRemoval, readIgnition } from './plan-ignition.ts'
export { bootsThroughGrub, parseKargsFile, planKargs, planKargsReset, requireKargs } from './plan-kargs.ts'
export { type PlanMinimalIsoOptions, planMinimalIso } from './plan-minimal-iso.ts'
export {
  type MinimalIsoPacking,
  type PackMinimalIsoOptions,
  planMinimalIsoPacking,
} from './plan-minimal-iso-packing.ts'
export {
  checkKeyfiles,
  formatKeyfiles,
  planNetwork,
  planNetworkRemoval,
  readNetwork,
  reviewKeyfiles,
} from './plan-network.ts'
export { planReset } from './plan-reset.ts'
export { findRootfs, listPxeFiles, type PxeFile, pxeFileName } from './pxe-files.ts'
export type {
  BootFile,
  CheckPxeSetOptions,
  PxeSetFolder,
  PxeSetProblem,
  RemoteFiles,
  WithBootFile,
} from './pxe-set/check/boot-files.ts'
export { type CheckedEntry, checkPxeSet, checkServedPxeSet, type PxeSetReport } from './pxe-set/check/check-pxe-set.ts'
export {
  type PxeCustomization,
  type PxeHost,
  type PxeSet,
  type PxeSetFile,
  type PxeSetOptions,
  planPxeSet,
} from './pxe-set/plan-pxe-set.ts'
export {
  artifactArchitecture,
  choosePxeFiles,
  type PxeArtifact,
  type PxeArtifacts,
  type PxeRole,
  pxeRoleOf,
  readIsoArtifacts,
} from './pxe-set/pxe-artifacts.ts'
export { type CodecOptions, carriesSecrets, readCustomizations } from './read-customizations.ts'
export { reviewRootfsUrl, rootfsKarg } from './rootfs-url.ts'
export { unwrapIgnition, unwrapNetwork, wrapIgnition, wrapNetwork } from './wrap-initrd.ts'
