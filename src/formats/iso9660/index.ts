/**
 * ISO 9660 images.
 *
 * Reading: volume descriptors, the plain tree with Rock Ridge names (continued ones and moved directories too), the Joliet
 * tree, files of several extents, El Torito boot catalogs. Only bytes on the way to what is asked for are read, and sizes
 * that an image claims are compared with limits first.
 *
 * Left out: blocks of other sizes than 2048 bytes, volumes of several discs, interleaved files, UDF.
 */

export type { IsoEntry } from './entry.ts'
export { isoFileSource, type ReadIsoFileOptions, readIsoFile } from './file.ts'
export { findIsoEntry } from './find-entry.ts'
export { type Iso9660, readIso9660 } from './iso.ts'
export { listIsoDirectory } from './list-directory.ts'
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
