/**
 * What CoreOS puts into a live ISO: the embed area, the kernel-argument areas, the feature flags, and the files that the
 * live system looks for. Nothing here writes; the next room plans.
 */
export * from './boot-partition/index.ts'
export {
  IGNITION_CONFIG_PATH,
  ignitionConfigOf,
  isKeyfilePath,
  type Keyfile,
  keyfileMembers,
  keyfilesOf,
  NETWORK_DIRECTORY_PATH,
} from './customizations.ts'
export {
  type EmbedArea,
  type EmbedAreaContent,
  encodeEmbedArea,
  findEmbedArea,
  MAX_EMBED_AREA_BYTE_LENGTH,
  measureEmbedArea,
  readEmbedArea,
} from './embed-area.ts'
export { decodeFeatures, type Features, readFeatures } from './features.ts'
export {
  type ImageIdentity,
  identifyImage,
  KERNEL_HEAD_BYTE_LENGTH,
  kernelArchitecture,
  readKernelArchitecture,
} from './identify-image.ts'
export * from './ignition/index.ts'
export * from './installer-config/index.ts'
export { currentKargs, type KargsArea, type KargsAreas, readKargsAreas } from './karg-areas.ts'
export {
  decodeKargsArea,
  editKargs,
  encodeKargsArea,
  type KargsEdit,
  type KargsPadding,
  reviewKargsEdit,
} from './kargs.ts'
export {
  formatKargsJson,
  type KargsJson,
  type KargsJsonFile,
  locateKargsJson,
  MAX_KARGS_AREA_BYTE_LENGTH,
  readKargsJson,
} from './kargs-json.ts'
export {
  INITRAMFS_STAMP_PATH,
  type InitramfsArchive,
  type LiveInitramfs,
  ROOTFS_HASHES_PATH,
  ROOTFS_STAMP_PATH,
  readLiveInitramfs,
} from './live-initramfs.ts'
export { type DeclaredArea, declaredAreas, type LiveIso, readLiveIso } from './live-iso.ts'
export {
  CONFIG_URL_KARG,
  IGNITION_KARGS,
  kargName,
  kargValues,
  LIVE_ISO_KARG,
  ROOTFS_URL_KARG,
  splitKargs,
} from './live-kargs.ts'
export { formatMetadata, type JsonObject } from './metadata.ts'
export { parseStreamHash, type StreamHash, StreamHashComparison } from './stream-hash.ts'
export {
  type ArtifactChoice,
  DEFAULT_STREAM_BASE_URL,
  decodeStreamMetadata,
  findArtifacts,
  MAX_STREAM_METADATA_BYTE_LENGTH,
  type StreamArtifact,
  type StreamMetadata,
  streamArchitecture,
  streamUrl,
} from './stream-metadata.ts'
export {
  type IgnitionSummary,
  type InstallerConfigSummary,
  summarizeIgnition,
} from './summarize-ignition.ts'
export { type KeyfileSummary, summarizeKeyfile } from './summarize-keyfile.ts'
