/**
 * ISO 9660 images.
 *
 * Reading: volume descriptors, the plain tree with Rock Ridge names (continued ones and moved directories too), the Joliet
 * tree, files of several extents, El Torito boot catalogs. Only bytes on the way to what is asked for are read, and sizes
 * that an image claims are compared with limits first.
 *
 * Writing: `buildIso9660`, which gives a new image as a source: Rock Ridge, Joliet, files of several extents, El Torito,
 * and a GPT for USB disks. Directories are not relocated.
 *
 * Left out: blocks of other sizes than 2048 bytes, volumes of several discs, interleaved files, UDF.
 */

export {
  type BootEmulation,
  type BootEntry,
  type BootPlatform,
  type ElTorito,
  readElTorito,
} from './el-torito.ts'
export type { IsoEntry } from './entry.ts'
export { isoFileSource, type ReadIsoFileOptions, readIsoFile } from './file.ts'
export { findIsoEntry } from './find-entry.ts'
export { type Iso9660, readIso9660 } from './iso.ts'
export { listIsoDirectory } from './list-directory.ts'
export { isSystemAreaBlank } from './system-area.ts'
export type {
  BootRecordDescriptor,
  JolietVolumeDescriptor,
  OtherSupplementaryDescriptor,
  PrimaryVolumeDescriptor,
  RootDirectory,
  UnknownVolumeDescriptor,
  VolumeDescriptor,
} from './volume-descriptor.ts'
export { type IsoTree, type WalkOptions, walkIso } from './walk.ts'
export type { IsoBoot, IsoBootEntry } from './writer/boot-catalog.ts'
export { type BuildIso9660Options, buildIso9660 } from './writer/build-iso9660.ts'
export type { IsoDirectoryInput, IsoFileInput, IsoInput, IsoSymlinkInput } from './writer/tree.ts'
