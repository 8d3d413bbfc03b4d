/** Bytes of a GUID. */
export const GUID_BYTE_LENGTH = 16

/** Order in which the bytes of a GUID are written as text: the first three groups are stored little-endian (UEFI, appendix A). */
const TEXT_ORDER: readonly number[] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

/** Decodes a GUID from its 16 bytes: `c12a7328-f81f-11d2-ba4b-00a0c93ec93b`. */
export function decodeGuid(bytes: Uint8Array): string {
  const hex = TEXT_ORDER.map((index) => (bytes[index] ?? 0).toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Encodes a GUID from its text, in either case. */
export function encodeGuid(guid: string): Uint8Array {
  const hex = guid.replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new RangeError(`'${guid}' is no GUID`)
  const bytes = new Uint8Array(GUID_BYTE_LENGTH)
  for (const [position, index] of TEXT_ORDER.entries()) {
    bytes[index] = Number.parseInt(hex.slice(2 * position, 2 * position + 2), 16)
  }
  return bytes
}
