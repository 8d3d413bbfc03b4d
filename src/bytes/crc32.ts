/** Bytes that one step of the loop takes. */
const STEP = 8

/** The tables, made when a CRC is first asked for: few commands need one, and all would wait for it. */
let madeTables: Int32Array | undefined

/** Table 0 moves the CRC over one byte; table n over that byte with n zeros behind it. One after the other, in one array. */
function makeTables(): Int32Array {
  const tables = new Int32Array(STEP * 256)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    tables[byte] = value
  }
  for (let index = 256; index < tables.length; index++) {
    const previous = tables[index - 256] as number
    tables[index] = (previous >>> 8) ^ (tables[previous & 0xff] as number)
  }
  return tables
}

/**
 * The CRC-32 of gzip, xz and GPT (reflected polynomial 0xEDB88320), as an unsigned number.
 *
 * @param previous the CRC of the bytes before these, to go on from; 0 at the start.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  madeTables ??= makeTables()
  const tables = madeTables
  const end = bytes.length
  let crc = ~previous
  let index = 0
  // Eight bytes at a time, as their steps do not wait for each other. Images have gigabytes.
  for (const lastStep = end - STEP; index <= lastStep; index += STEP) {
    crc =
      (tables[0x700 + ((crc ^ (bytes[index] as number)) & 0xff)] as number) ^
      (tables[0x600 + (((crc >>> 8) ^ (bytes[index + 1] as number)) & 0xff)] as number) ^
      (tables[0x500 + (((crc >>> 16) ^ (bytes[index + 2] as number)) & 0xff)] as number) ^
      (tables[0x400 + (((crc >>> 24) ^ (bytes[index + 3] as number)) & 0xff)] as number) ^
      (tables[0x300 + (bytes[index + 4] as number)] as number) ^
      (tables[0x200 + (bytes[index + 5] as number)] as number) ^
      (tables[0x100 + (bytes[index + 6] as number)] as number) ^
      (tables[bytes[index + 7] as number] as number)
  }
  for (; index < end; index++) crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[index] as number)) & 0xff] as number)
  return ~crc >>> 0
}
