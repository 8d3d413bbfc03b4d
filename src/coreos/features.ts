import type { Iso9660 } from '../formats/iso9660/index.ts'
import { asObject, type JsonObject, readMetadata } from './metadata.ts'

/** What the software inside a live image can do with customizations. */
export interface Features {
  /** The image's installer reads `/etc/coreos/installer.d`. */
  readonly installerConfig: boolean
  /** The installer config keys that the image's installer understands. */
  readonly installerConfigDirectives: readonly string[]
  /** The live initramfs applies `/etc/coreos-firstboot-network`. */
  readonly liveInitrdNetwork: boolean
}

/**
 * Reads `coreos/features.json`. An image without it (before December 2021) has none of the features.
 *
 * @throws {FormatError} `METADATA_INVALID` when the file is damaged.
 */
export async function readFeatures(
  iso: Iso9660,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Features> {
  const json = await readMetadata(iso, 'COREOS/FEATURES.JSO', options.signal)
  return decodeFeatures(json ?? {}, `coreos/features.json of ${iso.name}`)
}

/** Decodes the value of a `features.json`; unknown keys are ignored, missing ones are false. */
export function decodeFeatures(json: JsonObject, where: string): Features {
  const directives = asObject(json['installer-config-directives'] ?? {}, `installer-config-directives in ${where}`)
  return {
    installerConfig: json['installer-config'] === true,
    installerConfigDirectives: Object.keys(directives)
      .filter((key) => directives[key] === true)
      .sort(),
    liveInitrdNetwork: json['live-initrd-network'] === true,
  }
}
