/** Shorter texts are put together byte by byte, which is sooner done than calling the decoder. */
const MAX_SHORT_BYTE_LENGTH = 24

/** U+FFFD in UTF-8. */
const REPLACEMENT = [0xef, 0xbf, 0xbd] as const

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of bytes that are all ASCII. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > MAX_SHORT_BYTE_LENGTH) return utf8.decode(bytes.subarray(start, end))
  let text = ''
  for (let offset = start; offset < end; offset++) text += String.fromCharCode(bytes[offset] as number)
  return text
}

/**
 * The text of what stands between the quotes of a sound JSON string. Like Go, it takes each byte that belongs to no UTF-8
 * character, and each escaped half of a surrogate pair that lacks the other one, for U+FFFD.
 */
export function decodeString(content: Uint8Array): string {
  const text = decodeUtf8Leniently(content)
  if (!text.includes('\\')) return text
  const unescaped: string = JSON.parse(`"${text}"`)
  return unescaped.replace(/\p{Surrogate}/gu, '\ufffd')
}

/** `TextDecoder` writes one U+FFFD for several bytes that start a character; here each byte has its own. */
export function decodeUtf8Leniently(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return utf8.decode(replaceInvalidBytes(bytes))
  }
}

function replaceInvalidBytes(bytes: Uint8Array): Uint8Array {
  const [first, second, third] = REPLACEMENT
  const replaced = new Uint8Array(bytes.length * REPLACEMENT.length)
  let length = 0
  let offset = 0
  while (offset < bytes.length) {
    const byteLength = characterByteLength(bytes, offset)
    if (byteLength === 0) {
      replaced[length++] = first
      replaced[length++] = second
      replaced[length++] = third
      offset++
    }
    for (const end = offset + byteLength; offset < end; offset++) replaced[length++] = bytes[offset] as number
  }
  return replaced.subarray(0, length)
}

/** Bytes of the UTF-8 character at an offset, 0 when there is none. See Unicode, table 3-7. */
function characterByteLength(bytes: Uint8Array, offset: number): number {
  const first = bytes[offset] as number
  if (first < 0x80) return 1
  const byteLength = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  for (let index = 1; index < byteLength; index++) {
    const byte = bytes[offset + index] ?? 0
    if (byte < 0x80 || byte > 0xbf) return 0
  }
  const second = bytes[offset + 1] ?? 0
  // too long for what it says, a surrogate, or beyond the last code point
  if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return 0
  if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return 0
  return byteLength
}
