/**
 * isokit without Node: runs wherever `Uint8Array` and web APIs do.
 *
 * A source gives bytes, `readLiveIso` finds where a live ISO can change, a `plan…` function gives patches, and `overlay`
 * shows the edited image as a source again. Files, devices and full-speed codecs are in `isokit/node`.
 */
export {
  applyPatches,
  blobSource,
  chunks,
  type Extent,
  memorySource,
  overlay,
  type Patch,
  pendingPatches,
  readAll,
  type Sink,
  type Source,
} from './bytes/index.ts'
export * from './coreos/index.ts'
export * from './errors.ts'
export { BOOT_LOADERS, type BootLoader, bootLoaderOf, bootScriptPath } from './formats/boot-script/index.ts'
export {
  type Checksum,
  type ChecksumEntry,
  findChecksum,
  isChecksum,
  parseChecksum,
  parseChecksumFile,
} from './formats/checksum/index.ts'
export {
  type Codecs,
  encodeInitrd,
  globFilter,
  type InitrdFile,
  portableCodecs,
  readInitrd,
} from './formats/initrd/index.ts'
export {
  buildIso9660,
  findIsoEntry,
  type Iso9660,
  type IsoEntry,
  isoFileSource,
  readIso9660,
  readIsoFile,
  walkIso,
} from './formats/iso9660/index.ts'
export * from './operations/index.ts'
