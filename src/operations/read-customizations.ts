import { type EmbedAreaContent, type LiveIso, readEmbedArea } from '../coreos/index.ts'
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
