import { FormatError } from '../../errors.ts'
import { decodePercentEscapes, hasValidEscapes } from '../url/index.ts'
import { checkBase64, decodeBase64 } from './base64.ts'
import { type DataUrlHeader, readDataUrlHeader } from './header.ts'

/** What plain contents may not hold raw: white space and control characters, what isn't ASCII, and RFC 2396's delimiters. */
const BAD_IN_PLAIN = /[^!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]/

/**
 * Says what keeps Ignition from decoding a data URL, without decoding it.
 *
 * Line feeds pass in base64, as they do there; it is the URL as a whole that may not hold them.
 *
 * @returns a clause, such as `its base64 lacks padding`; `undefined` when the URL can be decoded.
 */
export function checkDataUrl(url: string): string | undefined {
  const header = readDataUrlHeader(url)
  return typeof header === 'string' ? header : checkPayload(url, header)
}

/**
 * The bytes that a data URL carries.
 *
 * @throws {FormatError} `DATA_URL_INVALID` when {@link checkDataUrl} finds something wrong.
 */
export function decodeDataUrl(url: string): Uint8Array {
  const header = readDataUrlHeader(url)
  if (typeof header === 'string') throw invalid(header)
  const problem = checkPayload(url, header)
  if (problem !== undefined) throw invalid(problem)
  const payload = url.slice(header.payloadIndex)
  return header.isBase64 ? decodeBase64(payload) : decodePercentEscapes(payload)
}

function checkPayload(url: string, { isBase64, payloadIndex }: DataUrlHeader): string | undefined {
  const payload = url.slice(payloadIndex)
  if (isBase64) return checkBase64(payload)
  const index = payload.search(BAD_IN_PLAIN)
  if (index >= 0) return `character ${payloadIndex + index + 1} must be written as an escape`
  return hasValidEscapes(payload) ? undefined : 'a percent sign is not followed by two hexadecimal digits'
}

function invalid(problem: string): FormatError {
  return new FormatError('DATA_URL_INVALID', `A data URL cannot be decoded: ${problem}`)
}
