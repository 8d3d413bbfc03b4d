/**
 * Data URLs (RFC 2397) as Ignition uses them: optional media type, optional `;base64`, percent-encoded text otherwise.
 * Media types are not interpreted.
 */
export { decodeDataUrl } from './decode-data-url.ts'
