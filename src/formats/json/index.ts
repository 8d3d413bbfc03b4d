/**
 * JSON texts (RFC 8259): finds the place and the reason where a text stops being JSON. Values themselves are decoded by
 * `JSON.parse`, whose messages differ from engine to engine and often name no place.
 */
export { findJsonError, type JsonError } from './find-json-error.ts'
export { type TextPosition, textPosition } from './text-position.ts'
