/**
 * Encodes a GUID as GPT keeps it: the first three groups are numbers, little-endian, the other two plain bytes (UEFI 2.10,
 * appendix A).
 *
 * @param guid `c12a7328-f81f-11d2-ba4b-00a0c93ec93b`, in either case.
 */
export function encodeGuid(guid: string): Uint8Array {
  const hex = guid.replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new RangeError(`'${guid}' is no GUID`)
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16))
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}
