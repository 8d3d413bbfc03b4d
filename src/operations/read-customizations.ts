import { type EmbedAreaContent, type LiveIso, measureEmbedArea, readEmbedArea } from '../coreos/index.ts'
import type { Codecs } from '../formats/initrd/index.ts'

/** What most operations need beside the image. */
export interface CodecOptions {
  /** How archives are unpacked and packed: `nodeCodecs` of `isokit/node`, or `portableCodecs`. */
  readonly codecs: Codecs
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the files that stand in the image's embed area.
 *
 * @throws {FormatError} `NOT_A_LIVE_ISO` when the area holds something else than an initrd.
 */
export function readCustomizations(live: LiveIso, options: CodecOptions): Promise<EmbedAreaContent> {
  return readEmbedArea(live.iso, live.embedArea, options)
}

/** Whether anything is embedded: configs and keyfiles carry secrets, so files with such an image are their owner's only. */
export async function carriesSecrets(
  live: LiveIso,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  return (await measureEmbedArea(live.iso, live.embedArea, options)) > 0
}
