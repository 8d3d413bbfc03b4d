import type { Source } from '../bytes/index.ts'
import { findIsoEntry, isoFileSource } from '../formats/iso9660/index.ts'
import type { LiveIso } from './live-iso.ts'

/** What an image says it is. */
export interface ImageIdentity {
  /** The label that the boot loader looks for; `<name>-<version>`, cut to 32 characters. */
  readonly volumeId: string
  /** The operating system's name: `fedora-coreos`, `rhcos`; `undefined` when the label doesn't tell. */
  readonly os: string | undefined
  /** The build's version; `undefined` when the label doesn't tell. */
  readonly version: string | undefined
  /** `x86_64`, `aarch64`, `ppc64le` or `s390x`, by the kernel, else by the boot files. */
  readonly architecture: string | undefined
  /**
   * Which metadata the image carries, newest first: `igninfo` (2023 and later), `kargs-json` (late 2021), `kargs-header`
   * (early 2021), `ignition-img` (2020).
   */
  readonly generation: 'igninfo' | 'kargs-json' | 'kargs-header' | 'ignition-img'
}

/** Bytes of a kernel that tell its architecture. */
export const KERNEL_HEAD_BYTE_LENGTH = 4096

/** Tells what a live ISO is, from its labels and a few bytes of its kernel. */
export async function identifyImage(
  live: LiveIso,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<ImageIdentity> {
  const { volumeId, volumeSetId } = live.iso.primary
  // The volume set id is the same text without the cut at 32 characters, where the image tool was given one.
  const label = volumeSetId.startsWith(volumeId) ? volumeSetId : volumeId
  const match = /^(.+?)-([0-9].*)$/.exec(label)
  return {
    volumeId,
    os: match?.[1],
    version: match?.[2],
    architecture: await identifyArchitecture(live, options.signal),
    generation: generationOf(live),
  }
}

function generationOf(live: LiveIso): ImageIdentity['generation'] {
  if (live.embedArea.foundBy === 'igninfo.json') return 'igninfo'
  if (live.kargs === undefined) return 'ignition-img'
  return live.kargs.foundBy === 'kargs.json' ? 'kargs-json' : 'kargs-header'
}

async function identifyArchitecture(live: LiveIso, signal: AbortSignal | undefined): Promise<string | undefined> {
  const kernel = await findIsoEntry(live.iso, 'IMAGES/PXEBOOT/VMLINUZ', { signal })
  if (kernel && !kernel.isDirectory) {
    const architecture = await readKernelArchitecture(isoFileSource(live.iso, kernel), { signal })
    if (architecture) return architecture
  }
  const has = async (path: string): Promise<boolean> => (await findIsoEntry(live.iso, path, { signal })) !== undefined
  if (await has('IMAGES/CDBOOT.IMG')) return 's390x'
  if (await has('ISOLINUX/ISOLINUX.BIN')) return 'x86_64'
  if (await has('IMAGES/EFIBOOT.IMG')) return 'aarch64'
  if (await has('BOOT/GRUB/GRUB.CFG')) return 'ppc64le'
  return undefined
}

/** The architecture of a kernel; `undefined` for what is none that CoreOS knows. */
export async function readKernelArchitecture(
  kernel: Source,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string | undefined> {
  return kernelArchitecture(await kernel.read(0, Math.min(kernel.byteLength, KERNEL_HEAD_BYTE_LENGTH), options))
}

/**
 * The architecture of a kernel, by the headers that boot loaders look for in its first {@link KERNEL_HEAD_BYTE_LENGTH} bytes. `undefined` for
 * what is no kernel of an architecture that CoreOS knows.
 */
export function kernelArchitecture(head: Uint8Array): string | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const ascii = (offset: number, byteLength: number): string =>
    String.fromCharCode(...head.subarray(offset, offset + byteLength))

  if (ascii(0x202, 4) === 'HdrS') return 'x86_64' // Linux x86 boot protocol
  if (ascii(0x38, 4) === 'ARM\x64') return 'aarch64' // Linux arm64 image header
  if (ascii(0, 4) === '\x7fELF' && head.byteLength >= 20) {
    const isLittleEndian = head[5] === 1
    const machine = view.getUint16(18, isLittleEndian)
    if (machine === 21 && isLittleEndian) return 'ppc64le'
    if (machine === 22) return 's390x'
  }
  if (ascii(0, 2) === 'MZ' && head.byteLength >= 0x40) {
    const peOffset = view.getUint32(0x3c, true) // a compressed arm64 kernel is an EFI program
    if (peOffset + 6 <= head.byteLength && ascii(peOffset, 4) === 'PE\0\0') {
      if (view.getUint16(peOffset + 4, true) === 0xaa64) return 'aarch64'
      if (view.getUint16(peOffset + 4, true) === 0x8664) return 'x86_64'
    }
  }
  return undefined
}
