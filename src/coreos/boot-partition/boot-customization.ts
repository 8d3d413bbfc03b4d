import type { ConsoleSpec } from '../installer-config/index.ts'

/** What an installed system finds on its boot partition when it starts for the first time. */
export interface BootCustomization {
  /** The Ignition config, taken as it is. */
  readonly ignition?: Uint8Array | undefined
  /** Kernel arguments of the first boot alone, separated by spaces. */
  readonly firstbootArgs?: string | undefined
  /** Ignition's name for what the machine is. */
  readonly platform?: string | undefined
  /** Consoles instead of the platform's. */
  readonly consoles?: readonly ConsoleSpec[] | undefined
  /** Kernel arguments to add, and to take away. */
  readonly appendKargs?: readonly string[] | undefined
  readonly deleteKargs?: readonly string[] | undefined
  /** Network settings of the first boot. */
  readonly networkFiles?: readonly BootNetworkFile[] | undefined
  /** Whether the initramfs gets them, too, which the machine has before any disk. */
  readonly isNetworkInInitramfs?: boolean | undefined
  /** Whether the image is for s390x, where no GRUB boots it. */
  readonly isS390x?: boolean | undefined
}

/** A file with network settings. */
export interface BootNetworkFile {
  /** Without folders. */
  readonly name: string
  /** Permission bits. */
  readonly mode: number
  readonly bytes: Uint8Array
}

/** The largest file that is read from a boot partition. What is written there may have as many bytes as it has room for. */
export const MAX_BOOT_FILE_BYTE_LENGTH: number = 16 * 1024 * 1024

/** The platform of metal images. */
export const METAL_PLATFORM = 'metal'

/** Bytes of the new files that a boot partition gets. What changes there besides is small. */
export function bootContentsByteLength({ ignition, networkFiles = [] }: BootCustomization): number {
  return networkFiles.reduce((sum, { bytes }) => sum + bytes.byteLength, ignition?.byteLength ?? 0)
}
