/**
 * The errors of isokit: four classes that say who can help, and one list of stable codes.
 *
 * The class is chosen by whose turn it is (the image's maker, the caller, the machine), the `code` is what programs and
 * tests look at, the message says what failed, where and with which values, and the hint is one imperative sentence.
 */

/** Every code that isokit throws, with its meaning. The README's table is made from this list. */
export const ERROR_CODES = {
  // bytes
  UNEXPECTED_END: 'The data ends before a structure that it promises',
  NUMBER_TOO_LARGE: 'A 64-bit number in the data is larger than 2^53 - 1',
  TEXT_NOT_UTF8: 'A text in the data is not UTF-8',
  PATCH_INVALID: 'Patches overlap, or start outside the image',
  // coreos
  NOT_A_LIVE_ISO: 'The ISO image is not a CoreOS live image, or its embed area is unusable',
  METADATA_INVALID:
    'A JSON file of the image (igninfo, kargs, features), or the metadata of a stream, does not have the expected shape',
  ARTIFACT_NOT_FOUND: 'A stream has no image of that architecture, platform and format',
  AREA_INVALID: 'An embed area lies outside its file or the image, or overlaps another',
  AREA_TOO_SMALL:
    'Compressed customizations, or other data, are too large for the area that the image reserves for them',
  ALREADY_EMBEDDED: 'The image carries other customizations already',
  NOTHING_EMBEDDED: 'The image or initrd carries no such customization',
  NETWORK_UNSUPPORTED: 'The image does not apply embedded network settings',
  KEYFILE_INVALID: 'A network keyfile has no usable name, or a name is given twice',
  KARG_INVALID: 'A kernel argument or replacement cannot be used as given',
  KARGS_TOO_LONG: 'The kernel arguments do not fit the area',
  KARGS_UNSUPPORTED: 'The image has no areas for kernel arguments',
  KARGS_DAMAGED: 'The kernel-argument areas of the image disagree or cannot be read',
  CONSOLE_INVALID: 'A console is not one that the installer can set up',
  INSTALLER_CONFIG_INVALID: 'An installer config is not YAML, or has a key or a value that the installer does not take',
  INSTALLER_UNSUPPORTED: 'The image does not read installer configs, or does not know one of their keys',
  CUSTOMIZATION_INVALID: 'Customizations contradict each other, or would keep a machine from booting or installing',
  NMSTATE_UNSUPPORTED: 'nmstate documents are not turned into network keyfiles',
  NOT_A_LIVE_INITRAMFS: 'The initrd is not the initramfs of a CoreOS live system',
  MINISO_UNSUPPORTED: 'A minimal ISO image cannot be extracted from the image: it has no data for that',
  MINISO_INVALID: 'The data for a minimal ISO image (miniso.dat) is damaged, or of an unknown version',
  MINISO_MISMATCH: 'A minimal ISO image and the full one do not belong together, or one of them was modified',
  BOOT_ENTRY_INVALID: 'A boot script cannot say what it should, in the language of its boot loader',
  PXE_FILES_MISSING: 'What should be booted over the network lacks a kernel, an initramfs or a rootfs, or has several',
  LIVE_PARTS_INVALID: 'The files for a new live ISO image are not what they have to be, or do not belong together',
  STREAM_HASH_INVALID: 'The list of hashes by which a live initramfs knows its rootfs is damaged',
  DATA_URL_INVALID: 'A data URL does not follow RFC 2397',
  IGNITION_INVALID: 'The Ignition config is not valid JSON, has no known spec version, or breaks a rule of its spec',
  IGNITION_DOWNGRADE: 'An Ignition config cannot be turned into one of an earlier spec version',
  IGNITION_KEYS_IGNORED: 'An Ignition config has keys that its spec version ignores, and that would be lost',
  // ISO 9660 writer
  ISO_INPUT_INVALID: 'What should go into a new ISO image breaks a rule of the format',
  // compression, cpio and initrd
  COMPRESSED_DATA_CORRUPT: 'Compressed data (gzip, xz, zstd) is damaged',
  XZ_UNSUPPORTED: 'An xz stream uses a filter, a check or an option that isokit does not know',
  CODEC_MISSING: 'Data is compressed in a format that the supplied codecs cannot read',
  LIMIT_EXCEEDED: 'Data asks for more members, bytes or memory than the limits allow',
  CPIO_CORRUPT: 'A cpio archive has a damaged header or name, or something else stands in its place',
  PATH_TRAVERSAL: 'A member path would lead out of the directory that it is unpacked to',
  MEMBER_PATH_INVALID: 'A path cannot be written to an initrd: it is unsafe, or given twice, or also a directory',
  GLOB_INVALID: 'A glob pattern has unclosed brackets or misplaced asterisks',
  // iso9660
  ISO_NOT_FOUND: 'The file is not an ISO 9660 image',
  ISO_INCOMPLETE: 'The ISO image is shorter than its own volume size says',
  ISO_DESCRIPTOR_CORRUPT: 'A volume descriptor of the ISO image is damaged or missing',
  ISO_RECORD_CORRUPT: 'A directory record of the ISO image is damaged, or points outside the image',
  ISO_BOOT_CATALOG_CORRUPT: 'The El Torito boot catalog of the ISO image is damaged',
  // installing
  DISK_TOO_SMALL: 'An image does not fit on the disk that it is to be installed on',
  PARTITION_COLLISION: 'An image would reach into a partition that is to be saved',
  PARTITION_FILTER_INVALID: 'What says which partitions are to be saved is no partition number and no range of them',
  PARTITIONS_UNSAVABLE: 'Partitions are to be saved, and the disk or the image has no GPT that they could be in',
  PARTITIONS_INVALID:
    'Partitions overlap, share a GUID, lie outside the usable part of the disk, or are more than a table holds',
  GPT_CORRUPT: 'The partition table of a disk or an image is damaged, and so is its backup',
  SECTOR_SIZE_MISMATCH: 'A partition table or an image is for sectors of another size than those of the disk',
  BOOT_PARTITION_NOT_FOUND: 'An image has no partition whose filesystem has the label boot, or several',
  BOOT_FILES_INVALID:
    'The boot partition of an image lacks a file that has to change, or the file cannot take the change',
  BOOT_FILESYSTEM_UNSUPPORTED: 'The filesystem of a boot partition cannot be changed: it is damaged, in use or too new',
  INSTALL_UNSUPPORTED: 'An installation needs what isokit does not do: osmet images, the boot loader of IBM Z',
  WRITE_NOT_KEPT: 'A disk reads differently from what was written to it',
  // trust
  SIGNATURE_INVALID:
    'A detached OpenPGP signature does not belong to the data, is damaged, or is worth nothing any more',
  SIGNATURE_KEY_MISSING: 'An image is signed by a key that is not among the trusted ones',
  SIGNATURE_MISSING: 'Nothing proves where an image comes from: it has neither a signature nor a checksum',
  KEYRING_INVALID: 'A file that is to be used as a keyring holds no public OpenPGP keys, or private ones',
  CHECKSUM_MISMATCH: 'Data does not have the checksum that it should have',
  CHECKSUM_INVALID: 'A checksum is not one, or a file of checksums does not name the image',
  // network
  FETCH_FAILED: 'The network, a proxy or a server failed, or did not answer in time',
  HTTP_STATUS: 'A server does not have a file, or does not give it out',
  REMOTE_CHANGED: 'A file on a server has changed while it was fetched',
  RANGE_UNSUPPORTED: 'A server only gives whole files, so that one cannot be continued',
  TLS_UNTRUSTED: 'The certificate of a server is not vouched for by any authority that is trusted',
  CA_FILE_INVALID: 'A file of certificate authorities holds no certificates, or damaged ones',
  URL_INVALID: 'A URL, or that of a proxy, is not one of the scheme http or https',
  URL_INSECURE: 'Something would be fetched in a way in which anybody could change it',
  // files and devices
  FILE_NOT_FOUND: 'A file, or the directory of an output, does not exist',
  PERMISSION_DENIED: 'The system does not permit it',
  READ_ONLY: 'The file system or device is read-only',
  IS_A_DIRECTORY: 'A directory was given where a file is needed',
  NOT_A_FILE: 'Something other than a regular file or a block device was given',
  NOT_A_DISK: 'What should be installed on is no whole disk: a file, a partition, a drive without a medium',
  NOT_A_DISK_IMAGE:
    'What should be installed is something else than a disk byte for byte: a qcow2 image, a live ISO, an archive',
  OUTPUT_EXISTS: 'The output exists and was not to be replaced',
  OUTPUT_CLOSED: 'The reader of the output has gone away',
  DISK_FULL: 'There is no space left, or the quota is used up',
  FILE_TOO_LARGE: 'The file system holds no file of this size',
  DEVICE_BUSY: 'A device or file is in use',
  IO_FAILED: 'The system failed to read or write',
  INPUT_TOO_LARGE: 'A config, keyfile or other small input is larger than isokit accepts',
  STDOUT_IS_TERMINAL: 'Binary data was about to be written to a terminal',
  IMAGE_BUSY: 'Another isokit process is changing the image',
  JOURNAL_MISMATCH: 'An interrupted edit cannot be finished: its journal does not belong to the image as it is now',
  // command line
  COMMAND_LINE_INVALID: 'The command line names no command, or gives options or arguments that it does not take',
} as const

