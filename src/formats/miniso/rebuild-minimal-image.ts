import { ByteReader, concatSources, joinBytes, memorySource, type Source, sliceSource } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { decodeXz } from '../xz/index.ts'
import { MAX_REST_BYTE_LENGTH } from './layout.ts'
import type { Miniso, SharedRun } from './miniso.ts'

/** Options of {@link rebuildMinimalImage}. */
export interface RebuildOptions {
  /** How messages call the minimal image. */
  readonly name: string
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The minimal image as a source: runs of the full image, which are read when they are asked for, and between them the rest,
 * which is unpacked into memory here. Whether it is what `sha256` says is for the caller to see.
 *
 * @throws {FormatError} `MINISO_INVALID` when a run leaves the full image, or the rest is shorter than the gaps between the
 *   runs; `LIMIT_EXCEEDED` when the rest is too large, or the runs have more bytes than the full image; what an xz stream
 *   may throw.
 */
export async function rebuildMinimalImage(full: Source, miniso: Miniso, options: RebuildOptions): Promise<Source> {
  const { name, signal } = options
  checkRuns(full, miniso.runs)
  const rest = await unpackRest(miniso.packedRest, { name, signal })
  const parts: Source[] = []
  let offset = 0
  let restOffset = 0
  for (const run of miniso.runs) {
    const gap = run.offset - offset
    if (gap > rest.byteLength - restOffset) throw restEnds(name, rest.byteLength, run)
    parts.push(memorySource(rest.subarray(restOffset, restOffset + gap), name))
    parts.push(sliceSource(full, { offset: run.fullOffset, byteLength: run.byteLength }))
    restOffset += gap
    offset = run.offset + run.byteLength
  }
  parts.push(memorySource(rest.subarray(restOffset), name))
  return concatSources(
    parts.filter(({ byteLength }) => byteLength > 0),
    name,
  )
}

function checkRuns(full: Source, runs: readonly SharedRun[]): void {
  let sharedByteLength = 0
  for (const { fullOffset, byteLength } of runs) {
    if (fullOffset + byteLength > full.byteLength) {
      throw new FormatError(
        'MINISO_INVALID',
        `The minimal ISO image in ${full.name} uses ${byteLength} bytes at offset ${fullOffset} of it, but it has ${full.byteLength}`,
        { hint: 'Download or copy the image again' },
      )
    }
    sharedByteLength += byteLength
  }
  // Runs may repeat a part of the image, as hard links do, but a small table must not make a huge image.
  if (sharedByteLength > full.byteLength) {
    throw new FormatError(
      'LIMIT_EXCEEDED',
      `The minimal ISO image in ${full.name} would have ${sharedByteLength} bytes or more: it cannot be larger than the image`,
    )
  }
}

async function unpackRest(
  packedRest: Uint8Array,
  { name, signal }: RebuildOptions & { readonly signal: AbortSignal | undefined },
): Promise<Uint8Array> {
  const reader = new ByteReader([packedRest], `the compressed part of ${name}`)
  const pieces: Uint8Array[] = []
  let byteLength = 0
  for await (const piece of decodeXz(reader, { maxDictionaryByteLength: MAX_REST_BYTE_LENGTH, signal })) {
    byteLength += piece.byteLength
    if (byteLength > MAX_REST_BYTE_LENGTH) {
      throw new FormatError(
        'LIMIT_EXCEEDED',
        `The compressed part of ${name} has more than ${MAX_REST_BYTE_LENGTH} bytes`,
      )
    }
    pieces.push(piece)
  }
  return joinBytes(pieces)
}

function restEnds(name: string, restByteLength: number, run: SharedRun): FormatError {
  return new FormatError(
    'MINISO_INVALID',
    `The compressed part of ${name} has ${restByteLength} bytes, which don't reach up to offset ${run.offset}`,
  )
}
