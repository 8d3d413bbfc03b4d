import {
  type Features,
  IGNITION_KARGS,
  type IgnitionSummary,
  type InitramfsArchive,
  ignitionConfigOf,
  type KeyfileSummary,
  keyfilesOf,
  type LiveInitramfs,
  summarizeIgnition,
  summarizeKeyfile,
} from '../coreos/index.ts'
import type { CodecOptions } from './read-customizations.ts'

/** What a live initramfs is, and how it is customized. */
export interface InitramfsInspection {
  readonly initramfs: string
  readonly byteLength: number
  readonly version: string
  readonly features: Features
  /** Whether it names the hashes of its rootfs, so that another one is refused at boot. */
  readonly checksRootfs: boolean
  readonly archives: readonly InitramfsArchive[]
  readonly isCustomized: boolean
  /** Bytes that are as they were published. */
  readonly baseByteLength: number
  /** `undefined` when no config is appended. */
  readonly ignition: IgnitionSummary | undefined
  readonly keyfiles: readonly KeyfileSummary[]
  /** What the boot configuration has to pass on to the kernel because of the customizations. */
  readonly requiredKargs: readonly string[]
}

/** Looks at a live initramfs. */
export async function inspectInitramfs(initramfs: LiveInitramfs, options: CodecOptions): Promise<InitramfsInspection> {
  const { name, byteLength, version, features, rootfsHashes, archives, customizations, baseByteLength } = initramfs
  const config = ignitionConfigOf(customizations)
  return {
    initramfs: name,
    byteLength,
    version,
    features,
    checksRootfs: rootfsHashes !== undefined,
    archives,
    isCustomized: customizations.length > 0,
    baseByteLength,
    ignition: config && (await summarizeIgnition(config, options)),
    keyfiles: keyfilesOf(customizations).map(summarizeKeyfile),
    requiredKargs: config ? IGNITION_KARGS : [],
  }
}
