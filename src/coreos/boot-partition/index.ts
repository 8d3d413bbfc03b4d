/**
 * The boot partition of an installed system: what an installation changes there, as a list of changes that any way to reach
 * the files can make. Nothing here writes.
 */
export {
  type BootCustomization,
  type BootNetworkFile,
  bootContentsByteLength,
  MAX_BOOT_FILE_BYTE_LENGTH,
} from './boot-customization.ts'
export type { BootChange, BootFiles, BootPartition } from './boot-files.ts'
export { checkBootCustomization } from './check-boot-customization.ts'
export { type BootFilesystem, type BootPartitionPlace, findBootPartition } from './find-boot-partition.ts'
export { type BootChangePlan, foreseeBootPaths, planBootChanges } from './plan-boot-changes.ts'
