import { alignUp } from './align.ts'

/** Bytes that one step compares, where both arrays allow it. */
const WORD_BYTE_LENGTH = 4

/** Whether two runs of bytes are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && findDifference(a, b) === a.byteLength
}

/** The index of the first difference at or behind `from`, or the length when there is none; both arrays have one length. */
export function findDifference(a: Uint8Array, b: Uint8Array, from = 0): number {
  const { byteLength } = a
  let index = from
  const wordStart = Math.min(alignUp(from, WORD_BYTE_LENGTH), byteLength)
  while (index < wordStart && a[index] === b[index]) index++
  if (index < wordStart) return index
  const words = wordsOf(a, b)
  if (words) {
    const [wordsOfA, wordsOfB] = words
    let word = Math.floor(index / WORD_BYTE_LENGTH)
    while (word < wordsOfA.length && wordsOfA[word] === wordsOfB[word]) word++
    index = Math.max(index, word * WORD_BYTE_LENGTH)
  }
  while (index < byteLength && a[index] === b[index]) index++
  return index
}

/** The index behind the last difference, or 0 when there is none; both arrays have one length. */
export function findDifferenceEnd(a: Uint8Array, b: Uint8Array): number {
  let end = a.byteLength
  while (end % WORD_BYTE_LENGTH !== 0 && a[end - 1] === b[end - 1]) end--
  const words = end % WORD_BYTE_LENGTH === 0 ? wordsOf(a, b) : undefined
  if (words) {
    const [wordsOfA, wordsOfB] = words
    let word = end / WORD_BYTE_LENGTH
    while (word > 0 && wordsOfA[word - 1] === wordsOfB[word - 1]) word--
    end = word * WORD_BYTE_LENGTH
  }
  while (end > 0 && a[end - 1] === b[end - 1]) end--
  return end
}

/** Both arrays as whole words; `undefined` when one doesn't start at a word's boundary. */
function wordsOf(a: Uint8Array, b: Uint8Array): readonly [Int32Array, Int32Array] | undefined {
  if (a.byteOffset % WORD_BYTE_LENGTH !== 0 || b.byteOffset % WORD_BYTE_LENGTH !== 0) return undefined
  const count = Math.floor(Math.min(a.byteLength, b.byteLength) / WORD_BYTE_LENGTH)
  return [new Int32Array(a.buffer, a.byteOffset, count), new Int32Array(b.buffer, b.byteOffset, count)]
}
