import { encodeUtf8, joinBytes } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'

/**
 * The bytes that a data URL carries.
 *
 * @throws {FormatError} `DATA_URL_INVALID` when the text is no data URL, or its contents don't decode.
 */
export function decodeDataUrl(url: string): Uint8Array {
  const match = /^data:([^,]*),/i.exec(url)
  if (!match) throw invalid('it does not start with data: or has no comma')
  const data = url.slice(match[0].length)
  return /;base64$/i.test(match[1] ?? '') ? decodeBase64(data) : decodePercent(data)
}

function decodeBase64(data: string): Uint8Array {
  let binary: string
  try {
    binary = atob(data.includes('%') ? decodeURIComponent(data) : data)
  } catch {
    throw invalid('its base64 is damaged')
  }
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** Percent escapes stand for bytes, not for characters, so `decodeURIComponent` would refuse what isn't UTF-8. */
function decodePercent(data: string): Uint8Array {
  const pieces: Uint8Array[] = []
  let start = 0
  for (let percent = data.indexOf('%'); percent >= 0; percent = data.indexOf('%', start)) {
    const digits = data.slice(percent + 1, percent + 3)
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw invalid('a percent sign is not followed by two hexadecimal digits')
    pieces.push(encodeUtf8(data.slice(start, percent)), Uint8Array.of(Number.parseInt(digits, 16)))
    start = percent + 3
  }
  return joinBytes([...pieces, encodeUtf8(data.slice(start))])
}

function invalid(problem: string): FormatError {
  return new FormatError('DATA_URL_INVALID', `A data URL cannot be decoded: ${problem}`)
}
