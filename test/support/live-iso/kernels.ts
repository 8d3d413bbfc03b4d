import { type Extent, encodeUtf8, FieldWriter } from '../../../src/bytes/index.ts'
import type { LiveIsoArchitecture } from './generations.ts'
import { filler } from './initrds.ts'

/** Offsets inside a netboot image of s390x. */
const INITRD_ADDRESS_OFFSET = 0x10408
const CMDLINE_OFFSET = 0x10480
const CMDLINE_BYTE_LENGTH = 896
const S390_INITRD_OFFSET = 131_072
const S390_INITRD_LOAD_ADDRESS = 0x0200_0000

const KERNEL_BYTE_LENGTH = 4096

/** Where cdboot.img keeps its arguments. */
export const CDBOOT_KARG_AREA: Extent = { offset: CMDLINE_OFFSET, byteLength: CMDLINE_BYTE_LENGTH }

/** A kernel that doesn't boot, with the marks by which kernels of its architecture are known. */
export function encodeKernel(architecture: LiveIsoArchitecture): Uint8Array {
  const writer = new FieldWriter(KERNEL_BYTE_LENGTH).put(filler(`${architecture} kernel`, KERNEL_BYTE_LENGTH))
  switch (architecture) {
    case 'x86_64':
      writer.seek(0).put(encodeUtf8('MZ'))
      writer.seek(0x1fe).u8(0x55).u8(0xaa)
      return writer.seek(0x202).put(encodeUtf8('HdrS')).bytes
    case 'aarch64':
      writer.seek(0).put(encodeUtf8('MZ'))
      return writer.seek(0x38).put(encodeUtf8('ARMd')).bytes
    case 'ppc64le':
      writer.seek(0).u8(0x7f).put(encodeUtf8('ELF')).u8(2).u8(1).u8(1) // 64 bits, little-endian
      return writer.seek(18).u16le(21).bytes
    case 's390x':
      return writer.bytes
  }
}

/** `images/cdboot.img` of s390x: kernel, arguments, initrd and embed area in one file, and where the area starts. */
export function encodeCdboot(options: {
  readonly kernel: Uint8Array
  readonly kargs: string
  readonly initrd: Uint8Array
  readonly embedAreaByteLength: number
}): { readonly bytes: Uint8Array; readonly embedAreaOffset: number } {
  const { kernel, kargs, initrd, embedAreaByteLength } = options
  const embedAreaOffset = S390_INITRD_OFFSET + initrd.byteLength
  const writer = new FieldWriter(embedAreaOffset + embedAreaByteLength).put(kernel)
  writer
    .seek(INITRD_ADDRESS_OFFSET)
    .u64be(S390_INITRD_OFFSET)
    .u64be(initrd.byteLength + embedAreaByteLength)
  writer.seek(CMDLINE_OFFSET).put(encodeUtf8(kargs))
  return { bytes: writer.seek(S390_INITRD_OFFSET).put(initrd).bytes, embedAreaOffset }
}

/** `images/initrd.addrsize` of s390x: where an LPAR loads the initrd, and its length. */
export function encodeInitrdAddress(initrd: Uint8Array): Uint8Array {
  return new FieldWriter(16).u32be(0).u32be(S390_INITRD_LOAD_ADDRESS).u32be(0).u32be(initrd.byteLength).bytes
}

/** `isolinux/isolinux.bin`: no boot loader, but long enough for a boot info table, and with isohybrid's mark. */
export function encodeIsolinux(): Uint8Array {
  return new FieldWriter(4096).put(filler('isolinux', 4096)).seek(64).u32le(0x7078c0fb).bytes
}
