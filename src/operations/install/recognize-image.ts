import { equalBytes } from '../../bytes/index.ts'
import { ImageError } from '../../errors.ts'

/** What to do about an image that can't be installed. */
export const IMAGE_HINT = 'Use an image of CoreOS for metal, such as fedora-coreos-VERSION-metal.x86_64.raw.xz'

/** Marks of what people take for the image of a disk, at their offsets. */
const MARKS: readonly { readonly what: string; readonly offset: number; readonly mark: Uint8Array }[] = [
  ...texts('a qcow2 image', 0, 'QFI\u00fb'),
  ...texts('a VMDK image', 0, 'KDMV', 'COWD', '# Disk DescriptorFile'),
  ...texts('a VHDX image', 0, 'vhdxfile'),
  ...texts('a VHD image', 0, 'conectix'),
  ...texts('a VDI image', 64, '\u007f\u0010\u00da\u00be'),
  // A live ISO has partitions, too, once it is made for USB disks.
  ...texts('an ISO 9660 image', 32_769, 'CD001'),
  ...texts('a squashfs image', 0, 'hsqs'),
  ...texts('an initrd', 0, '070701', '070702'),
  ...texts('a tar archive', 257, 'ustar'),
  ...texts('a zip archive', 0, 'PK\u0003\u0004'),
  ...texts('compressed with bzip2', 0, 'BZh'),
  ...texts('compressed with lz4', 0, '\u0004"M\u0018'),
  ...texts('compressed with lzip', 0, 'LZIP'),
  // The usual parameters of .lzma files, which have no mark: no boot code begins so.
  ...texts('compressed with lzma', 0, ']\0\0'),
  ...texts('a 7z archive', 0, "7z\u00bc\u00af'\u001c"),
  // What was compressed twice is unpacked once.
  ...texts('compressed with xz, once unpacked', 0, '\u00fd7zXZ\0'),
  ...texts('compressed with gzip, once unpacked', 0, '\u001f\u008b\u0008'),
  ...texts('compressed with zstd, once unpacked', 0, '(\u00b5/\u00fd'),
]

/**
 * Refuses what is no image of a disk byte for byte. Written to a disk it would be lost with what was there before.
 *
 * @param head the first MiB, unpacked.
 * @throws {ImageError} `NOT_A_DISK_IMAGE` for what is known to be something else.
 */
export function requireDiskImage(head: Uint8Array, imageName: string): void {
  const kind = recognizeForeignImage(head)
  if (kind === undefined) return
  throw new ImageError('NOT_A_DISK_IMAGE', `${imageName} is ${kind}, not the image of a disk`, { hint: IMAGE_HINT })
}

/** As the end of a sentence: `a qcow2 image`. */
function recognizeForeignImage(head: Uint8Array): string | undefined {
  return MARKS.find(({ offset, mark }) => equalBytes(head.subarray(offset, offset + mark.byteLength), mark))?.what
}

/** One character a byte. */
function texts(what: string, offset: number, ...marks: readonly string[]): typeof MARKS {
  return marks.map((mark) => ({ what, offset, mark: Uint8Array.from(mark, (character) => character.charCodeAt(0)) }))
}
