/** The bytes that JSON gives a meaning to. */
export const TAB = 0x09
export const LINE_FEED = 0x0a
export const CARRIAGE_RETURN = 0x0d
export const SPACE = 0x20
export const QUOTE = 0x22
export const PLUS = 0x2b
export const COMMA = 0x2c
export const MINUS = 0x2d
export const POINT = 0x2e
export const ZERO = 0x30
export const NINE = 0x39
export const COLON = 0x3a
export const OPEN_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const CLOSE_BRACKET = 0x5d
export const LOWER_E = 0x65
export const LOWER_F = 0x66
export const LOWER_N = 0x6e
export const LOWER_T = 0x74
export const LOWER_U = 0x75
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d

/** Lower case and upper case differ in this bit. */
export const CASE_BIT = 0x20

/** Whether the byte is a decimal digit; there is none behind the end. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE
}

/** Whether the byte is one of the four that JSON takes for white space. */
export function isWhiteSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB
}

/** The first place from `offset` on that isn't white space, which may be the end. */
export function skipWhiteSpace(bytes: Uint8Array, offset: number): number {
  for (let next = offset; next < bytes.length; next++) {
    const byte = bytes[next] as number
    if (byte > SPACE || !isWhiteSpace(byte)) return next
  }
  return bytes.length
}
