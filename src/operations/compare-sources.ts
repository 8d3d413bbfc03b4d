import { alignUp, chunks, type Extent, type Source } from '../bytes/index.ts'

/** Differences with fewer equal bytes than this between them are reported as one. */
const MERGE_GAP_BYTE_LENGTH = 64

const WORD_BYTE_LENGTH = 4

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
  let start = -1
  let end = -1
  let offset = 0
  for await (const chunk of chunks(a, { byteLength: commonByteLength, signal })) {
    const { value: other } = await others.next()
    if (!other) break
    for (let index = findDifference(chunk, other, 0); index >= 0; index = findDifference(chunk, other, index + 1)) {
      const at = offset + index
      if (start >= 0 && at - end >= MERGE_GAP_BYTE_LENGTH) {
        yield { offset: start, byteLength: end - start }
        start = -1
      }
      if (start < 0) start = at
      end = at + 1
    }
    offset += chunk.byteLength
    onProgress?.({ bytesDone: offset, bytesTotal })
  }
  if (bytesTotal > commonByteLength) {
    if (start >= 0 && commonByteLength - end >= MERGE_GAP_BYTE_LENGTH) {
      yield { offset: start, byteLength: end - start }
      start = -1
    }
    if (start < 0) start = commonByteLength
    end = bytesTotal
  }
  if (start >= 0) yield { offset: start, byteLength: end - start }
}

/** The index of the first difference at or behind `from`, or -1; both arrays have one length. */
function findDifference(a: Uint8Array, b: Uint8Array, from: number): number {
  const { byteLength } = a
  let index = from
  const wordStart = alignUp(from, WORD_BYTE_LENGTH)
  while (index < Math.min(wordStart, byteLength) && a[index] === b[index]) index++
  if (index === wordStart && a.byteOffset % WORD_BYTE_LENGTH === 0 && b.byteOffset % WORD_BYTE_LENGTH === 0) {
    // Most of two images is equal, so that part goes a word at a time.
    const wordCount = Math.floor((byteLength - wordStart) / WORD_BYTE_LENGTH)
    const wordsOfA = new Int32Array(a.buffer, a.byteOffset + wordStart, Math.max(0, wordCount))
    const wordsOfB = new Int32Array(b.buffer, b.byteOffset + wordStart, Math.max(0, wordCount))
    let word = 0
    while (word < wordCount && wordsOfA[word] === wordsOfB[word]) word++
    index += word * WORD_BYTE_LENGTH
  }
  while (index < byteLength && a[index] === b[index]) index++
  return index < byteLength ? index : -1
}
