const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const PADDING = 0x3d // =
const NO_DIGIT = 64

const digits = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0))
const values = new Uint8Array(128).fill(NO_DIGIT)
for (const [value, digit] of digits.entries()) values[digit] = value

/**
 * Says what is wrong with a base64 text (RFC 4648, 4): only that alphabet, with padding. Line feeds are skipped, and bits
 * behind the last byte may be set, as in Go.
 */
export function checkBase64(text: string): string | undefined {
  const joined = withoutLineFeeds(text)
  let end = 0 // a table finds it, as a pattern takes twice as long for text that is random
  while (end < joined.length && valueAt(joined, end) !== NO_DIGIT) end++
  if (!/^={0,2}$/.test(joined.slice(end))) return 'its base64 holds a character that does not belong there'
  return joined.length % 4 === 0 ? undefined : 'its base64 lacks padding or digits'
}

/** Decodes a base64 text in which {@link checkBase64} finds nothing wrong. */
export function decodeBase64(text: string): Uint8Array {
  const joined = withoutLineFeeds(text)
  const paddingLength = joined.endsWith('==') ? 2 : joined.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((joined.length / 4) * 3)
  let offset = 0
  for (let index = 0; index < joined.length; index += 4) {
    // Padding counts as 64, a bit more than a digit, which reaches only bytes that are cut off below.
    const group =
      (valueAt(joined, index) << 18) |
      (valueAt(joined, index + 1) << 12) |
      (valueAt(joined, index + 2) << 6) |
      valueAt(joined, index + 3)
    bytes[offset++] = group >> 16
    bytes[offset++] = group >> 8
    bytes[offset++] = group
  }
  return bytes.subarray(0, bytes.byteLength - paddingLength)
}

/** Characters of the base64 text for so many bytes. */
export function base64Length(byteLength: number): number {
  return Math.ceil(byteLength / 3) * 4
}

/** Writes the base64 text of the bytes as ASCII to an array, from an offset on. */
export function writeBase64(bytes: Uint8Array, target: Uint8Array, start: number): void {
  let offset = start
  for (let index = 0; index < bytes.byteLength; index += 3) {
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0)
    target[offset++] = digits[group >> 18] ?? 0
    target[offset++] = digits[(group >> 12) & 63] ?? 0
    target[offset++] = digits[(group >> 6) & 63] ?? 0
    target[offset++] = digits[group & 63] ?? 0
  }
  const missing = (3 - (bytes.byteLength % 3)) % 3
  target.fill(PADDING, offset - missing, offset)
}

function valueAt(text: string, index: number): number {
  return values[text.charCodeAt(index)] ?? NO_DIGIT
}

function withoutLineFeeds(text: string): string {
  return text.includes('\n') ? text.replaceAll('\n', '') : text
}
