/**
 * Data URLs (RFC 2397) as Ignition reads them: a strict grammar in front of the comma, no repairs behind it.
 *
 * Supported: checking, decoding, encoding as plain text and as base64. Media types are checked and not interpreted, as they
 * have no influence on the contents. Left out: compression, which Ignition describes beside the URL.
 */
export { checkDataUrl, decodeDataUrl } from './decode-data-url.ts'
export { type DataUrlEncoding, dataUrlLength, encodeDataUrl } from './encode-data-url.ts'
