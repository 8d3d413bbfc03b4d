import { chunks, type Extent, findDifference, type Source } from '../bytes/index.ts'

/** Differences with fewer equal bytes than this between them are reported as one. */
const MERGE_GAP_BYTE_LENGTH = 64

/** Options of {@link compareSources}. */
export interface CompareOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void) | undefined
}

/**
 * The ranges in which two sources differ, in order, while they are found. Neighbours with fewer than 64 equal bytes
 * between them are one range. What only the longer source has counts as different.
 */
export async function* compareSources(a: Source, b: Source, options: CompareOptions = {}): AsyncGenerator<Extent> {
  const { signal, onProgress } = options
  const commonByteLength = Math.min(a.byteLength, b.byteLength)
  const bytesTotal = Math.max(a.byteLength, b.byteLength)
  const others = chunks(b, { byteLength: commonByteLength, signal })
  let open: Run | undefined
  let offset = 0
  for await (const chunk of chunks(a, { byteLength: commonByteLength, signal })) {
    const { value: other } = await others.next()
    if (!other) break
    for (const { start, end } of differingRuns(chunk, other)) {
      const run = { start: offset + start, end: offset + end }
      if (open && run.start - open.end < MERGE_GAP_BYTE_LENGTH) open = { start: open.start, end: run.end }
      else {
        if (open) yield toExtent(open)
        open = run
      }
    }
    offset += chunk.byteLength
    onProgress?.({ bytesDone: offset, bytesTotal })
  }
  if (bytesTotal > commonByteLength) {
    if (open && commonByteLength - open.end >= MERGE_GAP_BYTE_LENGTH) {
      yield toExtent(open)
      open = undefined
    }
    open = { start: open?.start ?? commonByteLength, end: bytesTotal }
  }
  if (open) yield toExtent(open)
}

/** A range by its borders. */
interface Run {
  readonly start: number
  readonly end: number
}

const toExtent = ({ start, end }: Run): Extent => ({ offset: start, byteLength: end - start })

/** The differing ranges of two arrays of one length, merged where few equal bytes are between them. */
function* differingRuns(a: Uint8Array, b: Uint8Array): Generator<Run> {
  let start = findDifference(a, b)
  while (start < a.byteLength) {
    let end = start + 1
    // Byte by byte while differences are near: looking for the next one by words has a price each time.
    for (let index = end; index < a.byteLength && index - end < MERGE_GAP_BYTE_LENGTH; index++) {
      if (a[index] !== b[index]) end = index + 1
    }
    yield { start, end }
    start = findDifference(a, b, Math.min(end + MERGE_GAP_BYTE_LENGTH, a.byteLength))
  }
}
