const lenient = new TextDecoder()

/** A label, which ends at its first zero byte. Bytes that aren't UTF-8 are shown as U+FFFD. */
export function decodeLabel(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return lenient.decode(end < 0 ? bytes : bytes.subarray(0, end))
}
