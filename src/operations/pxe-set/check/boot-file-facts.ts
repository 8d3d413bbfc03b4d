import type { Source } from '../../../bytes/index.ts'
import { IGNITION_CONFIG_PATH, isKeyfilePath, parseStreamHash, type StreamHash } from '../../../coreos/index.ts'
import { readInitrd } from '../../../formats/initrd/index.ts'
import type { CodecOptions } from '../../read-customizations.ts'

/** What an initrd means to a live system. An initrd of a boot may be several of these at once. */
export interface InitrdFacts {
  readonly path: string
  /** The build that it is the live initramfs of. */
  readonly initramfsVersion: string | undefined
  /** The rootfs that this initramfs was built with. */
  readonly wantedRootfs: StreamHash | undefined
  /** The build whose rootfs it holds. */
  readonly rootfsVersion: string | undefined
  readonly hasConfig: boolean
  readonly hasKeyfiles: boolean
}

const INITRAMFS_STAMP = 'etc/coreos-live-initramfs'
const WANTED_ROOTFS = 'etc/coreos-live-want-rootfs'
const ROOTFS_STAMP = 'etc/coreos-live-rootfs'
const NEEDED_PATHS: ReadonlySet<string> = new Set([INITRAMFS_STAMP, WANTED_ROOTFS, ROOTFS_STAMP, IGNITION_CONFIG_PATH])

/**
 * Reads an initrd to its end, and keeps what matters.
 *
 * @throws {FormatError} when it is damaged.
 */
export async function readInitrdFacts(source: Source, path: string, options: CodecOptions): Promise<InitrdFacts> {
  const files = await readInitrd(source, {
    ...options,
    filter: (member) => NEEDED_PATHS.has(member) || isKeyfilePath(member),
  })
  const textOf = (member: string): string | undefined => {
    const file = files.find((file) => file.path === member)
    return file && new TextDecoder().decode(file.bytes)
  }
  const wanted = textOf(WANTED_ROOTFS)
  return {
    path,
    initramfsVersion: textOf(INITRAMFS_STAMP)?.trim(),
    wantedRootfs: wanted === undefined ? undefined : parseStreamHash(wanted, `${WANTED_ROOTFS} of ${source.name}`),
    rootfsVersion: textOf(ROOTFS_STAMP)?.trim(),
    hasConfig: textOf(IGNITION_CONFIG_PATH) !== undefined,
    hasKeyfiles: files.some((file) => isKeyfilePath(file.path)),
  }
}
