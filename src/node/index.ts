/**
 * The outside of isokit: files and block devices as sources, outputs that appear whole or not at all, edits in place that
 * survive being killed, standard input and output, gzip and zstd.
 *
 * Linux, macOS and Windows. What only one of them has (clones, copying in the kernel, sysfs) is a shortcut with the same
 * result, and is switched off by `fastPaths: false`.
 */
export type { BootTarget } from './boot-partition/ext2-disk.ts'
export { mountBoot } from './boot-partition/mount-boot.ts'
export { type OpenBootOptions, type OpenExt2BootOptions, openExt2Boot } from './boot-partition/open-ext2-boot.ts'
export { type DecompressImageOptions, decompressImage, encodeGzip, nodeCodecs } from './codecs/index.ts'
export { type CopyThroughOptions, copyThrough, initrdReader } from './copy-through.ts'
export { type CreateDirectoryOptions, createDirectory } from './create-directory.ts'
export { type CreateFileOptions, createFile } from './create-file.ts'
export { type CreateFileTreeOptions, createFileTree, type FileOfTree } from './create-file-tree.ts'
export { type CreateFilesOptions, createFiles, type FileToCreate } from './create-files.ts'
export type { Disk, DiskFile } from './disk.ts'
export { systemDisk } from './disk.ts'
export {
  type DownloadedImage,
  type DownloadImageOptions,
  downloadImage,
  type ImageToDownload,
} from './download/download-image.ts'
export { type EditOptions, type EditResult, editInPlace } from './edit-in-place.ts'
export { type ExtractInitrdOptions, extractInitrd } from './extract-initrd.ts'
export { type FetchedStream, type FetchStreamOptions, fetchStream } from './fetch-stream.ts'
export { FileSource, type OpenFileOptions, openFile } from './file-source.ts'
export { firstFailure } from './first-failure.ts'
export { type FetchSmallOptions, fetchSmall } from './http/fetch-small.ts'
export type { FilePosition, FileVersion } from './http/file-version.ts'
export { headUrl, type RemoteFileFacts } from './http/head-url.ts'
export type { HttpOptions, HttpTimeouts, RetryNotice } from './http/http-options.ts'
export { type OpenUrlOptions, openUrl, type RemoteFile } from './http/open-url.ts'
export type { ImageRequest } from './install/choose-image.ts'
export type { ImageTrust } from './install/create-image-checks.ts'
export { installImage } from './install/install-image.ts'
export type {
  Installed,
  InstallOptions,
  InstallProposal,
  InstallRequest,
  TargetReport,
} from './install/install-request.ts'
export type { ImageLocation, InstallImage } from './install/open-install-image.ts'
export type { OpenedTarget, TargetRequest } from './install/open-target.ts'
export { NETWORK_DIRECTORY, readNetworkDirectory } from './install/read-network-directory.ts'
export { leadsToStdout } from './leads-to-stdout.ts'
export { type ListFilesOptions, listFiles } from './list-files.ts'
export { type OpenImage, type OpenImageOptions, openImage, type RecoveryNotice } from './open-image.ts'
export { type Keyring, mergeKeys, readPublicKeys } from './openpgp/keyring.ts'
export { MAX_SIGNATURE_BYTE_LENGTH } from './openpgp/limits.ts'
export type { PublicKey } from './openpgp/public-key.ts'
export { type VerifyDetachedOptions, verifyDetached } from './openpgp/verify-detached.ts'
export { checkOutput, createOutput, type Output, type OutputOptions } from './output.ts'
export { pathInside } from './path-inside.ts'
export type { OnProgress, Progress } from './progress.ts'
export { MAX_INPUT_BYTE_LENGTH, type ReadInputOptions, readInput, readStdin, stdinReader } from './read-input.ts'
export { type SaveOptions, type SaveResult, saveImage } from './save-image.ts'
export { createSha256 } from './sha256.ts'
export { type StreamOptions, type StreamResult, streamToStdout, writeToStdout } from './stdout.ts'
export { isTerminal, refuseTerminal, STDERR, STDIN, STDOUT } from './terminal.ts'
export { createTrustChecks, type TrustChecks, type TrustChecksOptions } from './trust/create-trust-checks.ts'
export { type KeyringPlaces, type KeyringPlacesOptions, keyringPlaces } from './trust/keyring-places.ts'
export { type LoadedKeyring, type LoadKeyringOptions, loadKeyring } from './trust/load-keyring.ts'
export { type ReadChecksumOptions, readChecksum } from './trust/read-checksum.ts'