/** A stable error code; see {@link ERROR_CODES} for what each one means. */
export type ErrorCode = keyof typeof ERROR_CODES

/** What an error carries beside its message. */
export interface IsokitErrorOptions {
  /** One imperative sentence that says how to mend it. */
  readonly hint?: string
  /** The error underneath. */
  readonly cause?: unknown
  /** What the message tells in a form for people, as plain data for programs. */
  readonly details?: object
}

/** The common parent. Whatever is thrown and is neither this nor an abort is a bug of isokit. */
export abstract class IsokitError extends Error {
  /** Stable code; see {@link ERROR_CODES}. */
  readonly code: ErrorCode
  /** One imperative sentence that says how to mend it. */
  readonly hint: string | undefined
  /** What the message tells in a form for people, as plain data for programs; `undefined` where it tells no such thing. */
  readonly details: object | undefined

  constructor(code: ErrorCode, message: string, options: IsokitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.hint = options.hint
    this.details = options.details
  }
}

/** The bytes are damaged, or not what they claim to be. */
export class FormatError extends IsokitError {}

/** The image is sound, but can't take this change. */
export class ImageError extends IsokitError {}

/** A file, a device or the network failed. */
export class IoError extends IsokitError {}

/** The call itself is wrong. */
export class UsageError extends IsokitError {}
