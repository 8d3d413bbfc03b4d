/**
 * JSON texts (RFC 8259) with the places of their values, read as Go's encoding/json reads them, since Ignition does: what is
 * accepted, and which byte is the first wrong one, are the same.
 *
 * Supported: repeated keys, numbers as they are written, texts that aren't quite UTF-8, positions of everything. Left out:
 * writing JSON, and values as JavaScript has them, which `JSON.stringify` and `JSON.parse` do.
 */
export { JsonDocument, type JsonMember, type JsonNode, type JsonType } from './json-document.ts'
export type { JsonFault } from './json-fault.ts'
export { LineIndex, type LinePosition } from './line-index.ts'
export { type JsonReading, readJson } from './read-json.ts'
