import { chunks, type Extent, joinBytes, type ReadOptions, type Source } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { MAX_REST_BYTE_LENGTH } from './layout.ts'
import type { SharedRun } from './miniso.ts'

/** Where the same bytes lie in both images. Both extents have the same length. */
export interface SharedExtents {
  readonly minimal: Extent
  readonly full: Extent
}

/**
 * The runs to list for extents that two images share, in any order. Empty ones are left out, and so is what lies over a run
 * that is listed already, as hard links do.
 */
export function shareRuns(shared: readonly SharedExtents[]): readonly SharedRun[] {
  const ordered = shared
    .map(({ minimal, full }) => ({ offset: minimal.offset, fullOffset: full.offset, byteLength: minimal.byteLength }))
    .sort((a, b) => a.offset - b.offset || b.byteLength - a.byteLength || a.fullOffset - b.fullOffset)
  const runs: SharedRun[] = []
  let end = 0
  for (const run of ordered) {
    if (run.byteLength === 0 || run.offset < end) continue
    runs.push(run)
    end = run.offset + run.byteLength
  }
  return runs
}

/**
 * Reads what of the minimal image lies outside the runs.
 *
 * @throws {FormatError} `LIMIT_EXCEEDED` when that is more than {@link MAX_REST_BYTE_LENGTH}.
 */
export async function readRest(
  minimal: Source,
  runs: readonly SharedRun[],
  options: ReadOptions = {},
): Promise<Uint8Array> {
  const sharedByteLength = runs.reduce((total, run) => total + run.byteLength, 0)
  const restByteLength = minimal.byteLength - sharedByteLength
  if (restByteLength > MAX_REST_BYTE_LENGTH) {
    throw new FormatError(
      'LIMIT_EXCEEDED',
      `${minimal.name} has ${restByteLength} bytes that belong to no file of both images; ${MAX_REST_BYTE_LENGTH} is the most`,
    )
  }
  const pieces: Uint8Array[] = []
  let offset = 0
  for (const run of [...runs, { offset: minimal.byteLength, byteLength: 0 }]) {
    for await (const piece of chunks(minimal, { ...options, offset, byteLength: run.offset - offset }))
      pieces.push(piece)
    offset = run.offset + run.byteLength
  }
  return joinBytes(pieces)
}
