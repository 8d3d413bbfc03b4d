import { orderPatches, type Patch, patchedByteLength } from './patch.ts'
import { checkRange, type Source } from './source.ts'

/** A source that reads as another one with patches applied. */
export interface OverlaySource extends Source {
  /** What the patches lie on. */
  readonly base: Source
  /** The patches by offset, without empty ones. */
  readonly patches: readonly Patch[]
}

/** Whether the source is an {@link OverlaySource}, so that a copy may take a shortcut from its base. */
export function isOverlay(source: Source): source is OverlaySource {
  return 'base' in source && 'patches' in source
}

/**
 * The source as it reads with the patches applied; nothing is written. Bytes between the end of the source and a patch
 * behind it read as zeros.
 *
 * @throws {UsageError} `PATCH_INVALID` when patches overlap.
 */
export function overlay(source: Source, patches: readonly Patch[]): OverlaySource {
  const ordered = orderPatches(patches)
  return {
    base: source,
    patches: ordered,
    name: source.name,
    byteLength: patchedByteLength(source.byteLength, ordered),
    async read(offset, byteLength, options) {
      checkRange(this, offset, byteLength)
      const end = offset + byteLength
      const touching = ordered.filter((patch) => patch.offset < end && patch.offset + patch.bytes.byteLength > offset)
      const sourceByteLength = Math.max(0, Math.min(end, source.byteLength) - offset)
      if (touching.length === 0 && sourceByteLength === byteLength) return source.read(offset, byteLength, options)

      const bytes = new Uint8Array(byteLength)
      if (sourceByteLength > 0) bytes.set(await source.read(offset, sourceByteLength, options))
      for (const patch of touching) {
        const from = Math.max(patch.offset, offset)
        const to = Math.min(patch.offset + patch.bytes.byteLength, end)
        bytes.set(patch.bytes.subarray(from - patch.offset, to - patch.offset), from - offset)
      }
      return bytes
    },
  }
}
