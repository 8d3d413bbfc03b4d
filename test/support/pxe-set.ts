import { encodeUtf8, readAll } from '../../src/bytes/index.ts'
import { readLiveIso } from '../../src/coreos/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'
import { type BootFile, type PxeSetOptions, planPxeSet, readIsoArtifacts } from '../../src/operations/index.ts'
import { readerOf } from './byte-readers.ts'
import { buildLiveIso, type LiveIsoGeneration } from './live-iso-builder.ts'

/** The files of a set, by their paths. */
export type PxeSetFiles = Map<string, Uint8Array>

/** A config that does nothing. */
export const EMPTY_CONFIG: Uint8Array = encodeUtf8('{"ignition":{"version":"3.4.0"}}')

/** A set for a demo live ISO, with a config unless the options say otherwise. */
export async function buildPxeSet(
  options: Partial<PxeSetOptions> = {},
  generation?: LiveIsoGeneration,
): Promise<PxeSetFiles> {
  const live = await readLiveIso(await buildLiveIso(generation ? { generation } : {}))
  const { files } = await planPxeSet(await readIsoArtifacts(live), { codecs, config: EMPTY_CONFIG, ...options })
  const contents: PxeSetFiles = new Map()
  for (const { path, content } of files) {
    contents.set(path, content instanceof Uint8Array ? content : await readAll(content))
  }
  return contents
}

/** Replaces a text in a file that has it. */
export function editPxeSetFile(files: PxeSetFiles, path: string, from: string | RegExp, to: string): void {
  const text = new TextDecoder().decode(files.get(path))
  const edited = text.replace(from, to)
  if (edited === text) throw new RangeError(`${path} has no ${from}`)
  files.set(path, encodeUtf8(edited))
}

/** A file of a set, open. */
export function openBootFile(bytes: Uint8Array, name: string): BootFile {
  return { byteLength: bytes.byteLength, reader: readerOf(bytes, 4096, name) }
}
