import { memorySource, overlay, type Patch, readAll } from '../../src/bytes/index.ts'
import { type LiveIso, readLiveIso } from '../../src/coreos/index.ts'
import { type BuildLiveIsoOptions, buildLiveIso } from './live-iso-builder.ts'

/** A demo live ISO in memory, opened. `damage` may change its bytes first. */
export async function openLiveIso(
  options: BuildLiveIsoOptions = {},
  damage: (bytes: Uint8Array, live: LiveIso) => void = () => {},
): Promise<LiveIso> {
  const bytes = Uint8Array.from(await readAll(await buildLiveIso(options)))
  damage(bytes, await readLiveIso(memorySource(bytes)))
  return readLiveIso(memorySource(bytes, 'demo.iso'))
}

/** The image with the patches applied, opened anew. */
export async function applyToLiveIso(live: LiveIso, patches: readonly Patch[]): Promise<LiveIso> {
  const bytes = await readAll(overlay(live.iso.source, patches))
  return readLiveIso(memorySource(Uint8Array.from(bytes), live.name))
}

/** All bytes of an image. */
export function bytesOf(live: LiveIso): Promise<Uint8Array> {
  return readAll(live.iso.source)
}
