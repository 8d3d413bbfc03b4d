import { FormatError } from '../errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * Decodes UTF-8; a byte order mark stays in the text.
 *
 * @param where what the text is and where it stands, for the message.
 * @throws {FormatError} `TEXT_NOT_UTF8`
 */
export function decodeUtf8(bytes: Uint8Array, where: string): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new FormatError('TEXT_NOT_UTF8', `${where} is not UTF-8 text`, { cause })
  }
}

/** Encodes text as UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}
