/**
 * Disks to install on: what they are, what uses them, and writing them while nobody else can. Linux only, by its files in
 * `/sys` and `/proc` and the programs of util-linux. Left out: DASDs of IBM Z, installing on a single partition.
 */
export { type DiskDescription, describeDisk, describeKernelDisk } from './describe-disk.ts'
export {
  type FoundContent,
  type FoundFilesystem,
  findContents,
  findFilesystems,
  otherBootFilesystems,
} from './find-filesystems.ts'
export { type DeviceUse, findUses } from './find-uses.ts'
export { formatUses } from './format-uses.ts'
export { type BlockDevice, busy, type OpenBlockDeviceOptions, openBlockDevice } from './open-block-device.ts'
export { type ChangedDisk, type RereadPartitionsOptions, rereadPartitions } from './reread-partitions.ts'
export { type RunProgram, runProgram } from './run-program.ts'
export { type SectorFile, SectorIo } from './sector-io.ts'
export { type SystemFiles, systemFiles } from './system-files.ts'
