/** Bytes that one step compares. */
const WORD_BYTE_LENGTH = 4

/** The index of the first byte that isn't zero, or the length when there is none. */
export function countLeadingZeros(bytes: Uint8Array): number {
  let index = 0
  if (bytes.byteOffset % WORD_BYTE_LENGTH === 0) {
    const words = wordsOf(bytes)
    let word = 0
    while (word < words.length && words[word] === 0) word++
    index = word * WORD_BYTE_LENGTH
  }
  while (index < bytes.byteLength && bytes[index] === 0) index++
  return index
}

/** The length of the bytes without the zeros at their end. */
export function lengthWithoutTrailingZeros(bytes: Uint8Array): number {
  let end = bytes.byteLength
  while (end % WORD_BYTE_LENGTH !== 0 && bytes[end - 1] === 0) end--
  if (end % WORD_BYTE_LENGTH === 0 && bytes.byteOffset % WORD_BYTE_LENGTH === 0) {
    const words = wordsOf(bytes)
    let word = end / WORD_BYTE_LENGTH
    while (word > 0 && words[word - 1] === 0) word--
    end = word * WORD_BYTE_LENGTH
  }
  while (end > 0 && bytes[end - 1] === 0) end--
  return end
}

/** The whole words of an array that starts at a word's boundary. */
function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / WORD_BYTE_LENGTH))
}
