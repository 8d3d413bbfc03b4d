import type { Patch } from '../bytes/index.ts'
import { encodeEmbedArea, type LiveIso } from '../coreos/index.ts'
import type { InitrdFile } from '../formats/initrd/index.ts'
import { describeContributors } from './describe-contributors.ts'
import type { CodecOptions } from './read-customizations.ts'

/** How an edit treats what is embedded already. */
export interface EmbedOptions extends CodecOptions {
  /** Replace other customizations of the same kind. */
  readonly force?: boolean
  /** Treat the very same customization as a conflict too, as coreos-installer does, instead of as done already. */
  readonly refuseRepeat?: boolean
}

/**
 * The patches that make the embed area hold these files and nothing else.
 *
 * @throws {ImageError} `AREA_TOO_SMALL`
 */
export async function planEmbedArea(
  live: LiveIso,
  files: readonly InitrdFile[],
  options: CodecOptions,
): Promise<readonly Patch[]> {
  const { codecs, signal } = options
  const bytes = await encodeEmbedArea(live.embedArea, files, {
    codecs,
    signal,
    name: live.name,
    explain: () => describeContributors(files),
  })
  return [{ offset: live.embedArea.offset, bytes, label: 'embed area' }]
}
