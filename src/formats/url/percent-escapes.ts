import { encodeUtf8 } from '../../bytes/index.ts'

const DAMAGED_ESCAPE = /%(?![0-9A-Fa-f]{2})/

/** Whether two hexadecimal digits follow each percent sign. */
export function hasValidEscapes(text: string): boolean {
  return !DAMAGED_ESCAPE.test(text)
}

/** The bytes that a text with valid escapes stands for: escapes are bytes, whatever is not escaped is UTF-8. */
export function decodePercentEscapes(text: string): Uint8Array {
  const bytes = encodeUtf8(text)
  let end = 0
  for (let index = 0; index < bytes.byteLength; index++) {
    let byte = bytes[index] ?? 0
    if (byte === 0x25) {
      byte = 16 * hexDigit(bytes[index + 1]) + hexDigit(bytes[index + 2])
      index += 2
    }
    bytes[end++] = byte
  }
  return bytes.subarray(0, end)
}

/** The value of a digit in ASCII: the low bits of letters count from 1, and bit 6 tells letters from digits. */
function hexDigit(byte = 0): number {
  return (byte & 0xf) + (byte & 0x40 ? 9 : 0)
}
