import { UsageError } from '../errors.ts'
import { findDifference, findDifferenceEnd } from './compare.ts'
import type { ReadOptions, Source } from './source.ts'

/** New bytes for one range of an image. An edit is a list of these. */
export interface Patch {
  /** First byte that changes. May be the end of the image or behind it, which extends the image. */
  readonly offset: number
  /** The bytes that shall stand there. */
  readonly bytes: Uint8Array
  /** What the range is, for people: `Ignition embed area`. */
  readonly label?: string
}

/**
 * The patches by offset, without empty ones.
 *
 * @throws {UsageError} `PATCH_INVALID` when two of them overlap or an offset is not a safe, non-negative integer.
 */
export function orderPatches(patches: readonly Patch[]): readonly Patch[] {
  const ordered = patches.filter((patch) => patch.bytes.byteLength > 0).sort((a, b) => a.offset - b.offset)
  let end = 0
  for (const { offset, bytes, label = 'a patch' } of ordered) {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset < end) {
      throw new UsageError(
        'PATCH_INVALID',
        `Cannot place ${bytes.byteLength} bytes of ${label} at offset ${offset}: the patch before it ends at ${end}`,
      )
    }
    end = offset + bytes.byteLength
  }
  return ordered
}

/** How many bytes the image has once the patches are applied. */
export function patchedByteLength(byteLength: number, patches: readonly Patch[]): number {
  return patches.reduce((end, patch) => Math.max(end, patch.offset + patch.bytes.byteLength), byteLength)
}

/**
 * What of the patches would change something: a patch whose bytes already stand in the source is left out, and the equal
 * bytes at both ends of the others are cut off, so that a small edit in a large area stays a small write. An empty answer
 * means that the edit has been made before.
 */
export async function pendingPatches(
  source: Source,
  patches: readonly Patch[],
  options?: ReadOptions,
): Promise<readonly Patch[]> {
  const pending: Patch[] = []
  for (const patch of orderPatches(patches)) {
    const isInside = patch.offset + patch.bytes.byteLength <= source.byteLength
    const changed = isInside
      ? trimPatch(patch, await source.read(patch.offset, patch.bytes.byteLength, options))
      : patch
    if (changed) pending.push(changed)
  }
  return pending
}

function trimPatch(patch: Patch, present: Uint8Array): Patch | undefined {
  const { bytes } = patch
  const start = findDifference(bytes, present)
  if (start === bytes.byteLength) return undefined
  const end = findDifferenceEnd(bytes, present)
  return { ...patch, offset: patch.offset + start, bytes: bytes.subarray(start, end) }
}
