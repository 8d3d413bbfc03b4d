import { orderPatches, type Patch, patchedByteLength } from './patch.ts'
import { checkRange, type ReadOptions, type Source } from './source.ts'

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
  const byteLength = patchedByteLength(source.byteLength, ordered)
  return {
    base: source,
    patches: ordered,
    name: source.name,
    byteLength,
    async read(offset, length, options) {
      checkRange(this, offset, length)
      const touching = touchingPatches(ordered, offset, length)
      if (touching.length === 0 && offset + length <= source.byteLength) {
        return source.read(offset, length, options)
      }
      const bytes = new Uint8Array(length)
      const fromSource = Math.max(0, Math.min(length, source.byteLength - offset))
      if (fromSource > 0) bytes.set(await source.read(offset, fromSource, options))
      layOver(bytes, offset, touching)
      return bytes
    },
    ...(source.readInto && {
      async readInto(offset: number, target: Uint8Array, options?: ReadOptions) {
        checkRange({ name: source.name, byteLength }, offset, target.byteLength)
        const fromSource = Math.max(0, Math.min(target.byteLength, source.byteLength - offset))
        if (fromSource > 0) await source.readInto?.(offset, target.subarray(0, fromSource), options)
        target.fill(0, fromSource)
        layOver(target, offset, touchingPatches(ordered, offset, target.byteLength))
      },
    }),
  }
}

/**
 * A chunk of a source, which stands at `offset` there, as it reads with the patches applied: the same array where none of
 * them touches it, and a new one elsewhere.
 */
export function patchChunk(chunk: Uint8Array, offset: number, patches: readonly Patch[]): Uint8Array {
  const touching = touchingPatches(patches, offset, chunk.byteLength)
  if (touching.length === 0) return chunk
  const bytes = chunk.slice()
  layOver(bytes, offset, touching)
  return bytes
}

function touchingPatches(patches: readonly Patch[], offset: number, byteLength: number): readonly Patch[] {
  return patches.filter((patch) => patch.offset < offset + byteLength && patch.offset + patch.bytes.byteLength > offset)
}

/** Copies into `target`, which stands at `offset`, what the patches have for it. */
function layOver(target: Uint8Array, offset: number, patches: readonly Patch[]): void {
  for (const patch of patches) {
    const from = Math.max(patch.offset, offset)
    const to = Math.min(patch.offset + patch.bytes.byteLength, offset + target.byteLength)
    target.set(patch.bytes.subarray(from - patch.offset, to - patch.offset), from - offset)
  }
}
